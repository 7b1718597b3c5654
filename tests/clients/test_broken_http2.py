"""A device on the way that offers HTTP/2 and breaks it, where HTTP/1.1 works as for the engines."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.support.certificates import Authority
from wizard.clients.http import Client, make_client


@dataclass
class Device:
    base_url: str
    spoken: list[str | None] = field(default_factory=list)
    """The protocol of each connection."""


@asynccontextmanager
async def device(authority: Authority, answer: bytes) -> AsyncIterator[Device]:
    """Hangs up on HTTP/2, and says this to anything else."""
    made = Device("")

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        tls: ssl.SSLObject = writer.get_extra_info("ssl_object")
        made.spoken.append(tls.selected_alpn_protocol())
        if made.spoken[-1] != "h2":
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(answer)
                if not answer:
                    break
        writer.close()

    async def quietly(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    context = authority.issue().server_context("h2", "http/1.1")
    server = await asyncio.start_server(quietly, "127.0.0.1", 0, ssl=context)
    made.base_url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def client_of(authority: Authority) -> Client:
    return make_client({"SSL_CERT_FILE": str(authority.certificate)}, 2.0)


async def test_all_that_follows_is_asked_in_http_1(authority: Authority) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    async with device(authority, answer) as there, client_of(authority) as client:
        # At once, too: the offer of one connection is not to get into another's greeting.
        asked = [client.get(f"{there.base_url}/v2/{number}") for number in range(6)]
        first = await client.get(f"{there.base_url}/v2/")
        rest = await asyncio.gather(*asked)

    assert [seen.status_code for seen in (first, *rest)] == [200] * 7
    assert there.spoken.count("h2") == 1


async def test_what_is_broken_either_way_stays_the_first_fault(authority: Authority) -> None:
    async with device(authority, b"") as there, client_of(authority) as client:
        with pytest.raises(httpx.TransportError):
            await client.get(f"{there.base_url}/v2/")

    assert there.spoken == ["h2", "http/1.1"]
