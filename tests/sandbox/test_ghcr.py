"""The practice GHCR, row by row of registries.md A2 and A5."""

from __future__ import annotations

import httpx
import pytest

from tests.support.practice import (
    CONFIG,
    Pusher,
    digest_of,
    ghcr_pusher,
    ghcr_token,
    manifest_of,
    said,
)
from wizard.sandbox import accounts

APP = "practice/app"
UNAUTHORIZED = b'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}\n'
DENIED = b'{"errors":[{"code":"DENIED","message":"denied"}]}\n'


@pytest.fixture
async def pusher(client: httpx.AsyncClient) -> Pusher:
    return await ghcr_pusher(client, APP, accounts.WRITE_TOKEN)


# --- A2: /v2/ and the token endpoint ---


async def test_the_ping_challenges_with_a_placeholder_scope(client: httpx.AsyncClient) -> None:
    answer = await client.get("https://ghcr.io/v2/")
    assert (answer.status_code, answer.content) == (401, UNAUTHORIZED)
    assert answer.headers["content-length"] == "73"
    assert answer.headers["docker-distribution-api-version"] == "registry/2.0"
    assert answer.headers["x-github-request-id"]
    assert answer.headers["www-authenticate"] == (
        'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull"'
    )


async def test_basic_is_never_accepted_by_the_registry_itself(client: httpx.AsyncClient) -> None:
    login = ("practice", accounts.WRITE_TOKEN)
    assert (await client.get("https://ghcr.io/v2/", auth=login)).status_code == 401
    answer = await client.get(f"https://ghcr.io/v2/{APP}/manifests/1", auth=login)
    assert said(answer)[:2] == (403, "DENIED")
    assert "www-authenticate" not in answer.headers


async def test_a_repository_without_login_challenges_with_its_own_scope(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get(f"https://ghcr.io/v2/{APP}/manifests/1")
    assert answer.status_code == 401
    assert f'scope="repository:{APP}:pull"' in answer.headers["www-authenticate"]


async def test_an_anonymous_token_for_a_private_or_missing_package_is_refused(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    assert (await pusher.push()).status_code == 201
    for path in (APP, "practice/missing"):
        answer = await ghcr_token(client, path, actions="pull")
        assert (answer.status_code, answer.content) == (401, UNAUTHORIZED)
        assert answer.headers["www-authenticate"].startswith("Bearer realm=")


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_practice_never_made",
        accounts.EXPIRED_TOKEN,
        accounts.FINE_GRAINED_TOKEN,
        accounts.PASSWORD,
    ],
)
async def test_a_bad_expired_or_fine_grained_token_is_denied(
    client: httpx.AsyncClient, secret: str
) -> None:
    answer = await ghcr_token(client, APP, secret)
    assert (answer.status_code, answer.content) == (403, DENIED)


async def test_a_login_without_any_scope_succeeds(client: httpx.AsyncClient) -> None:
    login = ("whoever", accounts.READ_TOKEN)
    query = {"account": "whoever", "client_id": "docker", "service": "ghcr.io"}
    answer = await client.get("https://ghcr.io/token", params=query, auth=login)
    assert answer.status_code == 200
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert (await client.get("https://ghcr.io/v2/", headers=headers)).status_code == 200


async def test_the_token_is_opaque_and_the_service_may_be_left_out(
    client: httpx.AsyncClient,
) -> None:
    login = ("practice", accounts.WRITE_TOKEN)
    scope = f"repository:{APP}:pull,push"
    answer = await client.get("https://ghcr.io/token", params={"scope": scope}, auth=login)
    assert list(answer.json()) == ["token"]
    assert "." not in answer.json()["token"]


async def test_a_personal_token_as_bearer_is_refused_by_the_token_service(
    client: httpx.AsyncClient,
) -> None:
    headers = {"Authorization": f"Bearer {accounts.WRITE_TOKEN}"}
    answer = await client.get("https://ghcr.io/token", headers=headers)
    assert answer.status_code == 401


async def test_the_token_service_takes_no_post(client: httpx.AsyncClient) -> None:
    answer = await client.post("https://ghcr.io/token", data={"grant_type": "password"})
    assert said(answer)[:2] == (405, "UNSUPPORTED")


# --- A5: the push protocol ---


async def test_a_push_is_taken_and_comes_back_by_tag_and_digest(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    pushed = await pusher.push("v1")
    digest = digest_of(manifest_of())
    assert pushed.headers["docker-content-digest"] == digest
    for reference in ("v1", digest):
        answer = await client.get(f"{pusher.base}/manifests/{reference}", headers=pusher.headers)
        assert answer.content == manifest_of()
        assert answer.headers["docker-content-digest"] == digest
    blob = await client.get(f"{pusher.base}/blobs/{digest_of(CONFIG)}", headers=pusher.headers)
    assert blob.content == CONFIG


async def test_an_upload_has_a_relative_location_and_cannot_be_cancelled(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    started = await pusher.start_upload()
    location = started.headers["location"]
    assert (started.status_code, location[:4]) == (202, "/v2/")
    cancelled = await client.delete(f"https://ghcr.io{location}", headers=pusher.headers)
    assert said(cancelled)[:2] == (405, "UNSUPPORTED")


async def test_a_manifest_cannot_be_deleted_by_the_registry(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.push()
    answer = await client.delete(f"{pusher.base}/manifests/1", headers=pusher.headers)
    assert said(answer)[:2] == (405, "UNSUPPORTED")


@pytest.mark.parametrize(("ranged", "status"), [(True, 416), (False, 201)])
async def test_only_a_request_with_a_content_range_is_capped_at_4_mib(
    client: httpx.AsyncClient, pusher: Pusher, ranged: bool, status: int
) -> None:
    content = bytes(4 * 1024 * 1024 + 1)
    location = (await pusher.start_upload()).headers["location"]
    extra = {"Content-Range": f"0-{len(content) - 1}"} if ranged else {}
    answer = await client.put(
        f"https://ghcr.io{location}?digest={digest_of(content)}",
        content=content,
        headers={**pusher.headers, **extra},
    )
    assert answer.status_code == status
    if ranged:
        assert said(answer)[2] == (
            "the request body is too large and exceeds the maximum permissible limit of 4.00MiB"
        )


async def test_a_single_post_is_answered_with_an_open_upload(pusher: Pusher) -> None:
    assert (await pusher.start_upload(digest=digest_of(CONFIG))).status_code == 202


async def test_a_blob_is_mounted_from_a_readable_repository_only(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.push()
    other = await ghcr_pusher(client, "practice/other", accounts.WRITE_TOKEN)
    query = {"mount": digest_of(CONFIG), "from": APP}
    assert (await other.start_upload(**query)).status_code == 201
    query["from"] = "practice-foreign/app"
    assert (await other.start_upload(**query)).status_code == 202
