"""The V2 protocol itself, at the open practice registry (registries.md 8.1, 8.2)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from tests.support.needs import need_program
from tests.support.practice import (
    CONFIG,
    OCI_MANIFEST,
    Pusher,
    digest_of,
    manifest_of,
    said,
)
from wizard.core.image import DOCKER_MANIFEST, OCI_INDEX
from wizard.core.names import LINUX_AMD64
from wizard.sandbox.dialects.plain import OPEN_HOST
from wizard.sandbox.server import Sandbox

APP = "team/app"


@pytest.fixture
def pusher(client: httpx.AsyncClient) -> Pusher:
    return Pusher(client, OPEN_HOST, APP)


async def test_chunks_are_appended_in_order_and_only_in_order(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    url = f"https://{OPEN_HOST}{(await pusher.start_upload()).headers['location']}"
    first = await client.patch(url, content=b"one", headers={"Content-Range": "0-2"})
    assert (first.status_code, first.headers["range"]) == (202, "0-2")
    wrong = await client.patch(url, content=b"two", headers={"Content-Range": "5-7"})
    assert (wrong.status_code, wrong.headers["range"]) == (416, "0-2")
    assert (await client.get(url)).status_code == 204
    await client.patch(url, content=b"two")
    done = await client.put(url, params={"digest": digest_of(b"onetwo")})
    assert done.status_code == 201
    assert said(await client.get(url))[:2] == (404, "BLOB_UPLOAD_UNKNOWN")


async def test_a_blob_with_another_digest_is_refused(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    url = f"https://{OPEN_HOST}{(await pusher.start_upload()).headers['location']}"
    answer = await client.put(url, params={"digest": digest_of(b"a")}, content=b"b")
    assert said(answer)[:2] == (400, "DIGEST_INVALID")
    blob = await client.get(f"{pusher.base}/blobs/{digest_of(b'a')}")
    assert said(blob)[:2] == (404, "BLOB_UNKNOWN")


async def test_an_upload_can_be_cancelled(client: httpx.AsyncClient, pusher: Pusher) -> None:
    url = f"https://{OPEN_HOST}{(await pusher.start_upload()).headers['location']}"
    assert (await client.delete(url)).status_code == 204
    assert (await client.patch(url, content=b"x")).status_code == 404


async def test_a_manifest_needs_its_blobs(pusher: Pusher) -> None:
    answer = await pusher.put_manifest(manifest_of())
    assert said(answer)[:2] == (400, "MANIFEST_BLOB_UNKNOWN")
    assert answer.json()["errors"][0]["detail"] == {"digest": digest_of(CONFIG)}


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"no json", OCI_MANIFEST),
        (b"[]", OCI_MANIFEST),
        (b"[" * 100_000, OCI_MANIFEST),
        (b"{}", "text/plain"),
        (b'{"mediaType":"application/vnd.oci.image.index.v1+json"}', OCI_MANIFEST),
    ],
)
async def test_what_is_no_manifest_is_refused(
    client: httpx.AsyncClient, pusher: Pusher, content: bytes, media_type: str
) -> None:
    url = f"{pusher.base}/manifests/1"
    answer = await client.put(url, content=content, headers={"Content-Type": media_type})
    assert said(answer)[:2] == (400, "MANIFEST_INVALID")


async def test_a_manifest_under_another_digest_is_refused(pusher: Pusher) -> None:
    await pusher.push_blob(CONFIG)
    answer = await pusher.put_manifest(manifest_of(), digest_of(b"else"))
    assert said(answer)[:2] == (400, "DIGEST_INVALID")


async def test_an_index_needs_its_manifests_and_comes_back(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    child = {"mediaType": OCI_MANIFEST, "digest": digest_of(manifest_of()), "size": 1}
    index = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [child]}).encode()
    headers = {"Content-Type": OCI_INDEX}
    url = f"{pusher.base}/manifests/both"
    refused = await client.put(url, content=index, headers=headers)
    assert said(refused)[:2] == (400, "MANIFEST_BLOB_UNKNOWN")
    await pusher.push("one")
    assert (await client.put(url, content=index, headers=headers)).status_code == 201
    answer = await client.get(url)
    assert (answer.content, answer.headers["content-type"]) == (index, OCI_INDEX)


async def test_head_gives_the_headers_and_no_body(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.push()
    for path in ("manifests/1", f"blobs/{digest_of(CONFIG)}"):
        got = await client.get(f"{pusher.base}/{path}")
        head = await client.head(f"{pusher.base}/{path}")
        assert head.content == b""
        assert head.headers["content-length"] == str(len(got.content))
        assert head.headers["docker-content-digest"] == digest_of(got.content)


async def test_a_client_that_names_other_types_only_finds_nothing(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.push()
    url = f"{pusher.base}/manifests/1"
    assert (await client.get(url, headers={"Accept": DOCKER_MANIFEST})).status_code == 404
    several = [("Accept", DOCKER_MANIFEST), ("Accept", OCI_MANIFEST)]
    assert (await client.get(url, headers=several)).status_code == 200


async def test_tags_are_listed_in_pages(client: httpx.AsyncClient, pusher: Pusher) -> None:
    assert said(await client.get(f"{pusher.base}/tags/list"))[:2] == (404, "NAME_UNKNOWN")
    for tag in ("c", "a", "b"):
        await pusher.push(tag)
    first = await client.get(f"{pusher.base}/tags/list?n=2")
    assert first.json() == {"name": APP, "tags": ["a", "b"]}
    following = first.headers["link"].partition(">")[0].removeprefix("<")
    last = await client.get(f"https://{OPEN_HOST}{following}")
    assert last.json()["tags"] == ["c"]
    assert "link" not in last.headers


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v2/Team/app/manifests/1", 400, "NAME_INVALID"),
        ("/v2/team/app/manifests/-1", 400, "TAG_INVALID"),
        ("/v2/team/app/blobs/sha256:short", 400, "DIGEST_INVALID"),
        ("/v2/team/app/manifests/1", 404, "NAME_UNKNOWN"),
    ],
)
async def test_a_name_that_is_none_is_refused(
    client: httpx.AsyncClient, path: str, status: int, code: str
) -> None:
    assert said(await client.get(f"https://{OPEN_HOST}{path}"))[:2] == (status, code)


@pytest.mark.parametrize("path", ["/", "/v1/", "/v2/team", "/v2/_catalog/x", "/v2/a/referrers/b"])
async def test_what_the_protocol_does_not_know_is_not_found(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(f"https://{OPEN_HOST}{path}")).status_code == 404


@pytest.mark.engine
async def test_skopeo_copies_into_it_and_out_of_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    skopeo = need_program("skopeo")
    folder = tmp_path_factory.mktemp("images")
    _write_layout(folder / "in")
    async with Sandbox.start(default_host=OPEN_HOST) as sandbox:
        image = f"docker://127.0.0.1:{sandbox.port}/{APP}:1"
        await _run(skopeo, "copy", "--dest-tls-verify=false", f"oci:{folder / 'in'}:1", image)
        inspected = await _run(skopeo, "inspect", "--tls-verify=false", image)
        await _run(skopeo, "copy", "--src-tls-verify=false", image, f"oci:{folder / 'out'}:1")
    assert json.loads(inspected)["Architecture"] == LINUX_AMD64.architecture
    config = folder / "out" / "blobs" / "sha256" / digest_of(CONFIG).partition(":")[2]
    assert config.read_bytes() == CONFIG


async def _run(*argv: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, err.decode()
    return out.decode()


def _write_layout(layout: Path) -> None:
    """An image as skopeo keeps it in a folder."""
    blobs = layout / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    for content in (CONFIG, manifest_of()):
        (blobs / digest_of(content).partition(":")[2]).write_bytes(content)
    named = {
        "mediaType": OCI_MANIFEST,
        "digest": digest_of(manifest_of()),
        "size": len(manifest_of()),
        "annotations": {"org.opencontainers.image.ref.name": "1"},
    }
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [named]}))
