"""Unix sockets that answer, hang, refuse or lie, as engines do when they are ill."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path


@contextmanager
def hung(path: Path, *, full: bool = False) -> Iterator[str]:
    """It takes connections (the kernel does) and nobody answers; `full` takes no more of them."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(str(path))
        listening.listen(0 if full else 128)
        while full:
            waiting = stack.enter_context(socket.socket(socket.AF_UNIX))
            waiting.setblocking(False)
            try:
                waiting.connect(str(path))
            except BlockingIOError:
                break
        yield f"unix://{path}"


def stale(path: Path) -> str:
    """Left behind: bound once, and nobody listens."""
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))
    return f"unix://{path}"


class Answering:
    """Counts what it is asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[bytes] = []


@asynccontextmanager
async def answering(path: Path, reply: bytes) -> AsyncIterator[Answering]:
    """Says `reply` to every request and closes; with an empty one it closes without a word."""
    known = Answering(f"unix://{path}")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if reply:
            known.requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(reply)
            await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(serve, path):
        yield known


@asynccontextmanager
async def over_tcp(path: Path) -> AsyncIterator[str]:
    """The engine at this socket, on a loopback port as well."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(1 << 16):
                writer.write(chunk)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(path)
        await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
