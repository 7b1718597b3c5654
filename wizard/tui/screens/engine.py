"""Step Engine: what builds images here, and which one the SDK would use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.widget import Widget

from wizard.core.checks import Check, Status, Step, failed
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.core.state import Journey
from wizard.tui import intents
from wizard.tui.offers import Offer
from wizard.tui.screens.step_page import StepPage
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import Choice, ChoiceList

ENGINES: Final = "engines"
_STATES: Final = {
    EngineStatus.READY: "ready",
    EngineStatus.STOPPED: "installed, not started",
    EngineStatus.DENIED: "you may not use it",
    EngineStatus.HUNG: "does not answer",
    EngineStatus.BROKEN: "broken",
    EngineStatus.ABSENT: "not found",
}
_NONE_NOTE: Final = "push without an engine: fine for a first look; your SDK needs a builder"


class EnginePage(StepPage):
    page_id = "engine"
    step = Step.ENGINE

    def after(self) -> Iterator[Widget]:
        yield ChoiceList(id=ENGINES)

    def lead(self, view: View) -> str:
        if view.is_busy and not view.journey.engines:
            return "Every engine's socket is asked whether it answers. Nothing is changed."
        if view.journey.engine is None:
            return "Which one shall build?"
        return f"For your cluster's platform, {view.journey.choices.platform}."

    def render_step(self, view: View) -> None:
        journey = view.journey
        ready = (found for found in journey.engines if found.is_ready)
        chosen = journey.engine or next(ready, None)
        rows = tuple(_choice(found, journey) for found in _ordered(journey))
        self.query_one(f"#{ENGINES}", ChoiceList).show(rows, _key(chosen) if chosen else "")

    def log_rows(self, checks: tuple[Check, ...]) -> tuple[Check, ...]:
        """The list below says what passed of the engine; the SDK's view is told line by line."""
        own = tuple(check for check in checks if check.status is not Status.PASS)
        told = (Status.PASS, Status.WARN)
        return (
            *own,
            *(c for c in self.view.tidy.journey.checks if c.step is Step.SDK and c.status in told),
        )

    def also_found(self, view: View) -> Iterator[Check]:
        """Engines that do not work, the one under the pointer first."""
        now = self._found(self.query_one(f"#{ENGINES}", ChoiceList).selected)
        for found in sorted(view.journey.engines, key=lambda found: found != now):
            if found.problem is not None:
                yield failed(f"engine.{found.engine}", Step.ENGINE, found.problem)

    def failure(self, view: View) -> Check | None:
        """An engine that your SDK does not find is as bad as none, once there is one."""
        return super().failure(view) or view.journey.failure(Step.SDK)

    def step_offers(self, view: View) -> Iterator[Offer]:
        rows = self.query_one(f"#{ENGINES}", ChoiceList)
        found = self._found(rows.selected)
        if found is not None and found.is_ready and self.focused is rows:
            yield Offer("enter", f"use {found.title}", rows.action_take)
        if self.broken is not None and self.broken.step is Step.SDK:
            # Registry, login and push can be proven all the same.
            yield self.offer("g", "go on", lambda: intents.Onward("engine"))
        if self.broken is not None and self.focused is not rows and rows.choices:
            yield Offer("tab", "choose another", rows.focus)
        if self.broken is None and view.is_loaded:
            yield self.offer("r", "look again", intents.Retry)

    @on(ChoiceList.Taken, f"#{ENGINES}")
    def take_engine(self, message: ChoiceList.Taken) -> None:
        found = self._found(message.choice)
        if found is not None and found.is_ready and not self.view.is_busy:
            self.post_message(intents.UseEngine(found))

    def _found(self, choice: Choice | None) -> FoundEngine | None:
        if choice is None:
            return None
        return next((f for f in self.view.journey.engines if _key(f) == choice.id), None)


def _key(found: FoundEngine) -> str:
    return f"{found.engine} {found.endpoint}"


def _ordered(journey: Journey) -> list[FoundEngine]:
    """As they were found, the wizard's own push last: a real engine is what the SDK needs."""
    return sorted(journey.engines, key=lambda found: found.engine == "none")


def _choice(found: FoundEngine, journey: Journey) -> Choice:
    lines = []
    if found.engine == "none":
        lines.append(_NONE_NOTE)
    elif found.is_ready:
        by = f", chosen by {found.chosen_by}" if found.chosen_by else ""
        lines.append(f"{found.endpoint}{by}")
    elif found.problem is not None:
        lines.append(found.problem.summary)
    details = journey.details
    is_chosen = journey.engine is not None and _key(journey.engine) == _key(found)
    if is_chosen and details is not None and found.engine != "none":
        lines += [details.summary, *details.notes]
    return Choice(_key(found), found.title, _STATES[found.status], tuple(lines))
