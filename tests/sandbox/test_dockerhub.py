"""The practice Docker Hub answers as registries.md B and 11 say, seen by a plain client."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from tests.support.practice import CONFIG, Pusher, digest_of, manifest_of
from wizard.sandbox import accounts
from wizard.sandbox.dialects import hub_accounts
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.dialects.dockerhub import HOST, REGISTRY_HOST, DockerHub
from wizard.sandbox.server import Sandbox

APP = "practice/app"
IN_ORGANISATION = f"{accounts.ORGANISATION}/app"
ME = ("practice", hub_accounts.DELETE_TOKEN)
API = "https://hub.docker.com"


async def token(
    client: httpx.AsyncClient, *scopes: str, auth: tuple[str, str] | None = None
) -> httpx.Response:
    query = {"service": "registry.docker.io", "scope": list(scopes)}
    return await client.get("https://auth.docker.io/token", params=query, auth=auth)


async def pusher(
    client: httpx.AsyncClient, path: str = APP, actions: str = "pull,push,delete"
) -> Pusher:
    answer = await token(client, f"repository:{path}:{actions}", auth=ME)
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    return Pusher(client, REGISTRY_HOST, path, headers)


async def pull(
    client: httpx.AsyncClient, path: str = APP, tag: str = "1", method: str = "GET"
) -> httpx.Response:
    """As a stranger."""
    answer = await token(client, f"repository:{path}:pull")
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    url = f"https://{REGISTRY_HOST}/v2/{path}/manifests/{tag}"
    return await client.request(method, url, headers=headers)


def access(answer: httpx.Response) -> Any:
    payload = answer.json()["token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims["access"]


def hub(sandbox: Sandbox) -> DockerHub:
    found = sandbox._app.dialect(HOST)
    assert isinstance(found, DockerHub)
    return found


async def bearer(client: httpx.AsyncClient, secret: str = ME[1]) -> dict[str, str]:
    given = {"identifier": "practice", "secret": secret}
    answer = await client.post(f"{API}/v2/auth/token", json=given)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_the_ping_names_the_token_service(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"https://{REGISTRY_HOST}/v2/")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == (
        'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"'
    )


async def test_everybody_gets_a_token_that_says_what_it_allows(client: httpx.AsyncClient) -> None:
    answer = await token(client, f"repository:{APP}:pull,push")
    mine = await token(client, f"repository:{APP}:pull,push", auth=ME)

    assert (answer.status_code, access(answer)) == (200, [])
    assert access(mine) == [{"type": "repository", "name": APP, "actions": ["pull", "push"]}]


@pytest.mark.parametrize(
    ("secret", "scope", "words"),
    [
        (hub_accounts.READ_TOKEN, f"{APP}:pull,push", "access token has insufficient scopes"),
        (hub_accounts.WRITE_TOKEN, f"{APP}:pull,delete", "access token has insufficient scopes"),
        ("wrong", f"{APP}:pull", "incorrect username or password"),
        (hub_accounts.EXPIRED_TOKEN, f"{APP}:pull", "incorrect username or password"),
    ],
)
async def test_a_credential_that_lacks_something_gets_no_token_at_all(
    client: httpx.AsyncClient, secret: str, scope: str, words: str
) -> None:
    answer = await token(client, f"repository:{scope}", auth=("practice", secret))

    assert (answer.status_code, answer.json()) == (401, {"details": words})


async def test_too_many_failures_lock_the_address_out(client: httpx.AsyncClient) -> None:
    statuses = [
        (await token(client, auth=("practice", "wrong"))).status_code
        for _ in range(hub_accounts.MOST_FAILURES + 1)
    ]

    assert statuses == [401] * hub_accounts.MOST_FAILURES + [429]


async def test_private_and_missing_are_twins(client: httpx.AsyncClient) -> None:
    assert (await (await pusher(client, IN_ORGANISATION)).push()).status_code == 201

    hidden = await pull(client, IN_ORGANISATION)
    missing = await pull(client, f"{accounts.ORGANISATION}/not")

    assert hidden.status_code == missing.status_code == 401
    assert hidden.text == missing.text.replace("/not", "/app")
    assert hidden.headers["www-authenticate"].endswith('error="insufficient_scope"')
    detail = [{"Type": "repository", "Class": "", "Name": IN_ORGANISATION, "Action": "pull"}]
    assert hidden.json()["errors"][0]["detail"] == detail


async def test_a_first_push_is_as_public_as_the_namespace_says(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    await (await pusher(client)).push()
    await (await pusher(client, IN_ORGANISATION)).push()

    assert (await pull(client)).status_code == 200
    assert (await pull(client, IN_ORGANISATION)).status_code == 401
    sandbox.publish(IN_ORGANISATION, HOST)
    assert (await pull(client, IN_ORGANISATION)).status_code == 200
    sandbox.unpublish(IN_ORGANISATION, HOST)
    assert (await pull(client, IN_ORGANISATION)).status_code == 401


async def test_nobody_can_publish_what_a_policy_forbids(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    path = f"{accounts.PRIVATE_ORGANISATION}/app"
    await (await pusher(client, path)).push()

    for wrong in (path, "practice/nothing"):
        with pytest.raises(PracticeRefusedError):
            sandbox.publish(wrong, HOST)


async def test_only_a_get_spends_a_pull(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    await (await pusher(client)).push()

    left = [
        (await pull(client, method=method)).headers["ratelimit-remaining"]
        for method in ("HEAD", "HEAD", "GET", "HEAD")
    ]

    assert left == ["100;w=21600", "100;w=21600", "99;w=21600", "99;w=21600"]
    hub(sandbox).spend()
    spent = await pull(client)
    assert spent.status_code == 429
    assert spent.json()["errors"][0]["code"] == "TOOMANYREQUESTS"


async def test_everybody_can_look_at_the_quota(client: httpx.AsyncClient) -> None:
    answer = await pull(client, hub_accounts.QUOTA_REPOSITORY, "latest", "HEAD")

    assert answer.headers["ratelimit-limit"] == "100;w=21600"


async def test_a_manifest_is_deleted_by_digest_and_only_without_a_tag(
    client: httpx.AsyncClient,
) -> None:
    mine = await pusher(client)
    await mine.push()
    digest = digest_of(manifest_of(CONFIG))

    async def delete(reference: str) -> int:
        url = f"{mine.base}/manifests/{reference}"
        return (await client.delete(url, headers=mine.headers)).status_code

    assert await delete("1") == 405
    assert await delete(digest) == 403
    gone = await client.delete(f"{API}/v2/repositories/{APP}/tags/1/", headers=await bearer(client))
    assert gone.status_code == 204
    assert await delete(digest) == 202
    assert (await pull(client)).json()["errors"][0]["code"] == "MANIFEST_UNKNOWN"


async def test_the_second_private_repository_of_a_person_is_refused(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    hub(sandbox).world.private_by_default.add("practice")

    assert (await (await pusher(client, "practice/one")).push()).status_code == 201
    assert (await (await pusher(client, "practice/two")).push()).status_code == 403


async def test_strangers_see_public_repositories_alone(client: httpx.AsyncClient) -> None:
    await (await pusher(client)).push()
    await (await pusher(client, IN_ORGANISATION)).push()

    async def facts(path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        namespace, _, name = path.partition("/")
        url = f"{API}/v2/namespaces/{namespace}/repositories/{name}"
        return await client.get(url, headers=headers or {})

    assert (await facts(APP)).json()["is_private"] is False
    assert (await facts(IN_ORGANISATION)).status_code == 404
    mine = (await facts(IN_ORGANISATION, await bearer(client))).json()
    assert (mine["is_private"], mine["permissions"]["admin"]) == (True, True)


async def test_a_whole_repository_can_be_deleted(client: httpx.AsyncClient) -> None:
    await (await pusher(client)).push()
    url = f"{API}/v2/repositories/{APP}/"

    assert (await client.delete(url)).status_code == 401
    reader = await bearer(client, hub_accounts.READ_TOKEN)
    assert (await client.delete(url, headers=reader)).status_code == 403
    assert (await client.delete(url, headers=await bearer(client))).status_code == 202
    assert (await pull(client)).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v2/auth/token", b"["),
        ("POST", "/v2/auth/token", b"{}"),
        ("POST", "/v2/namespaces/practice/repositories", b"\xff"),
        ("GET", "/v2/namespaces/practice/repositories/%00", b""),
        ("PUT", "/v2/elsewhere", b""),
    ],
)
async def test_nonsense_is_answered_and_not_crashed_at(
    client: httpx.AsyncClient, method: str, path: str, body: bytes
) -> None:
    answer = await client.request(method, f"{API}{path}", content=body)

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("token_", ["x", "a.b.c", "a.e30.c", "a.W10.c", "a.eyJqdGkiOjF9.c"])
async def test_a_token_of_no_known_form_is_asked_for_anew(
    client: httpx.AsyncClient, token_: str
) -> None:
    url = f"https://{REGISTRY_HOST}/v2/"
    answer = await client.get(url, headers={"Authorization": f"Bearer {token_}"})

    assert answer.status_code == 401
