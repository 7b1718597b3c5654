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
    """

    def __init__(self) -> None:
        super().__init__()
        self._check: Check | None = None
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
        self._check = check
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
        self.query_one("#evidence", Rows).show(tuple(_evidence(check.evidence)))
        self.query_one(ChoiceList).show((*map(fix_choice, enumerate(self.fixes)), *_retry(check)))

    def fix(self, choice: Choice) -> Fix | None:
        """The fix behind a row; None for the row that tries again."""
        return self.fixes[int(choice.id)] if choice.id.isdigit() else None


def _evidence(lines: tuple[str, ...]) -> Iterator[Row]:
    """The first of it; the page of the cause has all."""
    for line in lines[:_SHOWN_EVIDENCE]:
        yield from evidence_rows(line)
    more = len(lines) - _SHOWN_EVIDENCE
    if more > 0:
        yield Row("          ", "$quiet", ((f"and {more} more: e explains", "$quiet"),))


def evidence_rows(line: str) -> Iterator[Row]:
    """What was asked, and what was answered."""
    asked, colon, answered = line.partition(": ")
    if colon:
        yield Row("asked     ", "$quiet", (asked,))
    yield Row("answered  ", "$quiet", (answered or asked,))


def fix_choice(numbered: tuple[int, Fix]) -> Choice:
    """A row for a fix, with its letter and what taking it does; its id is its number."""
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
