"""`check` of many images, 50 ms away, beside a loop of `skopeo inspect --raw`."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

from tests.benchmarks.far import REPOSITORY_NAME, ROUND_TRIP_S, Far, far_lab
from tests.benchmarks.measure import Row
from tests.support.needs import need_program

MANY: Final = 1000
FEW: Final = 100
SAMPLE: Final = 10
"""Turns of the loop that are run; the rest of it is reckoned from their median."""


def rows() -> Iterator[Row]:
    need_program("skopeo")
    with far_lab() as far:
        far.client("seed", str(MANY))
        for number in range(MANY):
            far.lab.sandbox.publish(f"{REPOSITORY_NAME}-{number}")
        peaks = {}
        for count, limit in ((FEW, 40), (MANY, 60)):
            turn = median(_skopeo(far, number) for number in range(SAMPLE))
            seconds = median(_command(far, count) for _ in range(3 if count == FEW else 1))
            what = f"skopeo's {turn:.2f} s x {count} / registry-wizard check ({seconds:.2f} s)"
            yield Row(what, turn * count / seconds, limit, at_least=True)
            said = far.client("check", str(count), round_trip_s=ROUND_TRIP_S)
            peaks[count] = said["peak_kib"] / 1024
            yield Row(f"  the step alone, {count} images", said["seconds"][0], None, "s")
            yield Row("  its processor time, imports included", said["cpu_s"], None, "s")
        yield Row(f"memory for {MANY} beyond that for {FEW}", peaks[MANY] - peaks[FEW], 24, "MiB")
        yield Row(f"memory at most, {MANY} images", peaks[MANY], 200, "MiB")


def _command(far: Far, count: int) -> float:
    """The whole process, from its start to its end."""
    references = [f"ghcr.io/{REPOSITORY_NAME}-{number}:1\n" for number in range(count)]
    far.distance.round_trip_s = ROUND_TRIP_S
    return far.lab.wizard("check", "-", input="".join(references)).succeeded().seconds


def _skopeo(far: Far, number: int) -> float:
    image = f"docker://ghcr.io/{REPOSITORY_NAME}-{number}:1"
    return far.run("skopeo", "inspect", "--raw", image, round_trip_s=ROUND_TRIP_S).seconds
