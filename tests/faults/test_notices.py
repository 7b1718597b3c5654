"""What stops no plain push is told, with its cause, and what is ready stays ready."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.sdk import NOTICES

pytestmark = [pytest.mark.lab, pytest.mark.engine]
_NAMED = {notice.name: notice for notice in NOTICES}


@pytest.mark.parametrize("name", _NAMED)
def test_what_is_odd_is_told_with_its_cause_and_calls_nothing_else_broken(
    make_world: MakeWorld, name: str
) -> None:
    notice = _NAMED[name]
    world = make_world(notice.place)
    with notice.inject(world) or nullcontext():
        seen = world.doctor(*notice.options)

    status = "warn" if notice.is_ready else "fail"
    assert notice.cause in {row["cause"] for row in seen.of(status)}, seen.told()
    assert seen.is_ready() is notice.is_ready, seen.told()
    others = [row for row in seen.of("fail", "unknown") if row["cause"] != notice.cause]
    assert not others, seen.told()
