"""Faults on the way to a registry."""

from __future__ import annotations

from tests.faults.case import Breaks, Case
from tests.faults.world import World


def _is_down(world: World) -> None:
    world.switch_on("registry-down")


FAULTS: tuple[Case, ...] = (
    Case("every-answer-is-503", "network.registry-down", _is_down, Breaks.DOCKER_PUSH),
)
