"""Where a token or password is typed or pasted. It is never shown, nor is its length."""

from __future__ import annotations

from dataclasses import field

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from wizard.core.dataclass import dataclass
from wizard.core.secret import Secret

LONGEST = 64 * 1024
"""Characters; the longest tokens known have a few thousand."""


class SecretInput(Widget, can_focus=True):
    """Not Textual's Input on purpose: that one can be copied, selected and measured.

    Holds what was typed until it is submitted or left, and hands it on only as a Secret.
    """

    DEFAULT_CSS = """
    SecretInput { width: 100%; max-width: 72; height: 1; background: $field; padding: 0 1; }
    """

    @dataclass
    class Submitted(Message):
        secret: Secret = field(repr=False)

    class Changed(Message):
        """Something was typed, or it was cleared."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._typed: list[str] = []
        self._was_missed = False

    @property
    def is_empty(self) -> bool:
        return not self._typed

    def clear(self) -> None:
        had_some = bool(self._typed)
        self._typed.clear()
        self.refresh()
        if had_some:
            self.post_message(self.Changed())

    def take(self, secret: str) -> None:
        """As if it were pasted. Line ends and spaces round it are an accident of copying."""
        kept = "".join(c for c in secret if c.isprintable()).strip()
        if self._typed == [] and not kept:
            return
        self._typed.extend(kept[:LONGEST])
        self.refresh()
        self.post_message(self.Changed())

    def submit(self) -> None:
        secret = Secret("".join(self._typed).strip())
        self.clear()
        self._was_missed = not secret
        if secret:
            self.post_message(self.Submitted(secret))

    def render(self) -> Content:
        if self._typed:
            return Content.assemble(
                ("filled in, not shown", ""), ("   ctrl+u empties it", "$quiet")
            )
        if not self.has_focus:
            return Content.styled("empty", "$quiet")
        if self._was_missed:
            return Content("nothing here yet: paste or type it first, then enter")
        return Content.styled("paste or type it here; it is not shown", "$quiet")

    def check_consume_key(self, key: str, character: str | None = None) -> bool:  # noqa: ARG002
        return character is not None and character.isprintable()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.clear()

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            self.submit()
        elif event.key == "backspace":
            self._backspace()
        elif event.key in ("ctrl+u", "ctrl+w"):
            self.clear()
        elif event.is_printable and event.character is not None:
            if len(self._typed) < LONGEST:
                self._add(event.character)
        else:
            return  # tab, escape and the rest mean what they mean everywhere
        event.stop()
        event.prevent_default()

    def _add(self, character: str) -> None:
        self._typed.append(character)
        if len(self._typed) == 1:
            # Only the first key repaints: later ones must not even show that they came.
            self.refresh()
            self.post_message(self.Changed())

    def _backspace(self) -> None:
        if self._typed:
            self._typed.pop()
            if not self._typed:
                self.refresh()
                self.post_message(self.Changed())

    def on_paste(self, event: events.Paste) -> None:
        self.take(event.text)
        event.stop()
        event.prevent_default()
