"""The one client: what it takes from the environment, and what it never does."""

from __future__ import annotations

import asyncio
import logging
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.certificates import Authority
from tests.support.conversation import ADA, CANARY, diagnosis_of, endpoint, world
from tests.support.docker_registry import docker_registry, free_port
from tests.support.hostile import RawRequest, always, hostile, reply
from tests.support.proxy import proxy
from wizard.clients.http import make_client
from wizard.core.diagnosis import Fault, Stage
from wizard.core.names import Repository
from wizard.core.secret import ANONYMOUS, Secret

NAMED = "registry.test"
"""No proxy is ever asked for loopback's names."""


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
    return made


async def test_a_proxy_of_the_environment_is_used_and_gets_its_own_password(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        proxy() as forward,
        hostile(always(200, b"{}"), tls=authority.issue(NAMED).server_context()) as server,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{CANARY}@{forward.host}")
        there = f"{NAMED}:{server.host.rpartition(':')[2]}"
        async with world() as outside:
            ping = await outside.registry_api(endpoint(f"https://{there}"), ANONYMOUS).ping()

        assert ping.scheme == "none"
        assert forward.heads[0].startswith(f"CONNECT {there} ")
        assert "Proxy-Authorization: Basic" in forward.heads[0]
        assert server.asked("proxy-authorization") == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n", "407"),
        (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "403"),
    ],
)
async def test_a_proxy_that_refuses_is_named(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, words: str
) -> None:
    async with proxy(answer) as forward:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{CANARY}@{forward.host}")
        async with world() as outside:
            api = outside.registry_api(endpoint("https://registry.example.com"), ANONYMOUS)
            found = await diagnosis_of(api.ping())

    assert found.cause == "network.proxy"
    assert words in found.evidence[-1].message
    assert forward.host in found.evidence[-1].facts["proxy"]
    assert CANARY not in repr(found)


async def test_of_a_proxys_password_that_was_not_encoded_nothing_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:p@127.0.0.1#{CANARY}@proxy.corp:3128")
    async with world() as outside:
        api = outside.registry_api(endpoint("https://registry.example.com"), ANONYMOUS)
        found = await diagnosis_of(api.ping())

    assert found.cause == "network.proxy"
    assert found.evidence[-1].facts["proxy"] == "http://127.0.0.1"
    assert CANARY not in repr(found)


async def test_a_proxy_that_is_not_there_is_the_proxys_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    async with world() as outside:
        api = outside.registry_api(endpoint("https://registry.example.com"), ANONYMOUS)

        assert (await diagnosis_of(api.ping())).cause == "network.proxy"


async def test_a_plain_registry_behind_a_proxy_that_wants_a_login_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with hostile(always(407, b"<html>Log in</html>")) as server:
        monkeypatch.setenv("HTTP_PROXY", server.base_url)
        async with world() as outside:
            api = outside.registry_api(endpoint(f"http://{NAMED}:9"), ANONYMOUS)

            assert (await diagnosis_of(api.ping())).cause == "network.proxy"


async def test_a_proxy_variable_that_go_does_not_read_stops_nothing_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://127.0.0.1:1080")
    monkeypatch.setenv("NO_PROXY", "[::1],10.0.0.0/8")
    async with hostile(always(200, b"{}")) as server, world() as outside:
        await outside.registry_api(endpoint(server.base_url), ANONYMOUS).ping()

        assert [note.partition(" ")[0] for note in outside.notes] == ["ALL_PROXY"]


async def test_a_proxy_variable_without_an_address_stops_all_that_is_not_here_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{CANARY}@proxy:squid")
    async with world() as outside:
        api = outside.registry_api(endpoint(f"https://{NAMED}"), ANONYMOUS)
        found = await diagnosis_of(api.ping())

    assert found.cause == "network.proxy"
    assert "HTTPS_PROXY" in found.summary
    assert CANARY not in repr(found)


async def test_a_trust_variable_that_names_nothing_is_left_out_and_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    (tmp_path / "garbage.pem").write_text("no certificate")
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "garbage.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.certificate))
    tls = authority.issue().server_context()
    async with hostile(always(200, b"{}"), tls=tls) as server, world() as outside:
        ping = await outside.registry_api(endpoint(server.base_url), ANONYMOUS).ping()

        assert ping.scheme == "none"
        assert [note.partition(" ")[0] for note in outside.notes] == ["CURL_CA_BUNDLE"]


