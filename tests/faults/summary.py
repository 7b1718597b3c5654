"""The table of the fault matrix at the end of a test run."""

from __future__ import annotations

import json
from typing import Any

from tests.faults.score import PROPERTY, Score, table


def show_matrix(terminalreporter: Any) -> None:
    """Of all results that were gathered, also of tests that ran side by side."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    found = [json.loads(value) for r in reports for key, value in _of(r) if key == PROPERTY]
    if found:
        terminalreporter.section("the fault matrix")
        terminalreporter.write_line(table([Score(**score) for score in found]))


def _of(report: Any) -> list[tuple[str, Any]]:
    return list(getattr(report, "user_properties", []))
