"""A pasted message, or a log of megabytes, as a bounded number of lines."""

from __future__ import annotations

import re
from collections import deque
from typing import BinaryIO, Final, TextIO

HEAD: Final = 64 * 1024
TAIL: Final = 192 * 1024
"""Bytes kept of the beginning and of the end: a log says at its end why it failed."""
MOST_READ: Final = 256 * 1024 * 1024
"""Bytes; a stream without an end must not be read for ever."""
_CHUNK: Final = 64 * 1024
_LONGEST_LINE: Final = 2000
_FIRST_LINES: Final = 100
_LAST_LINES: Final = 300
_JOINED: Final = 6
"""Lines at most that may be one message broken by the width of a window."""

# Colours and cursor moves (CSI), titles and links (OSC), and the escapes of two characters.
_ESCAPES: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])"
)
_REFUSAL: Final = re.compile(r'"code"\s*:\s*"(\w+)"\s*,\s*"message"\s*:\s*"((?:[^"\\]|\\.)*)"')


def read_bounded(stream: TextIO) -> str:
    """The head and the tail of a stream, whatever bytes come."""
    binary: BinaryIO | None = getattr(stream, "buffer", None)
    if binary is None:
        return _middle_left_out(stream.read(MOST_READ))
    head = binary.read(HEAD)
    tail: deque[bytes] = deque(maxlen=TAIL // _CHUNK + 1)
    seen = len(head)
    while seen < MOST_READ and (chunk := binary.read(_CHUNK)):
        tail.append(chunk)
        seen += len(chunk)
    between = b"\n" if seen > HEAD + sum(map(len, tail)) else b""
    return (head + between + b"".join(tail)).decode("utf-8", "replace")


def _middle_left_out(text: str) -> str:
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"


def lines_of(text: str) -> tuple[str, ...]:
    """Each once, in order, the last place of each; without escapes, in docker's own spelling.

    A refusal in the registry's JSON reads as docker prints it: code, colon, message.
    """
    plain = _ESCAPES.sub("", _middle_left_out(text)).replace('\\"', '"')
    lines = [_spelt(line[:_LONGEST_LINE]) for line in re.split(r"[\r\n]+", plain) if line.strip()]
    last_first = list(dict.fromkeys(reversed(lines)))
    lines = last_first[::-1]
    if len(lines) > _FIRST_LINES + _LAST_LINES:
        return (*lines[:_FIRST_LINES], *lines[-_LAST_LINES:])
    return tuple(lines)


def joined(lines: tuple[str, ...]) -> str:
    """A short message as one line, in case a window has broken it; empty when it is a log."""
    return " ".join(lines)[:_LONGEST_LINE] if 1 < len(lines) <= _JOINED else ""


def _spelt(line: str) -> str:
    said = [f"{code.lower().replace('_', ' ')}: {words}" for code, words in _REFUSAL.findall(line)]
    return " ".join([line.strip(), *said])
