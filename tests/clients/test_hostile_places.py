"""Something else where a registry should be, and registries that ask to wait."""

from __future__ import annotations

import json
from asyncio import StreamWriter

import pytest

from tests.support.conversation import (
    ADA,
    CANARY,
    LIMIT_S,
    diagnosis_of,
    endpoint,
    image,
    layer_of,
    pulled,
    world,
)
from tests.support.hostile import RawRequest, always, bearer, hostile, reply
from wizard.core.diagnosis import Diagnosis, Fault
from wizard.core.image import OCI_MANIFEST
from wizard.core.names import Repository
from wizard.core.ports import RegistryApi
from wizard.core.secret import ANONYMOUS

JSON = {"Content-Type": "application/json"}
MANIFEST = {"Content-Type": OCI_MANIFEST}


@pytest.mark.parametrize("status", [200, 302, 401, 403, 404])
async def test_a_login_page_is_something_else_in_the_registrys_place(status: int) -> None:
    page = {"Content-Type": "text/html", "Location": "/login"}
    async with hostile(always(status, b"<html>Log in to the Wi-Fi</html>", page)) as server:
        async with world(timeout_s=LIMIT_S) as outside:
            api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
            ping = await diagnosis_of(api.ping())

        assert ping.cause == "network.intercepted"
        assert (await pulled(server)).cause == "network.intercepted"


async def test_a_page_from_a_broken_registry_is_a_broken_registry() -> None:
    page = {"Content-Type": "text/html"}
    async with hostile(always(502, b"<html>Bad Gateway</html>", page)) as server:
        assert (await pulled(server)).cause == "network.registry-down"


async def test_a_token_service_that_is_a_login_page_is_seen() -> None:
    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.path == "/token":
            await reply(out, 200, b"<!DOCTYPE html>", {"Content-Type": "text/html"})
        await reply(out, 401, b"", bearer("/token"))

    async with hostile(say) as server:
        found = await pulled(server)

    assert (found.cause, found.evidence[-1].stage) == ("network.intercepted", "token")


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"null",
        b'{"token":7}',
        b'{"token":"a b"}',
        b'{"token":"a\\r\\nX: y"}',
        b'{"token":"\xc3\xa9"}',
        json.dumps({"token": "x" * 20_000}).encode(),
    ],
)
async def test_a_token_that_cannot_be_one_is_refused(body: bytes) -> None:
    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.path == "/token":
            await reply(out, 200, body, JSON)
        await reply(out, 401, b"", bearer("/token"))

    async with hostile(say) as server:
        found = await pulled(server)

    assert (found.cause, found.evidence[-1].fault) == ("network.intercepted", Fault.NONSENSE)


async def test_something_that_is_not_http_is_something_else() -> None:
    async def say(_request: RawRequest, out: StreamWriter) -> None:
        out.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        await out.drain()

    async with hostile(say) as server:
        assert (await pulled(server)).cause == "network.intercepted"


async def test_a_connection_cut_during_the_upload_is_an_interrupted_push() -> None:
    pushed = image()

    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.method == "POST":
            await reply(out, 202, b"", {"Location": "/v2/up"})

    async with hostile(say) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        repository = Repository(server.host, "team/app")
        found = await diagnosis_of(api.push_blob(repository, layer_of(pushed), pushed.layer))

    assert found.cause == "push.interrupted"


async def waited(status: int, after: str) -> tuple[Diagnosis, int, list[float]]:
    waits: list[float] = []
    async with hostile(always(status, b"", {"Retry-After": after})) as server:
        async with world(on_wait=lambda _host, seconds: waits.append(seconds)) as outside:
            api: RegistryApi = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
            found = await diagnosis_of(api.get_manifest(Repository(server.host, "team/app"), "v1"))
        return found, len(server.requests), waits


@pytest.mark.parametrize(
    ("status", "cause"), [(429, "network.rate-limited"), (503, "network.registry-down")]
)
async def test_a_registry_that_says_when_is_asked_twice_more(status: int, cause: str) -> None:
    found, requests, waits = await waited(status, "0")

    assert (found.cause, requests, waits) == (cause, 3, [0.0, 0.0])


async def test_a_registry_that_wants_an_hour_is_not_waited_for() -> None:
    found, requests, waits = await waited(429, "3600")

    assert (found.cause, requests, waits) == ("network.rate-limited", 1, [])
    assert found.evidence[-1].retry_after_s == 3600


async def test_a_registry_that_does_not_say_when_is_not_asked_again() -> None:
    async with hostile(always(503)) as server:
        assert (await pulled(server)).cause == "network.registry-down"
        assert len(server.requests) == 1


async def test_no_problem_ever_holds_the_secret() -> None:
    async def say(_request: RawRequest, out: StreamWriter) -> None:
        await reply(out, 401, b"", {"WWW-Authenticate": 'Basic realm="x"'})

    async with hostile(say) as server:
        found = await pulled(server, ADA)

        assert server.saw_credential
    assert CANARY not in repr(found)
