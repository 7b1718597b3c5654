"""Servers that lure: a credential stays where it belongs."""

from __future__ import annotations

from asyncio import StreamWriter

import pytest

from tests.support.certificates import Authority
from tests.support.conversation import (
    ADA,
    endpoint,
    image,
    layer_of,
    pulled,
    world,
)
from tests.support.hostile import RawRequest, always, bearer, hostile, reply
from wizard.core.image import OCI_MANIFEST
from wizard.core.names import Repository
from wizard.core.secret import ANONYMOUS

JSON = {"Content-Type": "application/json"}
MANIFEST = {"Content-Type": OCI_MANIFEST}


async def test_a_foreign_realm_gets_no_byte_of_the_credential() -> None:
    async with hostile(always(200, b'{"token":"t"}', JSON)) as thief:
        realm = bearer(f"{thief.base_url}/token")
        async with hostile(always(401, b"", realm)) as server:
            found = await pulled(server, ADA)

        assert found.cause == "login.realm-refused"
        assert f"{thief.base_url}/token" in found.evidence[-1].answered
        assert thief.requests == []


async def test_a_realm_without_encryption_is_refused_to_anybody(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path_factory.mktemp("ca"))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    async with hostile(always(200, b'{"token":"t"}', JSON)) as thief:
        realm = bearer(f"{thief.base_url}/token")
        tls = authority.issue().server_context()
        async with hostile(always(401, b"", realm), tls=tls) as server:
            anonymous = await pulled(server)
            found = await pulled(server, ADA)

        assert (anonymous.cause, found.cause) == ("login.realm-refused", "login.realm-refused")
        assert thief.requests == []


async def test_a_password_is_not_given_where_a_token_is_due() -> None:
    basic = {"WWW-Authenticate": 'Basic realm="x"'}

    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.path == "/token":
            await reply(out, 200, b'{"token":"t"}', JSON)
        await reply(out, 401, b"", basic)

    async with hostile(say) as server:
        found = await pulled(server, ADA, f"{server.base_url}/token")

        assert found.cause == "login.realm-refused"
        asked = [r for r in server.requests if r.headers.get("authorization", "")[:5] == "Basic"]
        assert [r.path for r in asked] == ["/token"]


async def test_a_redirect_elsewhere_carries_no_credential() -> None:
    pushed = image()
    async with hostile(always(200, pushed.layer)) as storage:

        async def say(request: RawRequest, out: StreamWriter) -> None:
            if "authorization" not in request.headers:
                await reply(out, 401, b"", {"WWW-Authenticate": 'Basic realm="x"'})
            else:
                await reply(out, 307, b"", {"Location": f"{storage.base_url}/blob?signed=1"})

        async with hostile(say) as server, world() as outside:
            api = outside.registry_api(endpoint(server.base_url), ADA)
            got = await api.get_blob(Repository(server.host, "team/app"), layer_of(pushed))
            assert await api.has_blob(Repository(server.host, "team/app"), layer_of(pushed))

        assert got == pushed.layer
        assert server.saw_credential
        assert [r.target for r in storage.requests] == ["/blob?signed=1"] * 2
        assert not storage.saw_credential
        assert not any("cookie" in r.headers for r in storage.requests)


async def test_an_upload_that_leads_elsewhere_carries_no_credential() -> None:
    pushed = image()
    async with hostile(always(201)) as storage:

        async def say(request: RawRequest, out: StreamWriter) -> None:
            if "authorization" not in request.headers:
                await reply(out, 401, b"", {"WWW-Authenticate": 'Basic realm="x"'})
            else:
                await reply(out, 202, b"", {"Location": f"{storage.base_url}/up?state=1"})

        async with hostile(say) as server, world() as outside:
            api = outside.registry_api(endpoint(server.base_url), ADA)
            layer = layer_of(pushed)
            await api.push_blob(Repository(server.host, "team/app"), layer, pushed.layer)

        (put,) = storage.requests
        assert put.target == f"/up?state=1&digest={layer.digest}"
        assert put.body == pushed.layer
        assert not storage.saw_credential


async def test_a_cookie_is_never_sent_back() -> None:
    async with hostile(always(200, b"{}", {"Set-Cookie": "a=b; Path=/"})) as server:
        async with world() as outside:
            api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
            await api.ping()
            await api.ping()

        assert server.asked("cookie") == []


async def test_redirects_in_a_circle_end() -> None:
    async with hostile(always(307, b"", {"Location": "/v2/again"})) as server:
        found = await pulled(server)

        assert found.cause == "network.intercepted"
        assert len(server.requests) == 6


async def test_a_circle_of_401_ends_after_one_token() -> None:
    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.path == "/token":
            await reply(out, 200, b'{"token":"t"}', JSON)
        await reply(out, 401, b"", bearer("/token"))

    async with hostile(say) as server:
        found = await pulled(server)

        assert found.cause == "pull.private-or-missing"
        assert [r.path.rpartition("/")[2] for r in server.requests] == ["v1", "token", "v1"]
