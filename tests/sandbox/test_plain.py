"""The practice registries without a vendor: open, Basic and with a token service."""

from __future__ import annotations

import httpx
import pytest

from tests.support.practice import CONFIG, Pusher, digest_of, manifest_of, said
from wizard.sandbox import accounts
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.dialects.plain import BASIC_HOST, OPEN_HOST, TOKEN_HOST
from wizard.sandbox.server import Sandbox

APP = "practice/app"
LOGIN = (accounts.LOGIN, accounts.PASSWORD)


async def token(
    client: httpx.AsyncClient, *scopes: str, auth: tuple[str, str] | None = None
) -> httpx.Response:
    query = {"service": TOKEN_HOST, "scope": list(scopes)}
    return await client.get(f"https://{TOKEN_HOST}/token", params=query, auth=auth)


async def token_pusher(client: httpx.AsyncClient, path: str = APP) -> Pusher:
    answer = await token(client, f"repository:{path}:pull,push", auth=LOGIN)
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    return Pusher(client, TOKEN_HOST, path, headers)


async def test_the_open_registry_takes_everything_from_everybody(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    assert (await client.get(f"https://{OPEN_HOST}/v2/")).status_code == 200
    assert (await Pusher(client, OPEN_HOST, APP).push()).status_code == 201
    assert not any(seen.authorized for seen in sandbox.requests)


async def test_the_open_registry_takes_a_blob_in_a_single_post(client: httpx.AsyncClient) -> None:
    url = f"https://{OPEN_HOST}/v2/{APP}/blobs/uploads/?digest={digest_of(CONFIG)}"
    assert (await client.post(url, content=CONFIG)).status_code == 201
    assert said(await client.post(url, content=b"else"))[:2] == (400, "DIGEST_INVALID")


async def test_the_basic_registry_challenges_for_everything(client: httpx.AsyncClient) -> None:
    for path in ("/v2/", f"/v2/{APP}/manifests/1"):
        answer = await client.get(f"https://{BASIC_HOST}{path}")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Basic realm="practice"'


@pytest.mark.parametrize("secret", [accounts.PASSWORD, accounts.WRITE_TOKEN])
async def test_the_basic_registry_knows_the_practice_account(
    client: httpx.AsyncClient, secret: str
) -> None:
    ping = f"https://{BASIC_HOST}/v2/"
    assert (await client.get(ping, auth=("practice", secret))).status_code == 200
    assert (await client.get(ping, auth=("somebody", secret))).status_code == 401
    assert (await client.get(ping, auth=("practice", "wrong"))).status_code == 401


async def test_the_basic_registry_gives_absolute_locations(client: httpx.AsyncClient) -> None:
    url = f"https://{BASIC_HOST}/v2/{APP}/blobs/uploads/"
    location = (await client.post(url, auth=LOGIN)).headers["location"]
    assert location.startswith(f"https://{BASIC_HOST}/v2/{APP}/blobs/uploads/")


async def test_the_basic_registry_is_never_public(sandbox: Sandbox) -> None:
    with pytest.raises(PracticeRefusedError):
        sandbox.publish(APP, BASIC_HOST)


async def test_the_token_service_grants_what_was_asked_and_is_allowed(
    client: httpx.AsyncClient,
) -> None:
    pusher = await token_pusher(client)
    assert (await pusher.push()).status_code == 201
    foreign = await token_pusher(client, "somebody/app")
    refused = await foreign.start_upload()
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].endswith('error="insufficient_scope"')


async def test_the_token_service_gives_anybody_a_token_that_may_nothing(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    await (await token_pusher(client)).push()
    url = f"https://{TOKEN_HOST}/v2/{APP}/manifests/1"

    async def pull() -> int:
        answer = await token(client, f"repository:{APP}:pull")
        assert answer.status_code == 200
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        return (await client.get(url, headers=headers)).status_code

    assert await pull() == 401
    sandbox.publish(APP, TOKEN_HOST)
    assert await pull() == 200
    sandbox.unpublish(APP, TOKEN_HOST)
    assert await pull() == 401


async def test_the_token_service_refuses_a_wrong_password(client: httpx.AsyncClient) -> None:
    answer = await token(client, auth=("practice", "wrong"))
    assert said(answer)[:2] == (401, "UNAUTHORIZED")


async def test_one_token_covers_several_repositories(client: httpx.AsyncClient) -> None:
    scopes = ("repository:practice/a:pull,push", "repository:practice/b:pull,push")
    for asked in (scopes, (" ".join(scopes),)):
        answer = await token(client, *asked, auth=LOGIN)
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        for path in ("practice/a", "practice/b"):
            pusher = Pusher(client, TOKEN_HOST, path, headers)
            assert (await pusher.start_upload()).status_code == 202


async def test_the_token_registry_deletes_by_tag_and_by_digest(client: httpx.AsyncClient) -> None:
    scope = f"repository:{APP}:pull,push,delete"
    answer = await token(client, scope, auth=LOGIN)
    pusher = Pusher(client, TOKEN_HOST, APP, {"Authorization": f"Bearer {answer.json()['token']}"})
    await pusher.push("1")
    by_tag = await client.delete(f"{pusher.base}/manifests/1", headers=pusher.headers)
    by_digest = await client.delete(
        f"{pusher.base}/manifests/{digest_of(manifest_of())}", headers=pusher.headers
    )
    gone = await client.get(f"{pusher.base}/manifests/1", headers=pusher.headers)
    assert (by_tag.status_code, by_digest.status_code) == (202, 202)
    assert said(gone)[:2] == (404, "NAME_UNKNOWN")
