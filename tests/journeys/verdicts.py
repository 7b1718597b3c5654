"""What every failed journey has to look like, whatever its cause (product.md section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.person import Outcome

STEPS = ("engine", "sdk", "registry", "login", "push", "visibility")
CODES = {True: 0, False: 1}


def causes(*names: str) -> pytest.MarkDecorator:
    """This test makes each of these happen; they are in its id, where test_all_causes finds it."""
    return pytest.mark.parametrize("cause", names)


def one_failure(outcome: Outcome, cause: str) -> dict[str, Any]:
    """One cause gives one `fail`: what depends on it is `skip` and says what blocks it.

    Gives that row.
    """
    told = outcome.told()
    failed = outcome.of("fail", "unknown")
    assert [row["cause"] for row in failed] == [cause], told
    (row,) = failed
    assert row["status"] == "fail", told
    assert row["evidence"], told
    assert row["summary"], told
    assert row["blocked_by"] is None, told
    _nothing_green_after(outcome, row)
    assert outcome.code == 1, told
    assert outcome.document["ready"] is False, told
    assert outcome.document["pull"] == "unproven", told
    return row


def _nothing_green_after(outcome: Outcome, failure: dict[str, Any]) -> None:
    """The engine and the registry do not need each other; all the rest is a chain."""
    told = outcome.told()
    for row in outcome.of("skip"):
        assert (row["blocked_by"], row["cause"]) == (failure["id"], None), told
    broken = STEPS.index(failure["step"])
    chained = ("push", "visibility") if failure["step"] == "engine" else STEPS[broken + 1 :]
    for row in outcome.of("pass", "warn"):
        assert row["step"] not in chained, told


def warned(outcome: Outcome, cause: str) -> dict[str, Any]:
    """The row that says it, and stops nothing."""
    rows = [row for row in outcome.of("warn") if row["cause"] == cause]
    assert len(rows) == 1, outcome.told()
    return rows[0]
