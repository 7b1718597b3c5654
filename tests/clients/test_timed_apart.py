"""What a silent server did answer before, and in which time, is told with the time-out."""

from __future__ import annotations

import asyncio
import re
from asyncio import StreamWriter

import pytest

from tests.support.certificates import Authority
from tests.support.conversation import diagnosis_of, endpoint, world
from tests.support.hostile import RawRequest, hostile
from wizard.clients.tunnel import Tunnel
from wizard.core.secret import ANONYMOUS


async def never(_request: RawRequest, _out: StreamWriter) -> None:
    await asyncio.Event().wait()


async def told_of(base_url: str) -> str:
    async with world(timeout_s=0.5) as outside:
        found = await diagnosis_of(outside.registry_api(endpoint(base_url), ANONYMOUS).ping())
    assert found.cause == "network.timeout"
    return found.evidence[-1].answered


async def test_connection_and_tls_are_timed_apart_from_the_silence_after_them(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    tls = authority.issue("localhost").server_context()
    async with hostile(never, tls=tls) as server:
        port = server.host.rpartition(":")[2]

        told = await told_of(f"https://localhost:{port}")

    assert re.search(r"0\.5 s: connected in 0\.\d+ s, TLS in 0\.\d+ s, then silence$", told)


async def test_a_handshake_without_an_end_is_told_as_that() -> None:
    tunnel = Tunnel("")
    await tunnel("connection.connect_tcp.started", {})
    assert tunnel.seeks_connection
    await tunnel("connection.connect_tcp.complete", {})
    await tunnel("connection.start_tls.started", {})

    assert not tunnel.seeks_connection
    assert re.fullmatch(r"connected in 0\.\d+ s, and TLS came to no end", tunnel.told)


async def test_a_connection_that_was_there_has_nothing_to_tell() -> None:
    tunnel = Tunnel("")
    await tunnel("http2.send_request_headers.started", {})

    assert (tunnel.told, tunnel.seeks_connection) == ("", False)
