"""A page of one link: what it does, its lines as they come, and a failure as a page."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.widget import Widget

from wizard.core.asking import message_for
from wizard.core.checks import Check
from wizard.tui import intents
from wizard.tui.offers import Offer
from wizard.tui.screens.page import Page
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import ChoiceList
from wizard.tui.widgets.diagnosis_panel import FIXES, DiagnosisPanel
from wizard.tui.widgets.step_log import StepLog
from wizard.tui.widgets.text import Text


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
        # What failed is told by the panel; a warning stands in the log and stops nothing.
        checks = tuple(c for c in view.journey.checks if c.step is self.step and c is not broken)
        waiting = view.waiting
        if waiting is not None and waiting.began.step is not self.step:
            waiting = None
        self.query_one(".question").display = broken is None
        if broken is not None and not self._was_broken:
            self.query_one("#page").scroll_home(animate=False)
        self._was_broken = broken is not None
        self.query_one("#lead", Text).say("" if broken else self.lead(view))
        self.query_one(StepLog).show(self.log_rows(checks), waiting, view.monotonic)
        self.query_one(DiagnosisPanel).show(broken, view.system)
        self.render_step(view)
        if not view.is_busy:
            self.call_after_refresh(self.focus_best)

    def log_rows(self, checks: tuple[Check, ...]) -> tuple[Check, ...]:
        return checks

    @property
    def broken(self) -> Check | None:
        return None if self.view.is_busy else self.failure(self.view)

    def own_offers(self) -> Iterator[Offer]:
        if self.view.is_busy:
            yield self.offer("x", "stop", intents.Stop)
            return
        panel = self.query_one(DiagnosisPanel)
        if self.broken is not None:
            yield from self._fix_offers(panel)
        yield from self.step_offers(self.view)

    def step_offers(self, view: View) -> Iterator[Offer]:  # noqa: ARG002 - of subclasses
        yield from ()

    def _fix_offers(self, panel: DiagnosisPanel) -> Iterator[Offer]:
        fixes = panel.query_one(ChoiceList)
        selected = fixes.selected
        fix = panel.fix(selected) if selected else None
        if self.focused is fixes and selected is not None:
            verb = "try again"
            if fix is not None:
                verb = (
                    "look, then do it"
                    if fix.action
                    else "copy the command"
                    if fix.command
                    else "open"
                )
            if fix is None or fix.action or fix.command or fix.url:
                yield Offer("enter", verb, fixes.action_take)
        if fix is not None and fix.command:
            command = fix.command
            yield self.offer("c", "copy", lambda: intents.Copy(command, "the command"))
        if fix is not None and fix.url:
            url = fix.url
            yield self.offer("o", "open the page", lambda: intents.OpenLink(url))
        if fix is not None and fix.ask and self.broken is not None:
            text, whom = message_for(self.broken, fix), f"a message for {fix.ask}"
            yield self.offer("m", "copy a message for them", lambda: intents.Copy(text, whom))
        if panel.has_more:
            yield Offer("e", "more evidence", panel.show_more)
        yield self.offer("r", "try again", intents.Retry)

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
