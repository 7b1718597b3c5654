"""What the page is about, and the keys; closed by any of esc, enter or ?."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from wizard.tui.texts import EXPLANATIONS, KEYS, QUESTIONS
from wizard.tui.widgets.text import Text


class HelpScreen(ModalScreen[None]):
    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar = [
        Binding("escape,enter,question_mark,q", "dismiss", show=False),
    ]

    def __init__(self, page_id: str, keys: str) -> None:
        super().__init__()
        self._page_id = page_id
        self._keys = keys

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Text(QUESTIONS[self._page_id], classes="heading gap")
            yield Text(EXPLANATIONS[self._page_id], classes="gap")
            yield Text("Keys of this page", classes="heading")
            yield Text(self._keys, classes="gap")
            yield Text("Keys everywhere", classes="heading")
            yield Text(KEYS, classes="gap")
            yield Text("esc closes this", classes="quiet")
