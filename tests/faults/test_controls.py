"""Machines on which nothing is wrong: nothing may be called broken there."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.families import CONTROLS
from tests.faults.score import PROPERTY, Score
from tests.faults.test_faults import Record, first_named

pytestmark = [pytest.mark.lab, pytest.mark.engine]


@pytest.mark.parametrize("name", CONTROLS)
def test_a_healthy_machine_is_ready_however_odd_it_looks(
    make_world: MakeWorld, record_property: Record, name: str
) -> None:
    control = CONTROLS[name]
    world = make_world(control.place)
    with control.arrange(world) or nullcontext():
        seen, seconds = world.timed_doctor(*control.options)

    named = first_named(seen)
    score = Score(name, "controls", "", named, round(seconds, 2), is_right=not named)
    record_property(PROPERTY, score.text)
    assert seen.is_ready(), seen.told()
