"""Every fault that can be switched on does what it says, and is gone when it is switched off."""

from __future__ import annotations

import asyncio
import json
import time
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.support.practice import CONFIG, Pusher, digest_of, ghcr_pusher, ghcr_token, said
from wizard.causes import CATALOGUE
from wizard.sandbox import accounts
from wizard.sandbox.faults import FAULTS
from wizard.sandbox.misbehave import SLOW_S
from wizard.sandbox.server import Sandbox

PING = "https://ghcr.io/v2/"
APP = "practice/app"


@pytest.fixture
async def pusher(client: httpx.AsyncClient) -> Pusher:
    return await ghcr_pusher(client, APP, accounts.WRITE_TOKEN)


async def anonymous(client: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await ghcr_token(client, APP, actions="pull")
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    return await client.get(f"https://ghcr.io/v2/{APP}/{path}", headers=headers)


def test_every_fault_has_words_and_a_cause_of_the_catalogue() -> None:
    assert len({fault.id for fault in FAULTS}) == len(FAULTS)
    for fault in FAULTS:
        assert fault.title
        assert fault.about.endswith(".")
        assert not fault.cause or fault.cause in CATALOGUE


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
async def test_a_fault_that_is_switched_off_again_leaves_no_trace(
    sandbox: Sandbox, client: httpx.AsyncClient, fault: object
) -> None:
    id_ = fault.id  # type: ignore[attr-defined]
    sandbox.switch_fault(id_, on=True)
    assert sandbox.active_faults == (id_,)
    sandbox.switch_fault(id_, on=False)
    pusher = await ghcr_pusher(client, APP, accounts.WRITE_TOKEN)
    assert (await pusher.push()).status_code == 201
    sandbox.publish(APP)
    assert (await anonymous(client, "manifests/1")).status_code == 200


async def test_the_registry_is_down(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.switch_fault("registry-down", on=True)
    assert said(await client.get(PING))[:2] == (503, "UNAVAILABLE")
    assert (await client.get("https://ghcr.io/token")).status_code == 503
    assert (await client.get("https://api.github.com/users/practice")).status_code == 200


async def test_too_many_requests_say_how_long_to_wait(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    sandbox.switch_fault("rate-limited", on=True)
    answer = await client.get(PING)
    assert said(answer)[:2] == (429, "TOOMANYREQUESTS")
    assert answer.headers["retry-after"] == "30"


async def test_a_web_page_comes_instead(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.switch_fault("login-page", on=True)
    answer = await client.get(PING)
    assert (answer.status_code, answer.headers["content-type"][:9]) == (200, "text/html")
    assert b"<form" in answer.content


async def test_answers_are_slow(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.switch_fault("slow", on=True)
    started = time.monotonic()
    await client.get(PING)
    assert time.monotonic() - started >= SLOW_S


async def test_nothing_answers(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.switch_fault("silent", on=True)
    with pytest.raises(httpx.ReadTimeout):
        await client.get(PING, timeout=0.2)


async def test_an_upload_is_cut_in_the_middle(
    sandbox: Sandbox, client: httpx.AsyncClient, pusher: Pusher
) -> None:
    sandbox.switch_fault("upload-breaks", on=True)
    location = (await pusher.start_upload()).headers["location"]
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)):
        await client.put(
            f"https://ghcr.io{location}",
            params={"digest": digest_of(CONFIG)},
            content=CONFIG,
            headers=pusher.headers,
        )


async def test_the_registry_refuses_its_own_token(
    sandbox: Sandbox, client: httpx.AsyncClient, pusher: Pusher
) -> None:
    sandbox.switch_fault("token-refused", on=True)
    refused = await pusher.start_upload()
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].endswith('error="invalid_token"')
    assert (await ghcr_token(client, APP, accounts.WRITE_TOKEN)).status_code == 200


async def test_the_token_has_run_out(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.switch_fault("token-expired", on=True)
    assert (await ghcr_token(client, APP, accounts.WRITE_TOKEN)).status_code == 403
    headers = {"Authorization": f"Bearer {accounts.WRITE_TOKEN}"}
    answer = await client.get("https://api.github.com/user", headers=headers)
    assert answer.status_code == 401
    assert "github-authentication-token-expiration" in answer.headers


async def test_the_token_may_only_read(
    sandbox: Sandbox, client: httpx.AsyncClient, pusher: Pusher
) -> None:
    sandbox.switch_fault("scope-missing", on=True)
    headers = {"Authorization": f"Bearer {accounts.WRITE_TOKEN}"}
    user = await client.get("https://api.github.com/user", headers=headers)
    assert user.headers["x-oauth-scopes"] == "read:packages"
    assert "expected scopes" in said(await pusher.start_upload())[2]


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        ("not-permitted", "permission_denied: write_package"),
        ("push-policy", "permission_denied: create_package"),
    ],
)
async def test_a_push_is_refused(
    sandbox: Sandbox, client: httpx.AsyncClient, pusher: Pusher, id_: str, words: str
) -> None:
    sandbox.switch_fault(id_, on=True)
    assert said(await pusher.start_upload()) == (403, "DENIED", words)
    nobody = Pusher(client, "ghcr.io", APP)
    assert (await nobody.start_upload()).status_code == 401


async def test_a_manifest_comes_under_another_digest(
    sandbox: Sandbox, client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.push()
    sandbox.switch_fault("wrong-digest", on=True)
    answer = await client.get(f"{pusher.base}/manifests/1", headers=pusher.headers)
    assert answer.headers["docker-content-digest"] != digest_of(answer.content)


async def test_layers_are_gone_and_the_manifest_is_not(
    sandbox: Sandbox, client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.push()
    sandbox.publish(APP)
    sandbox.switch_fault("missing-blob", on=True)
    assert (await anonymous(client, "manifests/1")).status_code == 200
    blob = await anonymous(client, f"blobs/{digest_of(CONFIG)}")
    assert said(blob)[:2] == (404, "BLOB_UNKNOWN")


async def test_a_public_image_is_for_another_platform(
    sandbox: Sandbox, client: httpx.AsyncClient, pusher: Pusher
) -> None:
    await pusher.push()
    sandbox.publish(APP)
    sandbox.switch_fault("platform-missing", on=True)
    answer = await anonymous(client, "manifests/1")
    child = json.loads(answer.content)["manifests"][0]
    assert child["platform"] == {"os": "linux", "architecture": "s390x"}
    assert answer.headers["docker-content-digest"] == digest_of(answer.content)
    own = await client.get(f"{pusher.base}/manifests/1", headers=pusher.headers)
    assert "manifests" not in own.json()


async def test_the_servers_clock_is_a_day_ahead(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    honest = parsedate_to_datetime((await client.get(PING)).headers["date"])
    sandbox.switch_fault("clock-skew", on=True)
    skewed = parsedate_to_datetime((await client.get(PING)).headers["date"])
    assert 86_390 < (skewed - honest).total_seconds() < 86_410


@pytest.mark.parametrize(
    ("id_", "realm"),
    [
        ("foreign-realm", "https://tokens.elsewhere.test/token"),
        ("http-realm", "http://ghcr.io/token"),
    ],
)
async def test_the_login_is_asked_for_elsewhere(
    sandbox: Sandbox, client: httpx.AsyncClient, id_: str, realm: str
) -> None:
    sandbox.switch_fault(id_, on=True)
    for url in (PING, f"https://ghcr.io/v2/{APP}/manifests/1"):
        answer = await client.get(url)
        assert answer.headers["www-authenticate"].startswith(f'Bearer realm="{realm}"')


async def test_redirects_go_round_in_circles(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.switch_fault("redirect-loop", on=True)
    answer = await client.get(PING)
    assert (answer.status_code, answer.headers["location"]) == (307, PING)
    with pytest.raises(httpx.TooManyRedirects):
        await client.get(PING, follow_redirects=True)


async def test_messages_carry_escapes_and_markup(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    sandbox.switch_fault("escapes", on=True)
    answer = await client.get(PING)
    message = said(answer)[2]
    assert "\x1b[2J" in message
    assert "[bold red]" in message
    assert "www-authenticate" in answer.headers


async def test_two_faults_at_once(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.switch_fault("registry-down", on=True)
    sandbox.switch_fault("escapes", on=True)
    answer = await asyncio.wait_for(client.get(PING), 5)
    assert answer.status_code == 503
    assert "\x1b" in said(answer)[2]
