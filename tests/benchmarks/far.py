"""Real clients and the practice registries on one machine, as far apart as is asked for."""

from __future__ import annotations

import json
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.benchmarks.delay import Distance
from tests.lab.lab import REPOSITORY, Lab, open_lab
from tests.lab.machine import Ran

ROUND_TRIP_S: Final = 0.05
TURNS: Final = 2
REPOSITORY_NAME: Final = "practice/bench"


class Far:
    """A lab in which `ghcr.io` is a distance away. The client is a process of its own."""

    def __init__(self, lab: Lab, distance: Distance) -> None:
        self.lab = lab
        self.distance = distance

    def client(self, *arguments: str, round_trip_s: float = 0.0) -> dict[str, Any]:
        """What one run of the wizard's own parts says (client.py)."""
        self.distance.round_trip_s = round_trip_s
        account = self.lab.sandbox.account
        env = {
            "PYTHONPATH": str(REPOSITORY),
            "BENCH_USER": account.login,
            "BENCH_SECRET": account.secret,
        }
        argv = [sys.executable, "-m", "tests.benchmarks.client", *arguments]
        ran = self.lab.run(argv, env=env, timeout_s=300).succeeded()
        said: dict[str, Any] = json.loads(ran.stdout)
        return said

    def run(self, *argv: str, round_trip_s: float = 0.0, env: dict[str, str] | None = None) -> Ran:
        """Another program in the client's place."""
        self.distance.round_trip_s = round_trip_s
        return self.lab.run(argv, env=env or {}, timeout_s=300).succeeded()

    def waited(self, scenario: str) -> float:
        """Round trips waited: (time at 50 ms - time at 0 ms) / 50 ms, medians of runs in turns."""
        near: list[float] = []
        far: list[float] = []
        for _ in range(TURNS):
            near += self.client(scenario)["seconds"]
            far += self.client(scenario, round_trip_s=ROUND_TRIP_S)["seconds"]
        return (median(far) - median(near)) / ROUND_TRIP_S


@contextmanager
def far_lab(*, docker: bool = False) -> Iterator[Far]:
    distances: list[Distance] = []

    @contextmanager
    def between(entrance: socket.socket) -> Iterator[socket.socket]:
        with Distance(entrance) as distance:
            distances.append(distance)
            yield distance.exit

    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        open_lab(Path(folder) / "lab", docker=docker, between=between) as lab,
    ):
        far = Far(lab, distances[0])
        far.client("push")  # there has to be a package before it can be made public
        lab.sandbox.publish(REPOSITORY_NAME)
        yield far
