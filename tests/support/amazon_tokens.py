"""Amazon's token service, for programs that take no other address: behind a proxy, with TLS.

    with amazon_tokens(folder) as amazon:
        machine.environ.update(amazon.environ)

The proxy leads every name to one small server that answers GetAuthorizationToken, each time with
another token. `refusal` makes it refuse instead. Nothing leaves this machine.
"""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.certificates import Authority

REGION = "eu-west-1"
API = f"api.ecr.{REGION}.amazonaws.com"


@dataclass
class AmazonTokens:
    environ: dict[str, str]
    asked: list[dict[str, str]] = field(default_factory=list)
    """The headers of each question, names in lower case; `host` is whom the proxy was asked for."""
    refusal: str = ""
    """`AccessDeniedException`, ..."""

    def answer(self) -> tuple[int, dict[str, Any]]:
        if self.refusal:
            return 400, {"__type": self.refusal, "message": "CANARY-refused"}
        token = base64.b64encode(f"AWS:CANARY-token-{len(self.asked)}".encode()).decode()
        row = {
            "authorizationToken": token,
            "expiresAt": time.time() + 12 * 3600,
            "proxyEndpoint": f"https://123456789012.dkr.ecr.{REGION}.amazonaws.com",
        }
        return 200, {"authorizationData": [row]}


@contextmanager
def amazon_tokens(folder: Path) -> Iterator[AmazonTokens]:
    """Serve until the end; `folder` gets the certificates."""
    authority = Authority(folder / "amazon")
    context = authority.issue(API).server_context("http/1.1")
    made = AmazonTokens({})

    class Tunnel(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError, ValueError):
                head = _head(self.request)
                self.request.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                with context.wrap_socket(self.request, server_side=True) as spoken:
                    while True:
                        _one(spoken, made, head)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as server:
        server.daemon_threads = True
        made.environ = {
            "HTTPS_PROXY": f"http://127.0.0.1:{server.server_address[1]}",
            "SSL_CERT_FILE": str(authority.certificate),
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def _one(spoken: ssl.SSLSocket, made: AmazonTokens, head: str) -> None:
    lines = _head(spoken).split("\r\n")[1:]
    headers = {name.lower(): text for name, _, text in (line.partition(": ") for line in lines)}
    left = int(headers.get("content-length", "0"))
    while left > 0 and (chunk := spoken.recv(left)):
        left -= len(chunk)
    made.asked.append({**headers, "host": head.split()[1].partition(":")[0]})
    status, document = made.answer()
    body = json.dumps(document).encode()
    reply = f"HTTP/1.1 {status} OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
    spoken.sendall(f"{reply}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def _head(connection: Any) -> str:
    """Raises ValueError at the end of the conversation."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            raise ValueError("they hung up")
        head += byte
    return head.decode().strip()
