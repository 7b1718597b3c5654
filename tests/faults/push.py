"""Faults that only a push meets."""

from __future__ import annotations

from tests.faults.case import Breaks, Case
from tests.faults.world import World


def _no_role(world: World) -> None:
    world.switch_on("not-permitted")


FAULTS: tuple[Case, ...] = (
    Case("no-write-role", "push.not-permitted", _no_role, Breaks.DOCKER_PUSH),
)
