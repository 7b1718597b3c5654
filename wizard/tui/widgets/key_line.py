"""The keys that work now, most likely first; each can be clicked."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from wizard.tui.offers import Offer
from wizard.tui.widgets.text import Part

_GAP = 3
_MOST_ROWS = 2


class KeyLine(Widget):
    DEFAULT_CSS = """
    KeyLine { dock: bottom; width: 100%; height: auto; padding: 0 2; background: $field; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._offers: tuple[Offer, ...] = ()

    def show(self, offers: tuple[Offer, ...]) -> None:
        shown = [(offer.key, offer.label) for offer in offers]
        changed = shown != [(offer.key, offer.label) for offer in self._offers]
        before = len(self._rows(self.size.width))
        self._offers = offers  # even when they look alike: each knows what it does now
        if changed:
            self.refresh(layout=len(self._rows(self.size.width)) != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return max(len(self._rows(width)), 1)

    def render(self) -> Content:
        rows = []
        for row in self._rows(self.size.width):
            parts: list[Part] = []
            for offer in row:
                parts += [(offer.shown_key, "bold $accent"), f" {offer.label}", " " * _GAP]
            rows.append(Content.assemble(*parts[:-1]))
        return Content("\n").join(rows)

    def _rows(self, width: int) -> list[list[Offer]]:
        """Two rows at most; the first key and the last ones (help, leave) are never left out."""
        offers = list(self._offers)
        if not width:
            return [offers]
        while len(rows := _wrapped(offers, width)) > _MOST_ROWS and offers[1:]:
            del offers[max(len(offers) - 3, 1)]
        return rows

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        run = self._at(offset.x, offset.y) if offset is not None else None
        if run is not None:
            run()

    def _at(self, x: int, y: int) -> Callable[[], object] | None:
        rows = self._rows(self.size.width)
        left = 0
        for offer in rows[y] if y < len(rows) else ():
            if left <= x < left + _width(offer) - _GAP:
                return offer.run
            left += _width(offer)
        return None


def _wrapped(offers: list[Offer], width: int) -> list[list[Offer]]:
    rows: list[list[Offer]] = []
    left = 0
    for offer in offers:
        if not rows or left + _width(offer) - _GAP > width:
            rows.append([])
            left = 0
        rows[-1].append(offer)
        left += _width(offer)
    return rows


def _width(offer: Offer) -> int:
    return len(offer.shown_key) + 1 + len(offer.label) + _GAP
