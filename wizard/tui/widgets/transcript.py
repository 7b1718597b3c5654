"""What tools print: commands and lines of plain text, that hang where they are too long."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from wizard.causes.transcripts import Said
from wizard.tui.widgets.joints import end_of

_LEAST_TEXT: Final = 20


class Transcript(Widget):
    DEFAULT_CSS = """
    Transcript {
        width: 100%;
        max-width: 72;
        height: auto;
        margin-bottom: 1;
        padding-right: 1;
    }
    """

    def __init__(self, said: tuple[Said, ...]) -> None:
        super().__init__()
        self._said = said

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(list(self._lines(width)))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> Iterator[Content]:
        command = ""
        for one in self._said:
            if one.command != command:
                yield from _painted(one.command, width, "$ ", "$accent")
            command = one.command
            yield from _painted(one.tool, width, "  ", "$quiet")
            for line in one.lines:
                yield from _painted(line, width, "    ", "")


def _painted(text: str, width: int, indent: str, style: str) -> Iterator[Content]:
    first, *rest = hung(text, max(width - len(indent), _LEAST_TEXT))
    yield Content.assemble((indent, "$quiet"), (first, style))
    yield from (Content.assemble(" " * len(indent), (line, style)) for line in rest)


def hung(text: str, room: int) -> list[str]:
    """Lines of at most `room` columns, of whole words; what goes on stands two columns in."""
    lines = textwrap.wrap(
        text,
        room,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [part for line in lines for part in _parts(line, room)] or [""]


def _parts(line: str, room: int) -> Iterator[str]:
    """A word that is too long, such as an address, is parted where it has a joint."""
    while len(line) > room:
        start = len(line) - len(line.lstrip())
        end = start + end_of(line[start:], room - start)
        yield line[:end]
        line = f"  {line[end:]}"
    yield line
