"""How lines look on one stream: colour or none, marks or their ASCII twins (look.md 4)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final, TextIO

from wizard.core.checks import Status
from wizard.core.dataclass import dataclass

# The mark, its ASCII twin, the word that says the same, and the SGR colour that underlines it.
_MARKS: Final = {
    Status.PASS: ("●", "*", "proven", "32"),
    Status.WARN: ("▲", "!", "look", "33"),
    Status.FAIL: ("✗", "x", "broken", "31"),
    Status.SKIP: ("–", "-", "skipped", "2"),
    Status.UNKNOWN: ("?", "?", "unknown", "33"),
}
_TWINS: Final = str.maketrans(
    {"…": "...", "–": "-", "—": "-", "→": "->", "●": "*", "▲": "!", "✗": "x", "◐": "~", "×": "x"}
)
_WIDEST: Final = 100


@dataclass(frozen=True, slots=True)
class Style:
    colour: bool = False
    ascii_only: bool = False
    width: int = 80
    """Of running text in columns; commands and evidence are never broken, so that they copy."""
    transient: bool = False
    """Whether a line may be written over: a terminal that understands it."""

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str]) -> Style:
        is_terminal = stream.isatty() and environ.get("TERM") != "dumb"
        columns = _columns(environ) if is_terminal else 80
        return cls(
            colour=is_terminal and not environ.get("NO_COLOR"),
            ascii_only=not _can_show(stream, "●▲✗–…"),
            width=max(40, min(columns, _WIDEST)),
            transient=is_terminal,
        )

    def text(self, line: str) -> str:
        return line.translate(_TWINS) if self.ascii_only else line

    def mark(self, status: Status) -> str:
        """Mark and word, padded to one width: `● proven `."""
        mark, twin, word, colour = _MARKS[status]
        return self._painted(f"{twin if self.ascii_only else mark} {word:<7}", colour)

    def strong(self, text: str) -> str:
        return self._painted(self.text(text), "1")

    def faint(self, text: str) -> str:
        return self._painted(self.text(text), "2")

    def _painted(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self.colour else text


def _can_show(stream: TextIO, marks: str) -> bool:
    try:
        marks.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _columns(environ: Mapping[str, str]) -> int:
    """As shutil has it, whose import costs more than all that a style does."""
    named = environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return int(named)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1).columns or 80
    except (OSError, ValueError):
        return 80
