"""What is there, where TLS was expected and is not: HTTP, or something that is no registry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from wizard.causes import CATALOGUE
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem, diagnose
from wizard.core.ports import Endpoint
from wizard.core.secret import ANONYMOUS
from wizard.core.signs import COMMON_SIGNS

HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
SSH = b"SSH-2.0-OpenSSH_9.2p1\r\n"


@asynccontextmanager
async def saying(text: bytes) -> AsyncIterator[int]:
    """Somebody on loopback who says this to everybody; the port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(text)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(("text", "cause"), [(HTTP, "plain-http"), (SSH, "intercepted")])
async def test_plain_http_is_told_from_what_is_no_web_server_at_all(
    tmp_path: Path, text: bytes, cause: str
) -> None:
    world = World({}, tmp_path, 5.0)
    async with saying(text) as port:
        endpoint = Endpoint(f"127.0.0.1:{port}", f"https://127.0.0.1:{port}")
        with pytest.raises(Problem) as raised:
            await world.registry_api(endpoint, ANONYMOUS).ping()
    await world.aclose()

    assert diagnose(raised.value, CATALOGUE, COMMON_SIGNS).cause == f"network.{cause}"
