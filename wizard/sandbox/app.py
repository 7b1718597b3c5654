"""The practice registries as an ASGI application: read a request, ask its dialect, answer."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, Final

from wizard.sandbox.accounts import People
from wizard.sandbox.dialects import practice_dialects
from wizard.sandbox.dialects.dialect import Dialect
from wizard.sandbox.exchange import Answer, Request, error, read_query
from wizard.sandbox.faults import PracticeFault

MOST_BODY_BYTES: Final = 64 << 20
MOST_SEEN: Final = 2000

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Seen:
    """One request that came in, for tests and for the screen. Never the credential itself."""

    method: str
    host: str
    path: str
    query: str
    status: int
    authorized: bool
    """Was there an Authorization header?"""
    login: str
    """Who it was; empty while anonymous or unknown."""
    http_version: str


@dataclass(frozen=True)
class Remembered:
    """People and registries, which know each other."""

    people: People
    dialects: tuple[Dialect, ...]


class App:
    """Serves every dialect by Host header."""

    def __init__(self, default_host: str = "") -> None:
        """`default_host` answers for every host that is none of the practice registries'."""
        self.faults: dict[str, PracticeFault] = {}
        self.seen: deque[Seen] = deque(maxlen=MOST_SEEN)
        self.stopping = asyncio.Event()
        self.cut: Callable[[Any], None] = lambda _peer: None
        """Ends the connection of a client, named by its address."""
        self._default_host = default_host
        self.reset()

    def reset(self) -> None:
        """Empty registries, no fault, nothing seen."""
        self.faults.clear()
        self.seen.clear()
        people = People()
        self._take(Remembered(people, practice_dialects(people)))

    def remember(self) -> Remembered:
        """What the registries and their people are now."""
        return deepcopy(Remembered(self.people, self.dialects))

    def recall(self, remembered: Remembered) -> None:
        """As it was, without faults, nothing seen."""
        self.faults.clear()
        self.seen.clear()
        self._take(deepcopy(remembered))

    def _take(self, world: Remembered) -> None:
        self.people = world.people
        self.dialects = world.dialects
        self._by_host: Mapping[str, Dialect] = {
            host: dialect for dialect in self.dialects for host in dialect.hosts
        }

    def dialect(self, host: str) -> Dialect | None:
        return self._by_host.get(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        request = self._read_head(scope)
        answer = self._instead(request)
        if answer is None:
            request.body, fits = await _read_body(receive)
            if not fits:
                answer = error(413, "SIZE_INVALID", "larger than a practice registry takes")
            else:
                answer = self._answer(request)
        elif not (answer.cuts or answer.never):
            # Answered before its end, an HTTP/2 request takes the whole connection down here.
            await _read_body(receive)
        for fault in tuple(self.faults.values()):
            answer = fault.after(request, answer)
        self.seen.append(_seen(scope, request, answer))
        if answer.never:
            await self.stopping.wait()
        if answer.never or answer.cuts:
            self.cut(scope["client"])
        else:
            await self._send(answer, request, send)

    def _read_head(self, scope: Scope) -> Request:
        headers = _joined(scope["headers"])
        authority = headers.get("host", "").lower()
        host = authority.rpartition(":")[0] if ":" in authority else authority
        path = scope["raw_path"].decode("latin-1")
        if host not in self._by_host:
            meant = (dialect.host_of(path, headers) for dialect in self.dialects)
            host = next(filter(None, meant), host)
        known = host in self._by_host or not self._default_host
        return Request(
            method=scope["method"],
            host=host if known else self._default_host,
            path=path,
            query=read_query(scope["query_string"].decode("latin-1")),
            headers=headers,
            # Inside the program the client speaks HTTPS to a name, whatever carries it here.
            origin=f"https://{authority}" if known else f"{scope['scheme']}://{authority}",
        )

    def _instead(self, request: Request) -> Answer | None:
        for fault in tuple(self.faults.values()):
            answer = fault.instead(request)
            if answer is not None:
                return answer
        return None

    def _answer(self, request: Request) -> Answer:
        dialect = self._by_host.get(request.host)
        if dialect is None:
            return Answer(421, b"no practice registry has this name\n")
        return dialect.answer(request)

    async def _send(self, answer: Answer, request: Request, send: Send) -> None:
        if answer.delay_s:
            await self._rest(answer.delay_s)
        headers = {"Date": formatdate(time.time(), usegmt=True), **answer.headers}
        if answer.status != 204:  # noqa: PLR2004 - No Content has no length either
            headers["Content-Length"] = str(len(answer.body))
        pairs = [(n.lower().encode(), v.encode("latin-1", "replace")) for n, v in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
        body = b"" if request.method == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)


def _joined(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by name in lower case. Skopeo sends one Accept line for each type."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _read_body(receive: Receive) -> tuple[bytes, bool]:
    """The body, and whether it was within bounds; read to its end either way."""
    body = bytearray()
    fits = True
    while True:
        message = await receive()
        fits = fits and len(body) + len(message.get("body", b"")) <= MOST_BODY_BYTES
        if fits:
            body += message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body), fits


def _seen(scope: Scope, request: Request, answer: Answer) -> Seen:
    return Seen(
        method=request.method,
        host=request.host,
        path=request.path,
        query=scope["query_string"].decode("latin-1"),
        status=answer.status,
        authorized="authorization" in request.headers,
        login=request.login,
        http_version=scope["http_version"],
    )
