"""One line at the top: whose app this is, and where the images go."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


class TitleBar(Widget):
    """The product at the left; at the right where the images go, or that this is practice."""

    DEFAULT_CSS = "TitleBar { dock: top; height: 1; width: 100%; padding: 0 2; color: $quiet; }"

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[str, ...] = ()

    def show(self, *parts: str) -> None:
        if parts != self._parts:
            self._parts = parts
            self.refresh()

    def render(self) -> Content:
        """As many parts as there is room for; the last is the most important."""
        width = self.size.width
        shown = [part for part in self._parts if part]
        while len(shown) > 1 and sum(len(part) + 3 for part in shown) > width:
            shown.pop(0)
        if len(shown) < 2:  # noqa: PLR2004 - left and right
            return Content(" ".join(shown)[:width])
        left, right = "   ".join(shown[:-1]), shown[-1]
        return Content(left + " " * (width - len(left) - len(right)) + right)
