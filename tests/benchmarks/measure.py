"""Whole processes, timed in turns, so that a machine whose speed drifts slows both alike."""

from __future__ import annotations

import atexit
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, what it came to, and what it may be at most."""

    what: str
    value: float
    limit: float | None
    """None: told beside the others, and bound by nothing."""
    unit: str = "x"
    at_least: bool = False

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        said = f"{self.what:<62} {self.value:8.2f} {self.unit:<6}"
        if self.limit is None:
            return f"     {said}"
        sign = ">=" if self.at_least else "<="
        return f"{'ok  ' if self.holds else 'OVER'} {said} {sign} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Finished:
    seconds: float
    peak_kib: int
    code: int


def run_once(argv: Sequence[str], environ: Mapping[str, str] | None = None) -> Finished:
    """One process, its wall time and its own peak memory as the kernel accounts it."""
    began = time.perf_counter()
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environ,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    return Finished(seconds, usage.ru_maxrss, process.returncode)


def ratio(
    one: Callable[[], float], anchor: Callable[[], float], rounds: int = 15
) -> tuple[float, float, float]:
    """(median of the pairwise ratios, median of `one`, median of `anchor`), after one warm-up."""
    one()
    anchor()
    pairs = [(one(), anchor()) for _ in range(rounds)]
    ratios = [left / right for left, right in pairs]
    return (
        statistics.median(ratios),
        statistics.median(left for left, _ in pairs),
        statistics.median(right for _, right in pairs),
    )


def plain_environ() -> dict[str, str]:
    """A HOME with nothing in it, and no engine: DOCKER_HOST names a socket that is not there."""
    home = tempfile.mkdtemp(prefix="bench-home-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": home, "DOCKER_HOST": f"unix://{home}/none.sock"}
