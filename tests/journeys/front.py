"""What stands before a self-hosted registry: TLS, `/token` to its token service, the rest to it.

It listens inside the lab and asks servers outside of it, so that those may be the ordinary ones of
tests/support. A credential goes to a token service of the registry's own origin only, as here.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.lab.machine import ADDRESS, Machine
from tests.support.certificates import Leaf

Said = tuple[int, dict[str, str], bytes]
Headers = list[tuple[str, str]]
Instead = Callable[[BaseHTTPRequestHandler], Said | None]
"""Answers in the registry's place; None asks the registry."""
Changes = Callable[[BaseHTTPRequestHandler, Headers], Headers]

_OF_ONE_HOP = ("connection", "transfer-encoding", "content-length")


def not_by_itself(_request: BaseHTTPRequestHandler) -> Said | None:
    return None


def as_it_came(_request: BaseHTTPRequestHandler, headers: Headers) -> Headers:
    return headers


@contextmanager
def front(
    machine: Machine,
    leaf: Leaf,
    *,
    port: int,
    registry: str,
    tokens: str,
    instead: Instead = not_by_itself,
    changes: Changes = as_it_came,
) -> Iterator[None]:
    """Serve until the block ends. `registry` and `tokens` are host and port on loopback outside.

    `instead` and `changes` are for what a proxy does of its own accord.
    """
    handler = _handler(registry, tokens, instead, changes)
    server = ThreadingHTTPServer((ADDRESS, port), handler, bind_and_activate=False)
    server.socket.close()
    listening = machine.listen(port)
    # The handshake belongs to the request's own thread: one slow client stops nobody.
    server.socket = leaf.server_context().wrap_socket(
        listening, server_side=True, do_handshake_on_connect=False
    )
    server.server_activate()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(
    registry: str, tokens: str, instead: Instead, changes: Changes
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def forward(self) -> None:
            body = _body(self)
            said = instead(self)
            if said is not None:
                status, headers, content = said
                self._send(status, [*headers.items()], content)
                return
            host = tokens if self.path.startswith("/token") else registry
            own = [("X-Forwarded-Proto", "https"), ("Content-Length", str(len(body)))]
            asked = http.client.HTTPConnection(host, timeout=30)
            try:
                asked.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in [*self.headers.items(), *own]:
                    if (name, value) in own or name.lower() not in _OF_ONE_HOP:
                        asked.putheader(name, value)
                asked.endheaders(body)
                self._answer(asked.getresponse())
            finally:
                asked.close()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = forward  # noqa: N815

        def _answer(self, answer: http.client.HTTPResponse) -> None:
            body = answer.read()
            kept = [row for row in answer.getheaders() if row[0].lower() not in _OF_ONE_HOP]
            stated = answer.getheader("Content-Length") if self.command == "HEAD" else None
            self._send(answer.status, changes(self, kept), body, stated)

        def _send(
            self, status: int, headers: Headers, body: bytes, stated: str | None = None
        ) -> None:
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", stated or str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet."""

    return Handler


def _body(request: BaseHTTPRequestHandler) -> bytes:
    if request.headers.get("Transfer-Encoding") != "chunked":
        return request.rfile.read(int(request.headers.get("Content-Length", "0")))
    parts = []
    while size := int(request.rfile.readline(), 16):
        parts.append(request.rfile.read(size))
        request.rfile.readline()
    request.rfile.readline()
    return b"".join(parts)
