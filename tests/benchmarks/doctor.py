"""A healthy machine's `doctor`, 50 ms away from GHCR, beside the slowest of its own probes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from statistics import median
from typing import Any, Final

from tests.benchmarks.far import ROUND_TRIP_S, Far, far_lab
from tests.benchmarks.measure import Row

_TURNS: Final = 7
_HUNG_LIMIT_S: Final = 2.0
_PREFIX: Final = "ghcr.io/practice"


def rows() -> Iterator[Row]:
    with far_lab(docker=True) as far:
        _set_up(far)
        for round_trip_s in (ROUND_TRIP_S, 0.0):
            far.distance.round_trip_s = round_trip_s
            runs = [_doctor(far) for _ in range(_TURNS)]
            where = f"{round_trip_s * 1000:.0f} ms away"
            whole = median(seconds for seconds, _ in runs)
            slowest = median(max(row["seconds"] for row in rows_) for _, rows_ in runs)
            limit = 2 if round_trip_s else None
            said = f"healthy doctor ({whole:.2f} s) / its slowest probe ({slowest:.2f} s), {where}"
            yield Row(said, whole / slowest, limit)
        far.distance.round_trip_s = 0.0
        far.lab.sandbox.switch_fault("silent", on=True)
        hung, _ = _doctor(far, "--timeout", f"{_HUNG_LIMIT_S:g}")
        yield Row("a silent registry, beyond its deadline", hung - _HUNG_LIMIT_S, 1, "s")
        far.lab.sandbox.switch_fault("silent", on=False)


def _set_up(far: Far) -> None:
    """Ready, as a person leaves it."""
    secret = far.lab.sandbox.account.secret
    words = ["setup", _PREFIX, "--image", "app", "--yes", "--json"]
    login = ["--store", "plaintext", "--username", "practice", "--password-stdin"]
    far.lab.wizard(*words, *login, input=secret)  # private as yet
    far.lab.sandbox.publish("practice/app")
    far.lab.wizard(*words).succeeded()


def _doctor(far: Far, *more: str) -> tuple[float, list[dict[str, Any]]]:
    ran = far.lab.wizard("doctor", "--json", *more)
    return ran.seconds, json.loads(ran.stdout)["checks"]
