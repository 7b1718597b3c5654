"""Fixtures of the fault matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.faults.places import Place
from tests.faults.world import Healthies, World, world_of
from tests.journeys.conftest import leave
from tests.lab.conftest import new_lab, shared_lab
from tests.lab.lab import Lab

__all__ = ["new_lab", "shared_lab"]

MakeWorld = Callable[[Place], World]


@pytest.fixture(scope="session")
def healthies(shared_lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Healthies]:
    kept = Healthies(shared_lab, tmp_path_factory.mktemp("healthy"))
    yield kept
    kept.close()


@pytest.fixture
def make_world(shared_lab: Lab, healthies: Healthies) -> Iterator[MakeWorld]:
    """The healthy machine of a place. In the end no secret may lie about."""
    with ExitStack() as stack:
        made: list[World] = []

        def make(place: Place) -> World:
            made.append(stack.enter_context(world_of(shared_lab, healthies, place)))
            return made[-1]

        yield make
    for world in made:
        leave(world.person)
