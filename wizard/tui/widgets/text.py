"""Running text. What is given is shown letter for letter: never markup."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from wizard.tui.widgets.joints import jointed

Part = str | tuple[str, str]
"""Plain text, or text and its style."""


class Text(Static):
    """A paragraph that hides when it has nothing to say, and repaints only when it changes."""

    DEFAULT_CSS = """
    Text { width: 100%; max-width: 72; height: auto; padding-right: 1; }
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
        width = self.size.width
        rows = len(jointed(content, width).wrap(width)) if width else 0
        is_as_high = was_shown and self.display and rows == self.size.height
        self.update(content, layout=not is_as_high)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        fitted = jointed(self._said, width)
        if fitted is self._said or self.styles.text_wrap == "nowrap":
            return super().get_content_height(container, viewport, width)
        return len(fitted.wrap(width))

    def render(self) -> RenderResult:
        fitted = jointed(self._said, self.size.width)
        is_whole = fitted is self._said or self.styles.text_wrap == "nowrap"
        return super().render() if is_whole else fitted

    @property
    def said(self) -> str:
        return self._said.plain
