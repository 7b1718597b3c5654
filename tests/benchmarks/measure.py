"""Whole processes, timed in turns, so that a machine whose speed drifts slows both alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, what it came to, and what it may be at most."""

    what: str
    value: float
    limit: float
    unit: str = "x"
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        mark = "ok  " if self.holds else "OVER"
        sign = ">=" if self.at_least else "<="
        return f"{mark} {self.what:<58} {self.value:8.2f} {self.unit:<6} {sign} {self.limit:g}"


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
