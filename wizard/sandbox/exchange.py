"""One request to a practice registry and its answer: plain values between HTTP and dialects."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self
from urllib.parse import parse_qs

JSON_TYPE: Final = "application/json"
UTF8_JSON: Final = "application/json; charset=utf-8"


@dataclass
class Request:
    method: str
    host: str
    """As in the Host header, lower case, without the port."""
    path: str
    """Still percent-encoded: `%2F` in a package's name is no slash."""
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    origin: str = ""
    """Scheme and authority by which the client speaks to us, for absolute links."""
    login: str = ""
    """Who asks; filled by the dialect once it knows. Empty while anonymous."""

    def first(self, name: str) -> str:
        """One query parameter; empty when it is not there."""
        return next(iter(self.query.get(name, [])), "")

    @property
    def authorization(self) -> tuple[str, str]:
        """Scheme in lower case and the rest of the Authorization header; both empty without one."""
        scheme, _, rest = self.headers.get("authorization", "").partition(" ")
        return scheme.lower(), rest.strip()

    @property
    def basic(self) -> tuple[str, str] | None:
        """User name and secret of HTTP Basic, None unless that is what was sent."""
        scheme, rest = self.authorization
        if scheme != "basic":
            return None
        try:
            pair = base64.b64decode(rest, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        username, _, secret = pair.partition(":")
        return username, secret

    @property
    def bearer(self) -> str:
        scheme, rest = self.authorization
        return rest if scheme in ("bearer", "token") else ""


@dataclass(frozen=True)
class Answer:
    """What goes back. The last three fields let a fault misbehave below HTTP."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    never: bool = False
    """Never sent: the connection stays open and silent until the sandbox stops."""
    cuts: bool = False
    """Not sent either: the connection is cut before the request's body has been read."""

    def adding(self, **headers: str) -> Self:
        """With more headers; `docker_content_digest` is written Docker-Content-Digest."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})


def json_answer(status: int, document: Any, **headers: str) -> Answer:
    """A JSON body ended by a newline, as Go's encoders write it."""
    body = json.dumps(document, separators=(",", ":")).encode() + b"\n"
    return Answer(status, body, {"Content-Type": JSON_TYPE}).adding(**headers)


def error(status: int, code: str, message: str, detail: Any = None, **headers: str) -> Answer:
    """An error in distribution's shape (registries.md 8.2)."""
    said = {"code": code, "message": message}
    if detail is not None:
        said["detail"] = detail
    return json_answer(status, {"errors": [said]}, **headers)


def read_query(text: str) -> Mapping[str, list[str]]:
    """Parameters by name; what is too much to be meant counts as none."""
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return {}
