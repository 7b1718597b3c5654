"""A registry on loopback that takes uploads and refuses where it is told to, in given words."""

from __future__ import annotations

import asyncio
import hashlib
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Refusal:
    """The answer at one stage: `upload` is its start, `manifest` the last request of a push."""

    stage: str
    status: int
    code: str = ""
    message: str = ""
    page: str = ""
    """A web page instead of a registry's error document."""

    @property
    def body(self) -> bytes:
        if self.page:
            return self.page.encode()
        return json.dumps({"errors": [{"code": self.code, "message": self.message}]}).encode()


@dataclass
class RefusingRegistry:
    refusal: Refusal
    host: str = ""
    requests: list[str] = field(default_factory=list)
    """Method and path of each."""
    _blobs: dict[str, bytes] = field(default_factory=dict)
    _part: bytes = b""

    async def serve(self, reader: StreamReader, out: StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            method, path, body = await _request(reader)
            self.requests.append(f"{method} {path}")
            await self._say(method, path, body, out)
        out.close()

    async def _say(self, method: str, path: str, body: bytes, out: StreamWriter) -> None:
        name = path.rpartition("/")[2]
        if "/blobs/uploads/" in path and method == "POST":
            if self.refusal.stage == "upload":
                await self._refuse(out)
                return
            await _answer(out, 202, b"", f"Location: {path}upload\r\nRange: 0-0\r\n")
        elif method == "PATCH":
            self._part = body
            await _answer(out, 202, b"", f"Location: {path}\r\nRange: 0-{len(body) - 1}\r\n")
        elif method == "PUT" and "/blobs/" in path:
            content = self._part + body
            self._blobs[f"sha256:{hashlib.sha256(content).hexdigest()}"] = content
            await _answer(out, 201, b"")
        elif "/manifests/" in path and method == "PUT":
            await self._refuse(out)
        elif "/blobs/" in path and name in self._blobs:
            await _answer(out, 200, b"", length=len(self._blobs[name]))
        else:
            await _answer(out, 200 if path == "/v2/" else 404, b"")

    async def _refuse(self, out: StreamWriter) -> None:
        kind = "text/html" if self.refusal.page else "application/json"
        await _answer(out, self.refusal.status, self.refusal.body, f"Content-Type: {kind}\r\n")


async def _answer(
    out: StreamWriter, status: int, body: bytes, headers: str = "", length: int | None = None
) -> None:
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status} Said\r\n{headers}Docker-Distribution-Api-Version: registry/2.0\r\n"
    out.write(f"{head}Content-Length: {size}\r\nConnection: close\r\n\r\n".encode() + body)
    await out.drain()


async def _request(reader: StreamReader) -> tuple[str, str, bytes]:
    """Docker tries TLS first, and sends its layers in chunks."""
    first = await reader.readexactly(1)
    if first == b"\x16":
        raise ConnectionError("this is a TLS handshake")
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
    body = b""
    if "chunked" in headers.get("transfer-encoding", ""):
        while size := int((await reader.readline()).strip(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return method.upper(), target.partition("?")[0], body


@asynccontextmanager
async def refusing(refusal: Refusal) -> AsyncIterator[RefusingRegistry]:
    registry = RefusingRegistry(refusal)
    async with await asyncio.start_server(registry.serve, "127.0.0.1", 0) as server:
        registry.host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield registry