async def test_what_replaces_the_systems_certificates_and_cannot_be_read_leaves_nobody_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    missing = tmp_path / "missing.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(missing))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.certificate))
    tls = authority.issue().server_context()
    async with hostile(always(200, b"{}"), tls=tls) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        found = await diagnosis_of(api.ping())

    assert found.cause == "network.tls-untrusted"
    assert str(missing) in found.evidence[0].line
    assert any(fix.command == "unset SSL_CERT_FILE" for fix in found.fixes)


@pytest.mark.engine
async def test_one_http2_connection_carries_everything(
    tmp_path: Path, authority: Authority
) -> None:
    with docker_registry(tmp_path, tls=authority.issue()) as registry:
        async with make_client({"SSL_CERT_FILE": str(authority.certificate)}, 5.0) as client:
            answers = await asyncio.gather(
                *(client.get(f"{registry.base_url}/v2/") for _ in range(30))
            )

            assert {answer.http_version for answer in answers} == {"HTTP/2"}
            streams = {answer.extensions["network_stream"] for answer in answers}
            assert len(streams) == 1


async def test_plain_http_opens_at_most_eight_connections() -> None:
    together, most = 0, 0

    async def say(_request: RawRequest, out: StreamWriter) -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0.01)
        together -= 1
        await reply(out, 200, b"{}", keep=True)

    async with hostile(say) as server, make_client({}, 5.0) as client:
        await asyncio.gather(*(client.get(f"{server.base_url}/{i}") for i in range(40)))

    assert 1 < most <= 8


async def test_a_netrc_is_never_read(home: Path) -> None:
    (home / ".netrc").write_text(f"machine 127.0.0.1 login ada password {CANARY}\n")
    async with hostile(always(200, b"{}")) as server:
        async with world() as outside:
            await outside.registry_api(endpoint(server.base_url), ANONYMOUS).ping()

        assert not server.saw_credential
        assert server.asked("accept-encoding") == ["identity"]


async def test_asking_sends_the_bearer_and_follows_no_redirect() -> None:
    async with hostile(always(302, b"", {"Location": "/elsewhere"})) as server:
        async with world() as outside:
            answer = await outside.ask("GET", f"{server.base_url}/user", bearer=Secret(CANARY))

        assert answer.status == 302
        assert server.asked("authorization") == [f"Bearer {CANARY}"]
        assert len(server.requests) == 1


@pytest.mark.parametrize("secret", [f"{CANARY}\r\nX: y", f"{CANARY}\u00e9", f"{CANARY}\x00"])
async def test_a_secret_that_fits_no_header_is_not_shown_in_the_problem(secret: str) -> None:
    async with hostile(always(200)) as server, world() as outside:
        found = await diagnosis_of(outside.ask("GET", server.base_url, bearer=Secret(secret)))

        assert server.requests == []
    assert found.evidence[-1].fault is Fault.NONSENSE
    assert CANARY not in repr(found)


async def test_nothing_is_asked_without_encryption_of_a_host_outside() -> None:
    async with world() as outside:
        found = await diagnosis_of(outside.ask("GET", "http://registry.example.com/"))

    assert found.evidence[-1].message == "only HTTPS is spoken there"


async def test_not_even_a_debug_log_holds_the_secret(
    authority: Authority, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    passwords = {"ada": CANARY}
    with docker_registry(tmp_path, tls=authority.issue(), htpasswd=passwords) as registry:
        async with world() as outside:
            api = outside.registry_api(endpoint(registry.base_url), ADA)
            await api.prove(Repository(registry.host, "ada/app"))

    assert "HTTP Request" in caplog.text
    assert CANARY not in caplog.text
    assert "Basic " not in caplog.text.replace('Basic realm="practice"', "")


@asynccontextmanager
async def raw_server(first_bytes: bytes) -> AsyncIterator[str]:
    """Says this to whoever connects, and hangs up."""

    async def say(_reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(first_bytes)
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_handshake_that_is_cut_is_something_in_the_way() -> None:
    async with raw_server(b"") as base_url, world() as outside:
        found = await diagnosis_of(outside.registry_api(endpoint(base_url), ANONYMOUS).ping())

    assert (found.cause, found.evidence[-1].fault) == ("network.intercepted", Fault.RESET)
    assert found.evidence[-1].stage is Stage.PING


async def test_a_handshake_that_is_refused_is_a_tls_fault() -> None:
    handshake_failure = bytes.fromhex("15030300020228")
    async with raw_server(handshake_failure) as base_url, world() as outside:
        found = await diagnosis_of(outside.registry_api(endpoint(base_url), ANONYMOUS).ping())

    assert (found.cause, found.evidence[-1].fault) == ("network.tls-invalid", Fault.TLS_OTHER)
