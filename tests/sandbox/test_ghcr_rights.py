"""Who may push to the practice GHCR, and who sees it: registries.md A3, A4, A6, A7."""

from __future__ import annotations

import httpx
import pytest

from tests.support.practice import (
    Pusher,
    digest_of,
    ghcr_pusher,
    ghcr_token,
    manifest_of,
    said,
)
from wizard.sandbox import accounts
from wizard.sandbox.server import Sandbox

APP = "practice/app"


@pytest.fixture
async def pusher(client: httpx.AsyncClient) -> Pusher:
    return await ghcr_pusher(client, APP, accounts.WRITE_TOKEN)


async def anonymous_head(client: httpx.AsyncClient, reference: str) -> httpx.Response:
    path, _, tag = reference.partition(":")
    answer = await ghcr_token(client, path, actions="pull")
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    return await client.get(f"https://ghcr.io/v2/{path}/manifests/{tag}", headers=headers)


# --- who may push (A3, A4, A7) ---


@pytest.mark.parametrize(
    ("path", "secret", "words"),
    [
        (
            APP,
            accounts.READ_TOKEN,
            "permission_denied: The token provided does not match expected scopes.",
        ),
        (
            APP,
            accounts.GH_TOKEN,
            "permission_denied: The token provided does not match expected scopes.",
        ),
        ("practice-foreign/app", accounts.WRITE_TOKEN, "permission_denied: write_package"),
        ("practice-friend/app", accounts.WRITE_TOKEN, "permission_denied: write_package"),
        ("practice-closed/app", accounts.WRITE_TOKEN, "permission_denied: create_package"),
        ("practice-sso/app", accounts.WRITE_TOKEN, "denied"),
    ],
)
async def test_a_push_without_the_right_is_denied_in_ghcrs_words(
    client: httpx.AsyncClient, path: str, secret: str, words: str
) -> None:
    refused = await (await ghcr_pusher(client, path, secret)).start_upload()
    assert said(refused) == (403, "DENIED", words)


@pytest.mark.parametrize("path", ["practice/app", "practice-org/a/b", "practice-private/app"])
async def test_the_practice_account_pushes_where_it_may(
    client: httpx.AsyncClient, path: str
) -> None:
    pusher = await ghcr_pusher(client, path, accounts.WRITE_TOKEN)
    assert (await pusher.push()).status_code == 201


async def test_a_token_for_pulling_does_not_push(client: httpx.AsyncClient) -> None:
    answer = await ghcr_token(client, APP, accounts.WRITE_TOKEN, actions="pull")
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    refused = await Pusher(client, "ghcr.io", APP, headers).start_upload()
    assert refused.status_code == 401
    assert f'scope="repository:{APP}:pull,push"' in refused.headers["www-authenticate"]


async def test_a_probed_upload_creates_no_package(
    client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.start_upload()
    headers = {"Authorization": f"Bearer {accounts.WRITE_TOKEN}"}
    url = "https://api.github.com/user/packages/container/app"
    assert (await client.get(url, headers=headers)).status_code == 404


# --- A6: visibility ---


async def test_a_first_push_is_private_and_a_person_makes_it_public(
    sandbox: Sandbox, client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.push()
    assert (await ghcr_token(client, APP, actions="pull")).status_code == 401
    sandbox.publish(APP)
    found = await anonymous_head(client, f"{APP}:1")
    assert found.status_code == 200
    assert found.headers["docker-content-digest"] == digest_of(manifest_of())


async def test_a_missing_tag_of_a_public_package_is_unknown(
    sandbox: Sandbox, client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.push()
    sandbox.publish(APP)
    assert said(await anonymous_head(client, f"{APP}:2")) == (
        404,
        "MANIFEST_UNKNOWN",
        "manifest unknown",
    )


async def test_a_stale_login_breaks_pulling_a_public_package(
    sandbox: Sandbox, client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.push()
    sandbox.publish(APP)
    answer = await ghcr_token(client, APP, accounts.EXPIRED_TOKEN, actions="pull")
    assert said(answer) == (403, "DENIED", "denied")


async def test_a_good_login_without_access_is_denied_at_the_manifest(
    client: httpx.AsyncClient,
) -> None:
    answer = await ghcr_token(client, "practice-foreign/app", accounts.WRITE_TOKEN, actions="pull")
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    url = "https://ghcr.io/v2/practice-foreign/app/manifests/1"
    assert said(await client.get(url, headers=headers)) == (
        403,
        "DENIED",
        "permission_denied: read_package",
    )
