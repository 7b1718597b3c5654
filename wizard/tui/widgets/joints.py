"""Words that are longer than the line, such as addresses: parted where they have a joint. Pure."""

from __future__ import annotations

import re
from typing import Final

from textual.content import Content

_JOINTS: Final = ("/:,?&=@", ".")
"""After these a word may go on in the next line: the first where there is one, else a dot."""
_TOO_SHORT: Final = 4
"""A piece of fewer letters on a line of its own reads worse than a word that is cut."""
_WORD: Final = re.compile(r"\S+")


def end_of(word: str, room: int) -> int:
    """How much of a word that is too long stands on a line of `room` columns."""
    for marks in _JOINTS:
        joint = max(word.rfind(mark, 0, room) for mark in marks) + 1
        if joint > _TOO_SHORT:
            return joint
    return room


def jointed(content: Content, room: int) -> Content:
    """With a line's end at the joints of every word that is longer than `room`."""
    text = content.plain
    if room <= _TOO_SHORT or not any(len(word) > room for word in text.split()):
        return content
    ends: list[int] = []
    column = done = 0
    for found in _WORD.finditer(text):
        start, length = found.start(), len(found.group())
        between = text[done:start]
        column = 0 if "\n" in between else column + len(between)
        if length <= room:
            column = length if column + length > room else column + length
        while length > room:
            end = end_of(text[start : start + length], room - column)
            if column and text[start + end - 1] not in "".join(_JOINTS):
                end = 0  # no joint in what is left of this line: it begins the next one
            ends.append(start + end)
            start, length, column = start + end, length - end, 0
        column = column or length
        done = found.end()
    return Content("\n").join(content.divide(ends))
