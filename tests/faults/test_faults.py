"""Each fault is injected into the real thing, shown to break a plain command, then diagnosed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from typing import Final

import pytest

from tests.faults.case import Case
from tests.faults.conftest import MakeWorld
from tests.faults.families import FAULTS
from tests.faults.mended import is_mended_by_itself
from tests.faults.peers import heard
from tests.faults.score import PROPERTY, Score
from tests.faults.words import judge, ours_of
from tests.faults.world import World
from tests.journeys.person import Outcome

pytestmark = [pytest.mark.lab, pytest.mark.engine]

_ONE_FIX_EACH: Final = ("login", "push", "pull")
"""Families in which one place and one cause have one and the same fix: it is tried once."""
_FIRST: Final = {(case.place.id, case.cause): name for name, (_, case) in reversed(FAULTS.items())}
FIXED: Final = {
    name
    for name, (family, case) in FAULTS.items()
    if family not in _ONE_FIX_EACH or _FIRST[case.place.id, case.cause] == name
}
"""The faults after which the wizard's own fix is applied."""

Record = Callable[[str, object], None]


@pytest.mark.parametrize("name", FAULTS)
def test_the_true_cause_is_named_first_and_what_the_wizard_offers_to_mend_it_mends(
    make_world: MakeWorld,
    record_property: Record,
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
) -> None:
    family, case = FAULTS[name]
    world = make_world(case.place)
    with ExitStack() as broken:
        if case.second is not None:
            broken.enter_context(case.second(world) or nullcontext())
        first_fault = broken.enter_context(ExitStack())
        first_fault.enter_context(case.inject(world) or nullcontext())
        plain = world.plain(case.breaks)
        assert plain.status != 0, f"this breaks nothing: {case.breaks}\n{plain.output}"
        seen, seconds = world.timed_doctor(*case.options)
        first = first_named(seen)
        is_right = first == case.cause
        peers = heard(world, case, tmp_path_factory)
        fix = ""
        if is_right and not case.then and name in FIXED:
            fix = is_mended_by_itself(world, case, seen)
        if is_right and case.then:
            _is_named_next(world, case, seen, first_fault)
    score = Score(
        name,
        family,
        case.cause,
        first,
        round(seconds, 2),
        is_right,
        is_abstention=bool(is_right and case.undecidable),
        fix=fix,
        peer=judge(case.cause, plain.output),
        ours=judge(case.cause, ours_of(seen)) if is_right else "nothing",
        peers=peers,
    )
    record_property(PROPERTY, score.text)
    _judge(case, seen, score)


def _is_named_next(world: World, case: Case, seen: Outcome, first_fault: ExitStack) -> None:
    """What could not be tried says why; and with the first fault gone, the second is the first."""
    wrong = {row["id"] for row in seen.of("fail", "unknown")}
    assert all(row["blocked_by"] in wrong for row in seen.of("skip")), seen.told()
    first_fault.close()
    again = world.doctor(*case.options)
    assert first_named(again) == case.then, again.told()


def _judge(case: Case, seen: Outcome, score: Score) -> None:
    told = seen.told()
    assert not seen.is_ready(), f"false comfort\n{told}"
    if case.missed:
        assert not score.is_right, f"no longer missed: {case.missed}"
        pytest.xfail(case.missed)
    assert score.is_right, f"{score.named} instead of {case.cause}\n{told}"
    assert score.fix in ("", "worked"), told


def first_named(seen: Outcome) -> str:
    """The first row that says something is wrong, in the order in which people read them."""
    return next((row["cause"] or row["id"] for row in seen.of("fail", "unknown")), "")
