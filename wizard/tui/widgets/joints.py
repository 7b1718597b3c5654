"""Words that are longer than the line, such as addresses: parted where they have a joint. Pure."""

from __future__ import annotations

import re
from typing import Final

from textual.content import Content

_JOINTS: Final = "/:,?&=@"
"""After these a word may go on in the next line."""
_TOO_SHORT: Final = 4
"""A piece of fewer letters on a line of its own reads worse than a word that is cut."""
_WORD: Final = re.compile(r"\S+")


def end_of(word: str, room: int) -> int:
    """How much of a word that is too long stands on a line of `room` columns."""
    joint = max(word.rfind(mark, 0, room) for mark in _JOINTS) + 1
    return joint if joint > _TOO_SHORT else room


def jointed(content: Content, room: int) -> Content:
    """With a line's end at the joints of every word that is longer than `room`."""
    ends: list[int] = []
    for found in _WORD.finditer(content.plain) if room > _TOO_SHORT else ():
        start, rest = found.start(), found.group()
        while len(rest) > room:
            end = end_of(rest, room)
            ends.append(start + end)
            start, rest = start + end, rest[end:]
    return Content("\n").join(content.divide(ends)) if ends else content
