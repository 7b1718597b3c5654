"""Ready: what was proven, and the snippet to take along."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from textual.widget import Widget

from wizard.core.ages import age
from wizard.core.checks import Pull, Step
from wizard.core.handover import TITLES, WHATS, of_profile, render
from wizard.core.names import InvalidNameError
from wizard.core.state import Journey
from wizard.tui import intents
from wizard.tui.marks import COLOURS, OF_STATUS, Mark
from wizard.tui.offers import Offer
from wizard.tui.screens.page import Page
from wizard.tui.screens.push import is_deleted
from wizard.tui.view import View
from wizard.tui.widgets.step_log import StepLog
from wizard.tui.widgets.text import Part, Text

_KEYS: Final = {"imagespec": "i", "flyte": "f", "flyte-config": "y", "env": "v"}
_TABS_IN_A_ROW: Final = 2
_REMARK_WIDTH: Final = 50
"""Columns that there are for the snippet at 80, the narrowest page with a chain beside it."""
_FILES: Final = {
    "imagespec": "wizard_image.py",
    "flyte": "wizard_image.py",
    "flyte-config": "wizard-flyte-config.yaml",
    "env": "wizard.env",
}


class ReadyPage(Page):
    CSS_PATH = "ready.tcss"
    page_id = "ready"

    def __init__(self) -> None:
        super().__init__()
        self._what = WHATS[0]

    def body(self) -> Iterator[Widget]:
        yield Text(id="verdict", classes="gap")
        yield Text(id="tabs", classes="gap")
        yield Text(id="snippet", classes="gap")
        yield StepLog()

    def render_view(self, view: View) -> None:
        self.query_one("#verdict", Text).say(*_verdict(view))
        self.query_one("#tabs", Text).say(*self._tabs())
        self.query_one("#snippet", Text).say(_code(self.snippet))
        deletion = tuple(c for c in (view.journey.check("push.deleted"),) if c)
        self.query_one(StepLog).show(deletion, view.waiting, view.monotonic)

    @property
    def snippet(self) -> str:
        view = self.view
        profile = view.settings.profile(view.journey.choices.profile)
        if profile is None:
            return ""
        try:
            return render(self._what, of_profile(profile)).rstrip("\n")
        except (InvalidNameError, ValueError) as error:
            return f"# {error}"

    def _tabs(self) -> tuple[Part, ...]:
        parts: list[Part] = []
        for number, what in enumerate(WHATS, 1):
            style = "bold $accent" if what == self._what else "$quiet"
            gap = "   " if number % _TABS_IN_A_ROW else "\n"
            parts += [(f"{_KEYS[what]} ", "bold $accent"), (TITLES[what], style), gap]
        return tuple(parts)

    def own_offers(self) -> Iterator[Offer]:
        view = self.view
        yield self.offer("c", "copy", lambda: intents.Copy(f"{self.snippet}\n", "the snippet"))
        yield self.offer(
            "s",
            "save to a file",
            lambda: intents.Save(_FILES[self._what], self._what, f"{self.snippet}\n"),
        )
        if view.journey.pushed is not None and not is_deleted(view.journey) and not view.is_busy:
            yield self.offer("d", "delete the test image", intents.DeleteImage)
        for what in WHATS:
            yield Offer(_KEYS[what], TITLES[what], lambda what=what: self._turn_to(what), False)  # type: ignore[misc]
        yield Offer("right", "the next snippet", lambda: self._turn(1), False)
        yield Offer("left", "the snippet before", lambda: self._turn(-1), False)
        yield self.offer("h", "home", lambda: intents.Open("home"))

    def _turn_to(self, what: str) -> None:
        self._what = what
        self.show(self.view)

    def _turn(self, by: int) -> None:
        self._turn_to(WHATS[(WHATS.index(self._what) + by) % len(WHATS)])


def _verdict(view: View) -> tuple[Part, ...]:
    journey = view.journey
    pushed = journey.pushed
    if pushed is None:
        return ()
    # Without an engine nothing was built here, and the person's SDK still needs a builder.
    is_built = journey.engine is not None and journey.engine.engine != "none"
    if journey.pull is Pull.DECLARED:
        did = "Built and pushed" if is_built else "Pushed without an engine"
        mark, said, style = Mark.LOOK, f"{did}; the pull is declared by you", "$look"
    else:
        did = "Built, pushed, and" if is_built else "Pushed without an engine, and"
        mark, said, style = Mark.PROVEN, f"{did} pulled without a login", "$good"
    profile = view.settings.profile(journey.choices.profile)
    when = f"proven {age(profile.proof.when, view.now)}, " if profile and profile.proof else ""
    return (
        (f"{mark.value} ", style),
        (f"{said}\n", "bold"),
        (f"  {when}{pushed.platform}, {pushed.digest.short}", "$quiet"),
        *_sdk(journey),
    )


def _sdk(journey: Journey) -> tuple[Part, ...]:
    """The image arrives; that the project's own code cannot build one would be found out late."""
    failed = journey.failure(Step.SDK)
    if failed is None:
        return ()
    mark = OF_STATUS[failed.status]
    told = f"registry-wizard explain {failed.cause}" if failed.cause else "h, then Look first"
    return (
        (f"\n{mark.value} ", COLOURS[mark]),
        (f"{failed.summary}\n", "bold"),
        (f"  what to do: {told}", "$quiet"),
    )


def _code(snippet: str) -> str:
    """Without the lines that say again what the verdict says: c copies it whole."""
    lines = snippet.splitlines()
    proof = next((i for i, line in enumerate(lines) if not line.startswith("# ")), 0)
    return "\n".join(part for line in lines[min(proof, 2) :] for part in _remark(line))


def _remark(line: str) -> list[str]:
    """A remark that is too long is read all the same: it goes on in a remark below."""
    if not line.startswith("# "):
        return [line]
    words = line[2:].lstrip()
    indent = line[: len(line) - len(words)]
    return textwrap.wrap(
        words,
        _REMARK_WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
