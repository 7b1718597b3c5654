"""The chain of links at the left, or in one line at the top where there is no room."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from wizard.core.checks import Step
from wizard.core.dataclass import dataclass
from wizard.tui.links import SHORT_TITLES, TITLES, Link
from wizard.tui.marks import COLOURS
from wizard.tui.widgets.text import Part

_ROWS = 3
"""Of one link: its title, its note, and white space."""
_NOTE_WIDTH = 19


class Chain(Widget):
    """Renders links; a click on one asks for its page."""

    DEFAULT_CSS = """
    Chain { width: 23; height: auto; padding: 1 0 0 2; }
    """

    @dataclass
    class Chosen(Message):
        step: Step

    def __init__(self) -> None:
        super().__init__()
        self._links: tuple[Link, ...] = ()
        self._now: Step | None = None

    def show(self, links: tuple[Link, ...], now: Step | None) -> None:
        if (links, now) == (self._links, self._now):
            return
        is_first = not self._links
        self._links, self._now = links, now
        self.refresh(layout=is_first)  # five links are always as high

    def render(self) -> Content:
        if self.is_folded:
            parts: list[Part] = []
            for link in self._links:
                parts += [*self._head(link, SHORT_TITLES[link.step]), "  "]
            return Content.assemble(*parts[:-1])
        rows: list[Part] = []
        for link in self._links:
            rows += [*self._head(link, TITLES[link.step]), "\n"]
            note = link.note
            if len(note) > _NOTE_WIDTH:
                note = f"{note[: _NOTE_WIDTH - 1]}…"
            rows += [(f"  {note}\n", "$quiet"), "\n"]
        return Content.assemble(*rows[:-1])

    @property
    def is_folded(self) -> bool:
        return self.screen.has_class("-narrow") or self.screen.has_class("-tiny")

    def _head(self, link: Link, title: str) -> tuple[Part, ...]:
        style = "bold" if link.step is self._now else ""
        return ((f"{link.mark.value} ", COLOURS[link.mark]), (title, style))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        step = self._step_at(offset.x, offset.y)
        if step is not None:
            self.post_message(self.Chosen(step))

    def _step_at(self, x: int, y: int) -> Step | None:
        if not self.is_folded:
            row = y // _ROWS
            return self._links[row].step if row < len(self._links) else None
        left = 0
        for link in self._links:
            right = left + len(SHORT_TITLES[link.step]) + 2
            if left <= x < right:
                return link.step
            left = right + 2
        return None
