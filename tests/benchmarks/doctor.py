"""A healthy machine's `doctor`, 50 ms away from GHCR, beside the slowest of its own probes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any, Final

from tests.benchmarks.far import ROUND_TRIP_S, Far, far_lab
from tests.benchmarks.measure import Row
from tests.lab.lab import REPOSITORY

_TURNS: Final = 7
_HUNG_LIMIT_S: Final = 2.0
_PREFIX: Final = "ghcr.io/practice"
_WITH_PEAK: Final = """
import resource, sys
from wizard.__main__ import main
main(["doctor", "--json"])
sys.stderr.write(f"peak:{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}")
"""


def rows() -> Iterator[Row]:
    with far_lab(docker=True) as far:
        _set_up(far)
        far.distance.round_trip_s = ROUND_TRIP_S
        reference = _reference(far)
        runs = [(_doctor(far), _alone(far, reference)) for _ in range(_TURNS)]
        whole = median(seconds for (seconds, _), _ in runs)
        alone = median(seconds for _, seconds in runs)
        # Like with like: a whole process that makes every probe, and one that makes the slowest.
        said = f"healthy doctor ({whole:.2f} s) / its slowest probe alone, by `check` ({alone:.2f})"
        yield Row(said, median(seconds / one for (seconds, _), one in runs), 2)
        slowest = median(max(row["seconds"] for row in rows_) for (_, rows_), _ in runs)
        yield Row(
            f"  the same / that probe without start-up ({slowest:.2f} s)", whole / slowest, None
        )
        far.distance.round_trip_s = 0.0
        yield Row("memory of a healthy doctor", _peak_mib(far), 150, "MiB")
        far.lab.sandbox.switch_fault("silent", on=True)
        hung, _ = _doctor(far, "--timeout", f"{_HUNG_LIMIT_S:g}")
        yield Row("a silent registry, beyond its deadline", hung - _HUNG_LIMIT_S, 1, "s")
        far.lab.sandbox.switch_fault("silent", on=False)


def _alone(far: Far, reference: str) -> float:
    """The pull that nobody has to log in for, as a process of its own."""
    return far.lab.wizard("check", reference).succeeded().seconds


def _reference(far: Far) -> str:
    document = json.loads(far.lab.wizard("profiles", "--json").stdout)
    return str(document["profiles"][0]["proof"]["reference"])


def _peak_mib(far: Far) -> float:
    env = {"PYTHONPATH": str(REPOSITORY)}
    ran = far.lab.run([sys.executable, "-c", _WITH_PEAK], env=env)
    return int(ran.stderr.rpartition("peak:")[2]) / 1024


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
