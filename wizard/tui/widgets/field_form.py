"""Fields as data, asked for and checked while they are typed."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from wizard.core.dataclass import dataclass
from wizard.core.fields import Field
from wizard.core.text import clean
from wizard.tui.widgets.text import Text

LONGEST_ANSWER = 2000


class FieldForm(Vertical):
    """One input per field, in order. Enter in any of them submits: who asked knows what lacks."""

    DEFAULT_CSS = """
    FieldForm { width: 100%; max-width: 72; height: auto; padding-right: 1; }
    FieldForm Input { width: 100%; background: $field; padding: 0 1; margin-bottom: 1; }
    FieldForm Input.-textual-compact { padding: 0 1; }
    FieldForm Input > .input--placeholder { color: $quiet; }
    FieldForm Input:focus { background-tint: $accent 12%; }
    FieldForm .wrong { color: $look; }
    """

    class Opened(Message):
        """The fields are there, and can take the focus."""

    @dataclass
    class Changed(Message):
        form_id: str
        answers: Mapping[str, str]

    @dataclass
    class Submitted(Message):
        form_id: str
        answers: Mapping[str, str]

    def __init__(
        self,
        fields: tuple[Field, ...],
        answers: Mapping[str, str],
        *,
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._fields = fields
        self._first = dict(answers)

    def compose(self) -> ComposeResult:
        for field in self._fields:
            yield Text(field.title, classes="label")
            yield Input(
                clean(self._first.get(field.id, ""), LONGEST_ANSWER),
                placeholder=f"for example {field.example}" if field.example else "",
                id=f"field-{field.id}",
                max_length=LONGEST_ANSWER,
                compact=True,
                select_on_focus=False,
            )

    def on_mount(self) -> None:
        for typed in self.query(Input):
            typed.cursor_blink = False  # a blinking cursor is bytes for ever
        self.post_message(self.Opened())

    @property
    def answers(self) -> dict[str, str]:
        return {f.id: self.query_one(f"#field-{f.id}", Input).value for f in self._fields}

    @property
    def fields(self) -> tuple[Field, ...]:
        return self._fields

    def fill(self, answers: Mapping[str, str]) -> None:
        """Prefill what is still empty: what somebody typed is theirs."""
        for id_, value in answers.items():
            for typed in self.query(f"#field-{id_}").results(Input):
                if not typed.value:
                    typed.value = clean(value, LONGEST_ANSWER)

    def put(self, answers: Mapping[str, str]) -> None:
        """Take these instead of what stands there; fields that are not named stay."""
        for id_, value in answers.items():
            for typed in self.query(f"#field-{id_}").results(Input):
                typed.value = clean(value, LONGEST_ANSWER)

    def focus_first(self) -> None:
        """The first empty field, else the first."""
        inputs = list(self.query(Input))
        if inputs:
            next((typed for typed in inputs if not typed.value), inputs[0]).focus()

    @on(Input.Changed)
    def tell_change(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self.id or "", self.answers))

    @on(Input.Submitted)
    def tell_submission(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self.id or "", self.answers))

    def focus_next_empty(self) -> bool:
        """Go to the next field that is still empty; False when none is."""
        empty = next((typed for typed in self.query(Input) if not typed.value), None)
        if empty is not None:
            empty.focus()
        return empty is not None
