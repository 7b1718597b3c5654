"""containerd asked by bare gRPC: 200 bytes of HTTP/2, no library (engines.md 3.3).

`ctr version` would not do: it waits ten seconds at a missing socket (E110).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fault
from wizard.core.ports import EngineStatus
from wizard.core.text import clean
from wizard.engines.docker_failures import invalid
from wizard.engines.docker_fingerprints import Reply
from wizard.engines.local_socket import BUDGET_S, exchange

_VERSION: Final = "/containerd.services.version.v1.Version/Version"
_NAMESPACES: Final = "/containerd.services.namespaces.v1.Namespaces/List"
_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RESET, _SETTINGS, _GOAWAY = 0, 1, 3, 4, 7
_END_STREAM, _END_HEADERS = 1, 4
_FRAME_HEAD: Final = 9
_MESSAGE_HEAD: Final = 5
_LENGTH_DELIMITED: Final = 2
_MOST_BYTES: Final = 256 * 1024
_MOST_NAMESPACES: Final = 1000


@dataclass(frozen=True, slots=True)
class _Frame:
    kind: int
    flags: int
    stream: int
    payload: bytes


async def ask_version(path: str, limit_s: float = BUDGET_S) -> Reply:
    """READY with the version; else who or what answered, or why nobody did."""
    raw = await _call(path, _VERSION, limit_s)
    if isinstance(raw, Reply):
        return raw
    if not raw:
        words = "the connection was closed without a word: what it leads to is not running"
        return Reply(EngineStatus.STOPPED, words, "engine.not-running", Fault.RESET)
    message = _message(raw)
    if message is None:
        return invalid(_stranger(raw))
    fields = dict(_fields(message))
    version = clean(fields.get(1, b"").decode("utf-8", "replace").removeprefix("v"), 40)
    if not version:
        return invalid("a gRPC service answers there, and it is not containerd")
    said = f"containerd {version}"
    return Reply(EngineStatus.READY, said, product="containerd", version=version, os="linux")


async def namespaces(path: str, limit_s: float = BUDGET_S) -> frozenset[str]:
    """Who keeps images there: `default`, `k8s.io`, `moby`. Empty where it does not say."""
    raw = await _call(path, _NAMESPACES, limit_s)
    message = _message(raw) if isinstance(raw, bytes) else None
    found: set[str] = set()
    for number, entry in _fields(message or b""):
        if number == 1 and len(found) < _MOST_NAMESPACES:
            found.add(clean(dict(_fields(entry)).get(1, b"").decode("utf-8", "replace"), 80))
    return frozenset(found)


async def is_live(path: str, limit_s: float = BUDGET_S) -> bool:
    """Does any gRPC service, such as BuildKit, answer there?"""
    raw = await _call(path, _VERSION, limit_s)
    return isinstance(raw, bytes) and bool(raw) and _is_http2(raw)


async def _call(path: str, method: str, limit_s: float) -> bytes | Reply:
    return await exchange(
        path, _request(method), is_whole=_is_whole, most_bytes=_MOST_BYTES, limit_s=limit_s
    )


def _request(method: str) -> bytes:
    """A unary call with an empty message."""
    headers = {
        ":method": "POST",
        ":scheme": "http",
        ":path": method,
        ":authority": "localhost",
        "content-type": "application/grpc",
        "te": "trailers",
    }
    # Literal fields that are not indexed and not packed: every length fits into seven bits.
    block = b"".join(
        b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
        for name, value in headers.items()
    )
    return (
        _PREFACE
        + _framed(_SETTINGS, 0, 0, b"")
        + _framed(_HEADERS, _END_HEADERS, 1, block)
        + _framed(_DATA, _END_STREAM, 1, bytes(_MESSAGE_HEAD))
    )


def _framed(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
    return head + payload


def _frames(raw: bytes) -> Iterator[_Frame]:
    """The frames that are all there."""
    at = 0
    while at + _FRAME_HEAD <= len(raw):
        end = at + _FRAME_HEAD + int.from_bytes(raw[at : at + 3], "big")
        if end > len(raw):
            return
        stream = int.from_bytes(raw[at + 5 : at + 9], "big")
        yield _Frame(raw[at + 3], raw[at + 4], stream, raw[at + _FRAME_HEAD : end])
        at = end


def _is_whole(raw: bytes) -> bool:
    if raw and not _is_http2(raw):
        return len(raw) >= _FRAME_HEAD
    return any(
        frame.kind in (_RESET, _GOAWAY) or (frame.stream == 1 and frame.flags & _END_STREAM)
        for frame in _frames(raw)
    )


def _is_http2(raw: bytes) -> bool:
    """The first thing that its server says is its settings."""
    return raw[3:4] == bytes([_SETTINGS]) if len(raw) >= len("PRI ") else True


def _message(raw: bytes) -> bytes | None:
    """The answer's protobuf; None where there is none, as from a service without that method."""
    if not _is_http2(raw):
        return None
    data = b"".join(f.payload for f in _frames(raw) if f.kind == _DATA and f.stream == 1)
    if len(data) < _MESSAGE_HEAD:
        return None
    return data[_MESSAGE_HEAD : _MESSAGE_HEAD + int.from_bytes(data[1:_MESSAGE_HEAD], "big")]


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Its length-delimited fields; stops at anything else, or at what is cut off."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        if key & 7 != _LENGTH_DELIMITED:
            return
        length, at = _varint(message, at)
        if at + length > len(message):
            return
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 64:  # noqa: PLR2004 - bits of the longest one
        value |= (message[at] & 0x7F) << shift
        at += 1
        if message[at - 1] < 0x80:  # noqa: PLR2004 - no more bytes follow
            break
        shift += 7
    return value, at


def _stranger(raw: bytes) -> str:
    if raw.startswith(b"HTTP/1."):
        return "a web service answers there, such as Docker or LXD, not containerd"
    if _is_http2(raw):
        return "a gRPC service answers there, and it is not containerd"
    return "what answers there does not speak gRPC, so it is not containerd"
