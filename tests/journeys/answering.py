"""A plain HTTP server inside the lab that gives everybody the same answer, and its clock's time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.lab.machine import ADDRESS, Machine


@contextmanager
def answering(
    machine: Machine,
    *,
    port: int,
    status: int = 301,
    headers: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(status)  # with Server and Date
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = do_CONNECT = answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet."""

    server = ThreadingHTTPServer((ADDRESS, port), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = machine.listen(port)
    server.server_activate()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
