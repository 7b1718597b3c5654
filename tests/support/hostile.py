"""A tiny raw HTTP/1.1 server on loopback that answers exactly what a test tells it to.

    async def say(request: RawRequest, out: StreamWriter) -> None:
        await reply(out, 200, b"{}")

    async with hostile(say) as server:
        server.base_url; server.requests

Each connection serves one request and is closed, unless the answer was sent with `keep=True`.
"""

from __future__ import annotations

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

LONGEST_HEAD = 1 << 16


@dataclass(frozen=True)
class RawRequest:
    method: str
    target: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


Say = Callable[[RawRequest, StreamWriter], Awaitable[None]]


@dataclass
class HostileServer:
    host: str
    base_url: str
    requests: list[RawRequest] = field(default_factory=list)

    @property
    def saw_credential(self) -> bool:
        return any("authorization" in request.headers for request in self.requests)

    def asked(self, header: str) -> list[str]:
        """The values of one request header over all requests."""
        return [r.headers[header] for r in self.requests if header in r.headers]


@asynccontextmanager
async def hostile(say: Say, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[HostileServer]:
    """Serve until the block ends; then every open connection is cut."""
    running: set[asyncio.Task[None]] = set()
    known = HostileServer("", "")

    async def converse(reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            while not writer.is_closing():
                request = await _read(reader)
                if request is None:
                    break
                known.requests.append(request)
                await say(request, writer)
                if not getattr(writer, "keep_alive", False):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            running.discard(task)
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=tls, limit=LONGEST_HEAD)
    port = server.sockets[0].getsockname()[1]
    known.host = f"127.0.0.1:{port}"
    known.base_url = f"{'https' if tls else 'http'}://{known.host}"
    try:
        yield known
    finally:
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*tuple(running), return_exceptions=True)
        await server.wait_closed()


async def _read(reader: StreamReader) -> RawRequest | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return RawRequest(method, target, headers, body)


async def reply(
    out: StreamWriter,
    status: int,
    body: bytes = b"",
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    *,
    keep: bool = False,
    length: int | None = None,
) -> None:
    """One whole answer. `length` lies about the body's size."""
    pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
    size = len(body) if length is None else length
    pairs += [("Content-Length", str(size)), ("Connection", "keep-alive" if keep else "close")]
    head = f"HTTP/1.1 {status} Said\r\n" + "".join(f"{n}: {v}\r\n" for n, v in pairs) + "\r\n"
    out.write(head.encode("latin-1") + body)
    out.keep_alive = keep  # type: ignore[attr-defined]
    await out.drain()


def always(
    status: int,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    length: int | None = None,
) -> Say:
    """The same answer to everything."""

    async def say(_request: RawRequest, out: StreamWriter) -> None:
        await reply(out, status, body, headers or {}, length=length)

    return say


def bearer(realm: str) -> dict[str, str]:
    """The header that sends a client to a token service."""
    return {"WWW-Authenticate": f'Bearer realm="{realm}",service="s"'}
