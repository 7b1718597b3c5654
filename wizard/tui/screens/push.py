"""Step Test push: say what will be created, ask, stream it, show what arrived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.widget import Widget

from wizard.core.checks import Step
from wizard.core.state import Journey
from wizard.tui import intents
from wizard.tui.offers import Offer
from wizard.tui.screens.step_page import StepPage
from wizard.tui.view import View
from wizard.tui.widgets.text import Part, Text

DELETED: Final = "push.deleted"


class PushPage(StepPage):
    page_id = "push"
    step = Step.PUSH

    def middle(self) -> Iterator[Widget]:
        yield Text(id="plan", classes="gap indented")

    def after(self) -> Iterator[Widget]:
        yield Text(id="result", classes="gap")

    def lead(self, view: View) -> str:
        if view.is_busy:
            return "Pushing. What is done appears below, line by line."
        if view.journey.pushed is not None:
            return "It arrived, and was read back from the registry."
        return "Nothing has been pushed yet. This is what will be created:"

    def render_step(self, view: View) -> None:
        is_quiet = view.is_busy or self.broken is not None
        pushed = view.journey.pushed
        self.query_one("#plan", Text).say(*(() if is_quiet or pushed else _plan(view)))
        self.query_one("#result", Text).say(*(() if is_quiet else _result(view.journey)))

    def step_offers(self, view: View) -> Iterator[Offer]:
        is_private = view.journey.choices.wants_private
        if self.broken is not None:
            if is_private:
                yield self._turn("let the push decide", wants=False)
            return
        if view.journey.pushed is None:
            yield self.offer("enter", "push it", intents.Push)
            if is_private:
                yield self._turn("let the push decide", wants=False)
            elif view.provider is not None and view.provider.push_decides:
                yield self._turn("make it private first", wants=True)
            return
        yield self.offer("enter", "go on", lambda: intents.Onward("push"))
        if not is_deleted(view.journey):
            yield self.offer("c", "copy its name", lambda: _copy(view.journey))
            yield self.offer("d", "delete it", intents.DeleteImage)
        yield self.offer("r", "push again", intents.Push)

    def _turn(self, label: str, *, wants: bool) -> Offer:
        return self.offer("v", label, lambda: intents.WantPrivate(wants))


def is_deleted(journey: Journey) -> bool:
    check = journey.check(DELETED)
    return check is not None and not check.cause


def _copy(journey: Journey) -> intents.Copy:
    return intents.Copy(str(journey.pushed.reference) if journey.pushed else "", "its name")


def _plan(view: View) -> tuple[Part, ...]:
    journey = view.journey
    choices = journey.choices
    tag = choices.tag or "wizard-check-…"
    engine = journey.engine.title if journey.engine else "the wizard itself"
    how = "the wizard's own push" if journey.engine and journey.engine.engine == "none" else engine
    return (
        (f"{view.image}:{tag}\n", "bold"),
        f"a real image of a few KB, for {choices.platform}\n",
        f"pushed by {how}, read back afterwards\n",
        ("labelled as a test image; it can be deleted here at any time\n", "$quiet"),
        *_who_sees_it(view),
    )


def _who_sees_it(view: View) -> tuple[Part, ...]:
    """Where a push makes the repository: who will see it, and what that means for the cluster."""
    goes_by = view.provider.push_decides if view.provider else ""
    if not goes_by:
        return ()
    if view.journey.choices.wants_private:
        said = "it is made private before the push, after you were asked; the cluster then needs "
        return (f"\nIf {view.image} does not exist yet, {said}an image-pull secret.",)
    said = f"the push makes it, public or private {goes_by}"
    return (f"\nIf {view.image} does not exist yet, {said}.",)


def _result(journey: Journey) -> tuple[Part, ...]:
    if journey.pushed is None or not is_deleted(journey):
        return ()
    return (("The test image is deleted; what it proved stays proven.", "$quiet"),)
