"""The practice us-docker.pkg.dev, row by row of registries.md E1, E2, E5, E6 and E7."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import httpx
import pytest

from tests.support.needs import need_program
from tests.support.practice import CONFIG, Pusher, digest_of, manifest_of, said
from wizard.sandbox.dialects import google_tokens as tokens
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.dialects.gar import Gar
from wizard.sandbox.dialects.google import GarRepository
from wizard.sandbox.server import Sandbox

HOST = "us-docker.pkg.dev"
APP = "practice-project/images/team/app"
RESOURCE = "projects/practice-project/locations/us/repositories/images"
NOBODY = (
    "Unauthenticated request. Unauthenticated requests do not have permission "
    f'"artifactregistry.repositories.{{}}" on resource "{RESOURCE}" (or it may not exist)'
)
WRITE = ("oauth2accesstoken", tokens.WRITE_TOKEN)
READ = ("oauth2accesstoken", tokens.READ_TOKEN)


def gar(sandbox: Sandbox) -> Gar:
    found = sandbox._app.dialect(HOST)
    assert isinstance(found, Gar)
    return found


@pytest.fixture
def images(sandbox: Sandbox) -> GarRepository:
    """The repository that somebody has made."""
    made = GarRepository("practice-project", "us", "images")
    gar(sandbox).google.add(made)
    return made


async def token(
    client: httpx.AsyncClient,
    auth: tuple[str, str] | None = None,
    path: str = APP,
    actions: str = "pull",
    host: str = HOST,
) -> httpx.Response:
    query = {"scope": f"repository:{path}:{actions}", "service": host}
    return await client.get(f"https://{host}/v2/token", params=query, auth=auth)


async def pusher(client: httpx.AsyncClient, auth: tuple[str, str] = WRITE) -> Pusher:
    answer = await token(client, auth, actions="pull,push")
    return Pusher(client, HOST, APP, {"Authorization": f"Bearer {answer.json()['token']}"})


async def test_the_ping_names_a_realm_and_no_service(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"https://{HOST}/v2/")

    challenge = f'Bearer realm="https://{HOST}/v2/token"'
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)


@pytest.mark.parametrize(
    ("actions", "permission"), [("pull", "downloadArtifacts"), ("pull,push", "uploadArtifacts")]
)
@pytest.mark.usefixtures("images")
async def test_a_stranger_is_refused_at_the_token_service(
    client: httpx.AsyncClient, actions: str, permission: str
) -> None:
    answer = await token(client, actions=actions)

    assert said(answer) == (403, "DENIED", NOBODY.format(permission))


async def test_private_and_missing_read_alike_to_a_stranger(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    before = await token(client)
    gar(sandbox).google.add(GarRepository("practice-project", "us", "images"))

    assert said(await token(client)) == said(before)


@pytest.mark.usefixtures("images")
async def test_a_missing_right_is_named(client: httpx.AsyncClient) -> None:
    answer = await token(client, READ, actions="pull,push")

    right = "artifactregistry.repositories.uploadArtifacts"
    text = f'Permission "{right}" denied on resource "{RESOURCE}" (or it may not exist)'
    assert said(answer) == (403, "DENIED", text)


@pytest.mark.parametrize(
    "auth",
    [
        ("oauth2accesstoken", "ya29.never-given"),
        ("oauth2accesstoken", tokens.EXPIRED_TOKEN),
        ("ada", tokens.WRITE_TOKEN),
        ("_json_key", json.dumps({"client_email": "gone@x.iam.gserviceaccount.com"})),
    ],
)
async def test_a_bad_login_fails_authentication(
    client: httpx.AsyncClient, auth: tuple[str, str]
) -> None:
    assert said(await token(client, auth)) == (401, "UNAUTHORIZED", "failed authentication")


async def test_a_key_in_base64_under_the_plain_name_cannot_be_parsed(
    client: httpx.AsyncClient,
) -> None:
    encoded = base64.b64encode(b'{"a": 1}').decode()

    assert said(await token(client, ("_json_key", encoded)))[2] == "Unable to parse json key."


@pytest.mark.parametrize("username", ["_json_key", "_json_key_base64"])
async def test_the_service_accounts_key_is_a_login(
    client: httpx.AsyncClient, sandbox: Sandbox, username: str
) -> None:
    key = json.dumps(gar(sandbox).google.key_file("https://oauth2.googleapis.com/token"))
    secret = key if username == "_json_key" else base64.b64encode(key.encode()).decode()

    assert (await token(client, (username, secret), actions="pull,push")).status_code == 200


@pytest.mark.parametrize("username", ["oauth2accesstoken", "_dcgcloud_token", "_dcgcr_2_1_5_token"])
async def test_googles_own_helpers_names_take_an_access_token(
    client: httpx.AsyncClient, username: str
) -> None:
    assert (await token(client, (username, tokens.WRITE_TOKEN))).status_code == 200


async def test_the_token_service_takes_no_post(client: httpx.AsyncClient) -> None:
    assert (await client.post(f"https://{HOST}/v2/token")).status_code == 404


async def test_pushing_makes_no_repository(client: httpx.AsyncClient) -> None:
    answer = await (await pusher(client)).start_upload()

    assert said(answer) == (404, "NAME_UNKNOWN", 'Repository "images" not found')


@pytest.mark.usefixtures("images")
async def test_pushing_makes_the_image_of_whatever_depth(client: httpx.AsyncClient) -> None:
    assert (await (await pusher(client)).push()).status_code == 201


@pytest.mark.usefixtures("images")
async def test_an_access_token_is_taken_as_it_is(client: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {tokens.WRITE_TOKEN}"}

    assert (await Pusher(client, HOST, APP, headers).push()).status_code == 201
    denied = Pusher(client, HOST, APP, {"Authorization": f"Bearer {tokens.READ_TOKEN}"})
    assert (await denied.push()).status_code == 403


async def test_a_name_of_two_parts_has_no_image(client: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {tokens.WRITE_TOKEN}"}
    short = Pusher(client, HOST, "practice-project/images", headers)

    status, code, message = said(await short.start_upload())

    assert (status, code) == (400, "NAME_INVALID")
    assert message.startswith("Missing image name. Pushes should be of the form docker push ")


@pytest.mark.usefixtures("images")
async def test_a_missing_tag_could_not_be_fetched(client: httpx.AsyncClient) -> None:
    ours = await pusher(client)

    answer = await client.get(f"{ours.base}/manifests/nope", headers=ours.headers)

    assert said(answer) == (404, "MANIFEST_UNKNOWN", 'Failed to fetch "nope".')


@pytest.mark.usefixtures("images")
async def test_a_digest_goes_only_after_its_tag(client: httpx.AsyncClient) -> None:
    ours = await pusher(client)
    await ours.push()
    digest = digest_of(manifest_of(CONFIG))
    headers = {"Authorization": f"Bearer {tokens.WRITE_TOKEN}"}

    early = await client.delete(f"{ours.base}/manifests/{digest}", headers=headers)
    tag = await client.delete(f"{ours.base}/manifests/1", headers=headers)
    late = await client.delete(f"{ours.base}/manifests/{digest}", headers=headers)

    text = "Manifest is still referenced by tag: 1"
    assert said(early) == (400, "GOOGLE_MANIFEST_DANGLING_TAG", text)
    assert (tag.status_code, late.status_code) == (202, 202)


async def test_locations_are_apart(client: httpx.AsyncClient, images: GarRepository) -> None:
    images.grant("roles/artifactregistry.reader", "allUsers")

    assert (await token(client)).status_code == 200
    assert (await token(client, host="europe-docker.pkg.dev")).status_code == 403


async def test_somebody_plays_the_administrator(
    client: httpx.AsyncClient, sandbox: Sandbox, images: GarRepository
) -> None:
    sandbox.publish(APP, HOST)
    assert (await token(client)).status_code == 200
    sandbox.unpublish(APP, HOST)
    assert (await token(client)).status_code == 403
    assert images.bindings == []


async def test_somebody_cannot_play_against_the_organisation(sandbox: Sandbox) -> None:
    gar(sandbox).google.add(GarRepository("practice-locked", "us", "images"))

    with pytest.raises(PracticeRefusedError, match="organisation"):
        sandbox.publish("practice-locked/images/app", HOST)
    with pytest.raises(PracticeRefusedError, match="there is no repository"):
        sandbox.publish("practice-project/nope/app", HOST)


@pytest.mark.parametrize("name", ["mirror", "wheels"])
async def test_repositories_of_another_kind_take_no_push(
    client: httpx.AsyncClient, name: str
) -> None:
    headers = {"Authorization": f"Bearer {tokens.WRITE_TOKEN}"}
    path = f"practice-project/{name}/app"

    assert (await Pusher(client, HOST, path, headers).start_upload()).status_code == 400


@pytest.mark.engine
@pytest.mark.usefixtures("images")
async def test_skopeo_pushes_and_reads_there(client: httpx.AsyncClient, home: Path) -> None:
    """A real client of its own, by loopback and without TLS: it finds us by `default_host`."""
    skopeo = need_program("skopeo")
    layout = home / "layout"
    config, manifest = CONFIG, manifest_of(CONFIG)
    for content in (config, manifest):
        blob = layout / "blobs" / "sha256" / digest_of(content).partition(":")[2]
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(content)
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    listed = {
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "digest": digest_of(manifest),
        "size": len(manifest),
        "annotations": {"org.opencontainers.image.ref.name": "1"},
    }
    index = {"schemaVersion": 2, "manifests": [listed]}
    (layout / "index.json").write_text(json.dumps(index))
    del client
    async with Sandbox.start(default_host=HOST) as here:
        gar(here).google.add(GarRepository("practice-project", "us", "images"))
        there = f"docker://127.0.0.1:{here.port}/{APP}:1"
        # The realm has the registry's real name, which only the lab serves: so its own token.
        token_ = f"--dest-registry-token={tokens.WRITE_TOKEN}"
        copy = [skopeo, "copy", "--insecure-policy", "--dest-tls-verify=false", token_]
        assert await _run(*copy, f"oci:{layout}:1", there) == 0
        read = [skopeo, "inspect", "--tls-verify=false"]
        assert await _run(*read, f"--registry-token={tokens.READ_TOKEN}", there) == 0
        assert await _run(*read, "--registry-token=ya29.never-given", there) != 0


async def _run(*argv: str) -> int | None:
    running = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    await running.communicate()
    return running.returncode
