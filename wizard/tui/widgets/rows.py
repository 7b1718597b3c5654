"""Lines with a head, a mark or a word, that hang from it when they are longer than the page."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from wizard.core.dataclass import dataclass
from wizard.tui.widgets.joints import jointed
from wizard.tui.widgets.text import Part

_LEAST_TEXT = 20


@dataclass(frozen=True, slots=True)
class Row:
    head: str
    """At the left, padded by whoever gives it: `● `, `asked     `."""
    head_style: str
    text: tuple[Part, ...]


class Rows(Widget):
    DEFAULT_CSS = """
    Rows { width: 100%; max-width: 72; height: auto; padding-right: 1; }
    Rows.gap { margin-bottom: 1; }
    """

    def __init__(self, *, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Row, ...] = ()
        self.display = False

    def show(self, rows: tuple[Row, ...]) -> None:
        if rows == self._rows:
            return
        self._rows = rows
        self.display = bool(rows)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for row in self._rows:
            room = max(width - len(row.head), _LEAST_TEXT)
            for number, line in enumerate(jointed(Content.assemble(*row.text), room).wrap(room)):
                head = (row.head, row.head_style) if number == 0 else " " * len(row.head)
                lines.append(Content.assemble(head, line))
        return lines
