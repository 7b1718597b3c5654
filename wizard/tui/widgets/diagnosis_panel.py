"""A failure as a page: what happened, why, the evidence, and the fixes with their keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical

from wizard.core.checks import Check, Status
from wizard.core.diagnosis import Fix
from wizard.tui.marks import COLOURS, OF_STATUS
from wizard.tui.widgets.choice_list import Choice, ChoiceList
from wizard.tui.widgets.rows import Row, Rows
from wizard.tui.widgets.text import Text

FIXES: Final = "fixes"
RETRY: Final = "retry"
_LETTERS: Final = "abdfgh"
"""For the fixes in their order; none that means something on every page."""
_SHOWN_EVIDENCE: Final = 3


class DiagnosisPanel(Vertical):
    """Hidden until it is given a check that failed."""

    DEFAULT_CSS = """
    DiagnosisPanel { width: 100%; height: auto; display: none; }
    DiagnosisPanel.shown { display: block; }
    DiagnosisPanel Rows.gap { margin-bottom: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._check: Check | None = None
        self._shows_all = False
        self.fixes: tuple[Fix, ...] = ()

    def compose(self) -> ComposeResult:
        yield Text(id="headline", classes="gap")
        yield Text(id="why", classes="gap")
        yield Rows(id="evidence", classes="gap")
        yield ChoiceList(id=FIXES)

    def show(self, check: Check | None, system: str) -> None:
        """`system` as `sys.platform`: fixes for another one are left out."""
        self.set_class(check is not None, "shown")
        if check == self._check:
            return
        self._check, self._shows_all = check, False
        if check is None:
            return
        self.fixes = tuple(fix for fix in check.fixes if fix.system in ("", system))
        mark = OF_STATUS[check.status]
        self.query_one("#headline", Text).say(
            (f"{mark.value} ", COLOURS[mark]),
            (check.summary, "bold"),
            (f"  {check.cause}", "$quiet"),
        )
        self.query_one("#why", Text).say(check.explanation)
        self._show_evidence()
        self.query_one(ChoiceList).show((*map(_choice, enumerate(self.fixes)), *_retry(check)))

    @property
    def has_more(self) -> bool:
        """Is there evidence that is not on the page yet?"""
        return (
            self._check is not None
            and not self._shows_all
            and len(self._check.evidence) > _SHOWN_EVIDENCE
        )

    def show_more(self) -> None:
        self._shows_all = True
        self._show_evidence()

    def fix(self, choice: Choice) -> Fix | None:
        """The fix behind a row; None for the row that tries again."""
        return self.fixes[int(choice.id)] if choice.id.isdigit() else None

    def _show_evidence(self) -> None:
        lines = self._check.evidence if self._check else ()
        shown = lines if self._shows_all else lines[:_SHOWN_EVIDENCE]
        self.query_one("#evidence", Rows).show(tuple(row for line in shown for row in _rows(line)))


def _rows(line: str) -> Iterator[Row]:
    asked, colon, answered = line.partition(": ")
    if colon:
        yield Row("asked     ", "$quiet", (asked,))
    yield Row("answered  ", "$quiet", (answered or asked,))


def _choice(numbered: tuple[int, Fix]) -> Choice:
    number, fix = numbered
    key = _LETTERS[number] if number < len(_LETTERS) else ""
    what = tuple(line for line in (fix.command, fix.url) if line)
    return Choice(str(number), fix.title, _does(fix), what, key)


def _does(fix: Fix) -> str:
    if fix.action:
        return "do it"
    if fix.command:
        return "copy"
    return "open" if fix.url else ""


def _retry(check: Check) -> tuple[Choice, ...]:
    word = "Look again" if check.status is Status.WARN else "Try again"
    return (Choice(RETRY, word, key="r"),)
