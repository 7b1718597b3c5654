"""A registry that asks for patience is obeyed, and the person is told why nothing happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.command_line import wizard

ONCE = threading.Event()


class Patient(BaseHTTPRequestHandler):
    """429 with a second to wait at first, an open registry afterwards."""

    def do_GET(self) -> None:
        first = not ONCE.is_set()
        ONCE.set()
        self.send_response(429 if first else 200)
        if first:
            self.send_header("Retry-After", "1")
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """A test prints nothing."""


@pytest.fixture
def patient() -> Iterator[str]:
    ONCE.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Patient) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


def test_a_wait_that_the_registry_asks_for_is_shown_and_kept(patient: str) -> None:
    ran = wizard("doctor", f"{patient}/team", "--engine", "none", "--json")

    assert "127.0.0.1" in ran.err
    assert "asks us to wait 1 s" in ran.err
    reach = next(row for row in ran.document["checks"] if row["id"] == "registry.reach")
    assert reach["status"] == "pass"
