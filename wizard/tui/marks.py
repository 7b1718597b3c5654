"""Marks for verdicts, and their twins where a terminal has ASCII only."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from wizard.core.checks import Status


class Mark(StrEnum):
    """Always beside a word: the mark alone says nothing to a screen reader."""

    PROVEN = "●"
    NOW = "◐"
    TO_COME = "○"
    LOOK = "▲"
    BROKEN = "✗"
    SKIPPED = "–"
    UNKNOWN = "?"


COLOURS: Final = {
    Mark.PROVEN: "$good",
    Mark.NOW: "$accent",
    Mark.TO_COME: "$quiet",
    Mark.LOOK: "$look",
    Mark.BROKEN: "$broken",
    Mark.SKIPPED: "$quiet",
    Mark.UNKNOWN: "$look",
}

OF_STATUS: Final = {
    Status.PASS: Mark.PROVEN,
    Status.WARN: Mark.LOOK,
    Status.FAIL: Mark.BROKEN,
    Status.SKIP: Mark.SKIPPED,
    Status.UNKNOWN: Mark.UNKNOWN,
}

POINTER: Final = "❯"
SPINNER: Final = "◐◓◑◒"

_PLAIN: Final = str.maketrans(
    {
        "●": "*",
        "◐": "~",
        "◓": "~",
        "◑": "-",
        "◒": "-",
        "○": ".",
        "▲": "!",
        "✗": "x",
        "–": "-",
        "❯": ">",
        "…": "~",
        "·": "-",
        "“": '"',
        "”": '"',
        "’": "'",
        "→": ">",
        "↓": "v",
        "█": "#",
        "▀": '"',
        "▄": "_",
        "▌": "|",
        "▐": "|",
        "▁": "_",
        "▇": "#",
        "▔": "-",
        "▎": "|",
        "▊": "|",
    }
)
_ASCII_END: Final = 128


def in_ascii(text: str) -> str:
    """As wide as before, with nothing beyond ASCII in it."""
    plain = text.translate(_PLAIN)
    return plain if plain.isascii() else "".join(c if ord(c) < _ASCII_END else "?" for c in plain)


class AsciiFilter(LineFilter):
    """Turns whole lines to ASCII as they are painted, so that no widget has to know of it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        return [
            Segment(in_ascii(text), style, control) if text and not text.isascii() else segment
            for segment in segments
            for text, style, control in (segment,)
        ]
