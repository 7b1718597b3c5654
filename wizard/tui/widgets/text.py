"""Running text. What is given is shown letter for letter: never markup."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

Part = str | tuple[str, str]
"""Plain text, or text and its style."""


class Text(Static):
    """A paragraph that hides when it has nothing to say, and repaints only when it changes."""

    DEFAULT_CSS = """
    Text { width: 100%; max-width: 72; height: auto; }
    Text.gap { margin-bottom: 1; }
    Text.quiet { color: $quiet; }
    Text.heading { text-style: bold; }
    """

    def __init__(self, text: str = "", *, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - Textual's word
        super().__init__(Content(text), markup=False, id=id, classes=classes)
        self._said = Content(text)
        if not text:
            self.display = False  # else the stylesheet decides

    def say(self, *parts: Part) -> None:
        """Replace the text. Nothing given: nothing shown."""
        content = Content.assemble(*parts).rstrip()
        if content.is_same(self._said):
            return
        was_shown = self.display
        self._said = content
        self.display = bool(content)
        # A layout paints the whole screen: only for a text of another height.
        rows = len(content.wrap(self.size.width)) if self.size.width else 0
        is_as_high = was_shown and self.display and rows == self.size.height
        self.update(content, layout=not is_as_high)

    @property
    def said(self) -> str:
        return self._said.plain
