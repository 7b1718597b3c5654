"""Faults for which the cluster could not pull although the push went well."""

from __future__ import annotations

from tests.faults.case import Breaks, Case
from tests.faults.world import World


def _private_again(world: World) -> None:
    world.lab.sandbox.unpublish("practice/app")


FAULTS: tuple[Case, ...] = (
    Case("made-private", "pull.private", _private_again, Breaks.ANONYMOUS_PULL),
)
