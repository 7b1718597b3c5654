"""A forward proxy on loopback that tunnels (CONNECT), or answers as a test tells it to."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Proxy:
    host: str
    """Host and port."""
    heads: list[str] = field(default_factory=list)
    """The head of each request it got, as it came."""


@asynccontextmanager
async def proxy(answer: bytes = b"") -> AsyncIterator[Proxy]:
    """Connects to the port that was asked for, here whatever the name, or answers and hangs up."""
    running: set[asyncio.Task[None]] = set()
    made = Proxy("")

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                made.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
                if answer:
                    writer.write(answer)
                    await writer.drain()
                else:
                    await _tunnel(made.heads[-1], reader, writer)
        finally:
            await _close(writer)
            running.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    made.host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*tuple(running), return_exceptions=True)


async def _tunnel(head: str, reader: StreamReader, writer: StreamWriter) -> None:
    port = head.split(" ")[1].rpartition(":")[2]
    there, back = await asyncio.open_connection("127.0.0.1", int(port))
    try:
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(_pump(reader, back), _pump(there, writer))
    finally:
        await _close(back)


async def _pump(reader: StreamReader, writer: StreamWriter) -> None:
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()
    writer.close()


async def _close(writer: StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
