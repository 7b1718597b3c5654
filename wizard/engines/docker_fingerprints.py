"""Who answered `GET /_ping`, told from the bytes alone (engines.md 2.3, E06 to E11, E15)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fault
from wizard.core.ports import EngineStatus
from wizard.core.text import clean

REQUEST: Final = (
    b"GET /_ping HTTP/1.1\r\nHost: docker\r\nUser-Agent: registry-wizard\r\n"
    b"Connection: close\r\n\r\n"
)
OLDEST_API: Final = (1, 24)
"""What the docker SDK 7 still speaks (engines.md E32)."""
_OK: Final = 200
_FIRST_SERVER_ERROR: Final = 500
_HTTP2_SETTINGS: Final = 4
_FRAME_TYPE_AT: Final = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """What a probe saw. `cause` is empty only where an engine is ready."""

    status: EngineStatus
    answered: str
    cause: str = ""
    fault: Fault = Fault.NONE
    product: str = "Docker"
    version: str = ""
    os: str = ""


def fingerprint(raw: bytes) -> Reply:
    """Read an answer, whole or cut off where its sender stopped."""
    if not raw:
        # A forwarder whose target is down: a stopped VM or instance behind a living proxy.
        words = "the connection was closed without a word: what it leads to is not running"
        return Reply(EngineStatus.STOPPED, words, "engine.not-running", Fault.RESET)
    if not raw.startswith(b"HTTP/1."):
        return _foreign(_binary(raw))
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = _status(lines[0])
    headers = {
        name.strip().lower(): value.strip()
        for name, colon, value in (line.partition(":") for line in lines[1:])
        if colon
    }
    if status == _OK and "api-version" in headers:
        return _engine(headers)
    if "docker/" in headers.get("server", "").lower() or status >= _FIRST_SERVER_ERROR:
        words = f"it answered {status} {clean(body.decode('utf-8', 'replace'), 120)}".strip()
        return Reply(EngineStatus.HUNG, words, "engine.not-answering", Fault.HUNG)
    return _foreign(_other_http(status, body))


def _engine(headers: dict[str, str]) -> Reply:
    server = headers.get("server", "")
    is_podman = "libpod" in server.lower() or "libpod-api-version" in headers
    product = "Podman" if is_podman else "Docker"
    version = clean(server.partition("/")[2].partition(" ")[0], 40)
    os = clean(headers.get("ostype", ""), 20).lower()
    api = headers["api-version"]
    said = f"{product} {version}, API {clean(api, 20)}"
    reply = Reply(EngineStatus.READY, said, product=product, version=version, os=os)
    if _number(api) < OLDEST_API:
        return replace(reply, status=EngineStatus.BROKEN, cause="engine.too-old")
    return reply


def _number(version: str) -> tuple[int, int]:
    major, _, minor = version.strip().partition(".")
    # A version in another form is a newer one: let the SDK decide.
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else OLDEST_API


def _status(line: str) -> int:
    word = line.split(" ")[1] if " " in line else ""
    return int(word) if word.isdecimal() and len(word) == len("200") else 0


def _binary(raw: bytes) -> str:
    if raw[_FRAME_TYPE_AT : _FRAME_TYPE_AT + 1] == bytes([_HTTP2_SETTINGS]):
        return "a gRPC service answers there, such as containerd or BuildKit, not Docker"
    if raw.startswith((b"\x15\x03", b"\x16\x03")):
        return "it speaks TLS, and this address does not ask for that"
    if raw.startswith(b"SSH-"):
        return "an SSH server answers there, not Docker"
    return "what answers there does not speak HTTP, so it is not Docker"


def _other_http(status: int, body: bytes) -> str:
    if b'"error_code"' in body and b'"metadata"' in body:
        return "LXD or Incus answers there, not Docker"
    if b"HTTP request to an HTTPS server" in body:
        return "it speaks TLS, and this address does not ask for that"
    return f"another web service answers there ({status} to /_ping), not Docker"


def _foreign(words: str) -> Reply:
    return Reply(EngineStatus.BROKEN, words, "engine.endpoint-invalid", Fault.NONSENSE)
