"""A small token service: signs JWTs as distribution wants them (registries.md 8.3).

    ada = User("secret", {"ada/*": {"pull", "push"}})
    with TokenService(tmp_path, users={"ada": ada}, anonymous={"open/*": {"pull"}}) as tokens:
        with docker_registry(tmp_path, tokens=tokens) as registry: ...

It grants what was asked and is allowed, as the specification says; `strict=True` refuses instead
with 401 or 403 as GHCR does. It runs in a thread of its own, so that any client can use it.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

from tests.support.certificates import Leaf


@dataclass(frozen=True)
class User:
    password: str
    grants: Mapping[str, set[str]] = field(default_factory=dict)
    """Repository pattern (`ada/*`) to actions."""


@dataclass(frozen=True)
class TokenRequest:
    path: str
    query: Mapping[str, list[str]]
    authorization: str
    """The header as it came; empty when there was none."""


class TokenService:
    issuer = "practice-issuer"
    service = "practice"

    def __init__(
        self,
        folder: Path,
        *,
        users: Mapping[str, User] | None = None,
        anonymous: Mapping[str, set[str]] | None = None,
        tls: Leaf | None = None,
        strict: bool = False,
        expires_in: int | None = 300,
        realm: str = "",
    ) -> None:
        """`realm` is where it is found when something else stands before it."""
        self.users = dict(users or {})
        self.anonymous = dict(anonymous or {})
        self.strict = strict
        self.expires_in = expires_in
        self.requests: list[TokenRequest] = []
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._der = _own_certificate(self._key)
        self.certificate = folder / "token-signer.pem"
        self.certificate.write_bytes(_pem(self._der))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        if tls:
            context = tls.server_context()
            # The handshake belongs to the request's own thread: one slow client stops nobody.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme = "https" if tls else "http"
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.realm = realm or f"{scheme}://{self.host}/token"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, asked: TokenRequest) -> tuple[int, dict[str, Any]]:
        """Status and JSON body for one request."""
        username = ""
        grants: Mapping[str, set[str]] = self.anonymous
        if asked.authorization:
            username, password = _basic(asked.authorization)
            user = self.users.get(username)
            if user is None or user.password != password:
                return 401, _error("UNAUTHORIZED", "incorrect username or password")
            grants = user.grants
        access = []
        for scope in asked.query.get("scope", []):
            kind, name, actions = _scope(scope)
            allowed = {
                a for pattern, some in grants.items() if fnmatch(name, pattern) for a in some
            }
            wanted = set(actions)
            if self.strict and not wanted <= allowed:
                if username:
                    return 403, _error("DENIED", "denied")
                return 401, _error("UNAUTHORIZED", "authentication required")
            access.append({"type": kind, "name": name, "actions": sorted(wanted & allowed)})
        token = self.sign(username, access)
        lifetime = {} if self.expires_in is None else {"expires_in": self.expires_in}
        return 200, {"token": token, **lifetime}

    def sign(self, username: str, access: list[dict[str, Any]]) -> str:
        now = int(dt.datetime.now(dt.UTC).timestamp())
        header = {"typ": "JWT", "alg": "ES256", "x5c": [base64.b64encode(self._der).decode()]}
        claims = {
            "iss": self.issuer,
            "sub": username,
            "aud": self.service,
            "exp": now + 300,
            "nbf": now - 10,
            "iat": now,
            "jti": f"{len(self.requests)}",
            "access": access,
        }
        signed = f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(claims).encode())}"
        signature = self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
        r, s = decode_dss_signature(signature)
        return f"{signed}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def _handler(service: TokenService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            authorization = self.headers.get("Authorization", "")
            asked = TokenRequest(url.path, parse_qs(url.query), authorization)
            service.requests.append(asked)
            status, document = service.answer(asked)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet: the requests are recorded."""

    return Handler


def _own_certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "token signer")])
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=7))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def _basic(authorization: str) -> tuple[str, str]:
    try:
        pair = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    username, _, password = pair.partition(":")
    return username, password


def _scope(scope: str) -> tuple[str, str, list[str]]:
    kind, _, rest = scope.partition(":")
    name, _, actions = rest.rpartition(":")
    return kind, name, actions.split(",")


def _error(code: str, message: str) -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message}]}


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
