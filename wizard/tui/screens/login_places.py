"""The words of where a login could be kept: what was tried and what it said. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.causes import fixes_for
from wizard.core.checks import Check
from wizard.core.diagnosis import Fix
from wizard.core.ports import StoreChoice, StorePlan, StoreVerdict
from wizard.core.text import clean
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import Choice
from wizard.tui.widgets.text import Part

PLACE: Final = "place"
HELPER: Final = "helper"
KEY: Final = "ctrl+k"


def kept_parts(view: View) -> tuple[Part, ...]:
    """Before a way in is chosen: where a login would go, and which helpers are not fit."""
    trial = view.trial
    if view.journey.choices.store is StoreChoice.NONE:
        return ("A login will be kept ", ("for this run only", "bold"), "; nothing is written.\n")
    if trial is None or trial.is_running:
        return (("Where a login could be kept is tried; it is said here.\n", "$quiet"),)
    plan = view.plan or trial.plan
    parts: list[Part] = []
    if plan is not None and plan.is_encrypted:
        parts = ["A login would be kept in ", (clean(plan.title), "bold"), "\n"]
        parts.append((f"{clean(plan.reason)}\n", "$quiet"))
    elif plan is not None:
        parts.append((f"▲ look: a login would be kept {clean(plan.title)}\n", "$look"))
    elif trial.problem is not None:
        parts.append((f"▲ look: {clean(trial.problem.summary)}\n", "$look"))
    for verdict in trial.unfit:
        said = f"▲ look: {clean(verdict.title)}: {clean(verdict.said)}"
        parts.append((f"{said}  ({_cause(verdict)})\n", "$look"))
    if trial.unfit:
        parts.append((f"{KEY} says what to do about it.\n", "$quiet"))
    return tuple(parts)


def unfit_parts(view: View) -> tuple[Part, ...]:
    """Beside a plan, in one line: each was named on the page before."""
    unfit = view.trial.unfit if view.trial else ()
    if not unfit:
        return ()
    names = ", ".join(clean(verdict.helper, 40) for verdict in unfit)
    return ((f"▲ look: not fit to keep it: {names}. {KEY} says why.\n", "$look"),)


def place_rows(view: View, plan: StorePlan | None, trouble: Check | None) -> Iterator[Choice]:
    """Other places, and then each helper that could be one if it were mended."""
    from wizard.steps.stores import other_places

    trial = view.trial
    verdicts = trial.verdicts if trial else ()
    cause = trouble.cause if trouble else ""
    for place in other_places(verdicts, plan, view.journey.choices.store, cause):
        yield Choice(f"{PLACE} {place.store.value}", clean(place.title), lines=(clean(place.why),))
    for verdict in trial.unfit if trial else ():
        yield Choice(
            f"{HELPER} {verdict.helper}",
            clean(verdict.title),
            "look",
            tuple(_unfit_lines(verdict, view.system)),
        )


def first_fix(verdict: StoreVerdict, system: str) -> Fix | None:
    """What to do about it on this system, if anything is known."""
    fixes = verdict.problem.fixes if verdict.problem else ()
    return next(iter(fixes_for(fixes, system)), None)


def _unfit_lines(verdict: StoreVerdict, system: str) -> Iterator[str]:
    from wizard.steps.stores import named

    yield f"{clean(verdict.said)}  ({', '.join((_cause(verdict), *named(verdict)))})"
    if fix := first_fix(verdict, system):
        yield clean(f"{fix.title}: {fix.command}" if fix.command else fix.title)


def _cause(verdict: StoreVerdict) -> str:
    return verdict.problem.cause if verdict.problem else verdict.fitness.value
