"""A page of one link: what it does, its lines as they come, and a failure as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.widget import Widget

from wizard.core.checks import Check, Status
from wizard.tui import intents
from wizard.tui.offers import Offer
from wizard.tui.screens.fix_offers import fix_offers
from wizard.tui.screens.page import Page
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import ChoiceList
from wizard.tui.widgets.diagnosis_panel import FIXES, DiagnosisPanel
from wizard.tui.widgets.step_log import StepLog
from wizard.tui.widgets.text import Text

TROUBLED: Final = (Status.FAIL, Status.WARN, Status.UNKNOWN)


class StepPage(Page):
    """Subclasses give what stands between the lead sentence and the log."""

    def __init__(self) -> None:
        super().__init__()
        self._was_broken = False

    def body(self) -> Iterator[Widget]:
        yield Text(id="lead", classes="gap")
        yield from self.middle()
        yield StepLog()
        yield DiagnosisPanel()
        yield from self.after()

    def middle(self) -> Iterator[Widget]:
        yield from ()

    def after(self) -> Iterator[Widget]:
        yield from ()

    def failure(self, view: View) -> Check | None:
        """The check that this page is about now, if one broke."""
        if view.trouble is not None:
            return view.trouble
        return view.journey.failure(self.step) if self.step else None

    def lead(self, view: View) -> str:
        """What this page will do, or what was found."""
        raise NotImplementedError

    def render_step(self, view: View) -> None:
        """The middle and what comes after."""

    def render_view(self, view: View) -> None:
        broken = None if view.is_busy else self.failure(view)
        checks = self._logged(view, broken)
        waiting = view.waiting
        if waiting is not None and waiting.began.step is not self.step:
            waiting = None
        self.query_one(".question").display = broken is None
        if broken is not None and not self._was_broken:
            self.query_one("#page").scroll_home(animate=False)
        self._was_broken = broken is not None
        self.query_one("#lead", Text).say("" if broken else self.lead(view))
        self.query_one(StepLog).show(checks, waiting, view.monotonic)
        self.query_one(DiagnosisPanel).show(broken, view.system)
        self.render_step(view)
        if not view.is_busy:
            self.call_after_refresh(self.focus_best)

    def _logged(self, view: View, broken: Check | None) -> tuple[Check, ...]:
        """What failed is told by the panel; a warning stands in the log and stops nothing."""
        checks = (c for c in view.journey.checks if c.step is self.step and c is not broken)
        return self.log_rows(tuple(checks))

    def log_rows(self, checks: tuple[Check, ...]) -> tuple[Check, ...]:
        return checks

    def also_found(self, view: View) -> Iterator[Check]:  # noqa: ARG002 - of subclasses
        """What has a cause and stands on the page in words of its own."""
        yield from ()

    @property
    def broken(self) -> Check | None:
        return None if self.view.is_busy else self.failure(self.view)

    def own_offers(self) -> Iterator[Offer]:
        if self.view.is_busy:
            yield self.offer("x", "stop", intents.Stop)
            return
        broken = self.broken
        logged = (c for c in self._logged(self.view, broken) if c.status in TROUBLED)
        found = (broken, *logged, *self.also_found(self.view))
        if broken is not None:
            panel = self.query_one(DiagnosisPanel)
            rows = panel.query_one(ChoiceList)
            fix = panel.fix(rows.selected) if rows.selected else None
            yield from fix_offers(self, rows, fix, broken)
            yield from self.explain_offer(*found)
            yield self.offer("r", "try again", intents.Retry)
        yield from self.step_offers(self.view)
        yield from self.explain_offer(*found)

    def step_offers(self, view: View) -> Iterator[Offer]:  # noqa: ARG002 - of subclasses
        yield from ()

    @on(ChoiceList.Moved)
    def tell_keys(self) -> None:
        self.show_keys()

    @on(ChoiceList.Taken, f"#{FIXES}")
    def take_fix(self, message: ChoiceList.Taken) -> None:
        fix, broken = self.query_one(DiagnosisPanel).fix(message.choice), self.broken
        if fix is None or broken is None:
            self.post_message(intents.Retry())
        else:
            self.do_fix(fix, broken)
