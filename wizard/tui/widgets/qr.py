"""A link as a QR code, for a terminal on a machine without a browser."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

_HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_QUIET_ZONE = 2


class QrCode(Widget):
    """Two modules to a cell; always dark on light, since not every reader takes it inverted."""

    DEFAULT_CSS = """
    QrCode { width: auto; height: auto; color: black; background: white; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._link = ""
        self._drawn = ""

    def show(self, link: str) -> None:
        """Draw it; an empty link hides it."""
        if link == self._link:
            return
        self._link = link
        self._drawn = drawn(link) if link else ""
        self.refresh(layout=True)

    def render(self) -> Content:
        return Content(self._drawn)


def drawn(link: str) -> str:
    """The code in half blocks, with its quiet zone."""
    import segno  # only where a code is really shown

    code = segno.make(link, error="l", boost_error=False, micro=False)
    rows = [list(row) for row in code.matrix_iter(scale=1, border=_QUIET_ZONE)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join(
        "".join(_HALVES[top, bottom] for top, bottom in zip(upper, lower, strict=True))
        for upper, lower in pairs
    )
