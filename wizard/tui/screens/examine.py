"""Troubleshooting: every check at once, as lines; a broken one opens as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.widget import Widget

from wizard.core.checks import Check, Status, Step
from wizard.tui import intents
from wizard.tui.links import TITLES, WORDS
from wizard.tui.marks import OF_STATUS
from wizard.tui.mending import WATCH_EVERY_S
from wizard.tui.offers import Offer
from wizard.tui.screens.fix_offers import fix_offers
from wizard.tui.screens.page import Page
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import Choice, ChoiceList
from wizard.tui.widgets.diagnosis_panel import FIXES, DiagnosisPanel
from wizard.tui.widgets.step_log import StepLog
from wizard.tui.widgets.text import Text

ROWS: Final = "rows"
_NAMES: Final = {**TITLES, Step.SDK: "SDK"}


class ExaminePage(Page):
    page_id = "examine"

    def __init__(self) -> None:
        super().__init__()
        self._opened = ""
        """Id of the check whose page is open."""
        self._wants_list = False
        """Somebody closed a check's page: none opens by itself any more."""

    def body(self) -> Iterator[Widget]:
        yield Text(id="lead", classes="gap")
        yield ChoiceList(id=ROWS)
        yield StepLog()
        yield DiagnosisPanel()

    def render_view(self, view: View) -> None:
        self._open_first_broken(view)
        order = list(Step)
        checks = sorted(view.journey.checks, key=lambda check: order.index(check.step))
        opened = view.journey.check(self._opened)
        self.query_one("#lead", Text).say(
            "" if opened and not view.is_watching else _lead(view, checks)
        )
        rows = self.query_one(f"#{ROWS}", ChoiceList)
        rows.show(tuple(map(_row, checks)), _worst(checks))
        rows.display = opened is None and bool(checks)
        self.query_one(StepLog).show((), view.waiting, view.monotonic)
        self.query_one(DiagnosisPanel).show(opened, view.system)
        if not view.is_busy:
            self.call_after_refresh(self.focus_best)

    def _open_first_broken(self, view: View) -> None:
        """When the checks have come to their end: the first broken link is what matters."""
        if view.is_busy:
            return
        check = view.journey.check(self._opened)
        if check is None or not check.cause:
            self._opened = ""  # nothing yet, or it is mended
        if not self._opened and not self._wants_list:
            broken = [c for c in view.journey.checks if c.status is Status.FAIL and c.cause]
            self._opened = min(broken, key=lambda c: list(Step).index(c.step)).id if broken else ""

    def own_offers(self) -> Iterator[Offer]:
        if self.view.is_busy:
            yield self.offer("x", "stop", intents.Stop)
            return
        rows = self.query_one(f"#{ROWS}", ChoiceList)
        selected = self.view.journey.check(rows.selected.id) if rows.selected else None
        if self._opened:
            yield from self._offers_of_fix(self.view.journey.check(self._opened))
            yield Offer("escape", "all checks", self._close)
        elif selected is not None and selected.cause:
            yield Offer("enter", "why, and what helps", rows.action_take)
        yield from self.explain_offer(self.view.journey.check(self._opened) or selected)
        yield self.offer("r", "check again", intents.Retry)
        watching = "stop watching" if self.view.is_watching else "watch"
        yield self.offer("w", watching, intents.WatchChecks)
        yield self.offer("h", "home", lambda: intents.Open("home"))

    def _offers_of_fix(self, opened: Check | None) -> Iterator[Offer]:
        panel = self.query_one(DiagnosisPanel)
        rows = panel.query_one(f"#{FIXES}", ChoiceList)
        fix = panel.fix(rows.selected) if rows.selected else None
        yield from fix_offers(self, rows, fix, opened)

    def _close(self) -> None:
        self._opened = ""
        self._wants_list = True
        self.show(self.view)
        self.call_after_refresh(self.focus_best)

    @on(ChoiceList.Moved)
    def tell_keys(self) -> None:
        self.show_keys()

    @on(ChoiceList.Taken, f"#{ROWS}")
    def open_row(self, message: ChoiceList.Taken) -> None:
        check = self.view.journey.check(message.choice.id)
        if check is not None and check.cause:
            self._opened = check.id
            self.show(self.view)
            self.call_after_refresh(self.focus_best)

    @on(ChoiceList.Taken, f"#{FIXES}")
    def take_fix(self, message: ChoiceList.Taken) -> None:
        fix = self.query_one(DiagnosisPanel).fix(message.choice)
        check = self.view.journey.check(self._opened)
        if fix is None or check is None:
            self._close()
            self._wants_list = False
            self.post_message(intents.Retry())
        else:
            self.do_fix(fix, check)


def _lead(view: View, checks: list[Check]) -> str:
    if view.is_busy:
        return "Every link is checked. Nothing is changed, pushed or stored."
    if view.is_watching:
        return f"Checked again every {WATCH_EVERY_S:g} s, so that you see when it is mended."
    broken = [c for c in checks if c.status is Status.FAIL]
    if broken:
        return "Enter on a broken link says why, and what helps."
    unknown = any(c.status is Status.UNKNOWN for c in checks)
    return "Nothing is broken." + (" Some links are not proven yet." if unknown else "")


def _row(check: Check) -> Choice:
    mark = OF_STATUS[check.status]
    title = f"{mark.value} {_NAMES[check.step]}: {check.summary}"
    return Choice(check.id, title, WORDS[mark])


def _worst(checks: list[Check]) -> str:
    bad = (Status.FAIL, Status.UNKNOWN, Status.WARN)
    return next((c.id for status in bad for c in checks if c.status is status), "")
