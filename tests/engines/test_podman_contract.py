"""Podman keeps the promises of the engine contract: a real one, by its command and its socket."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.contracts.engine_contract import EngineContract
from tests.support.engine_runs import world
from tests.support.podman import OwnPodman, podman
from wizard.clients.outside import World
from wizard.engines.podman import PodmanEngine


@pytest.fixture(scope="module")
def own() -> Iterator[OwnPodman]:
    with podman() as made:
        yield made


@pytest.fixture(scope="module")
def served() -> Iterator[OwnPodman]:
    with podman() as made:
        made.serve()
        yield made


@pytest.mark.engine
class TestByItsCommand(EngineContract):
    @pytest.fixture
    def engine(self) -> PodmanEngine:
        return PodmanEngine()

    @pytest.fixture
    async def outside(self, own: OwnPodman) -> AsyncIterator[World]:
        outside = world(own.home, **own.environ)
        yield outside
        await outside.aclose()
        assert not own.leftovers()


@pytest.mark.engine
class TestByItsSocketWithoutItsCommand(EngineContract):
    @pytest.fixture
    def engine(self) -> PodmanEngine:
        return PodmanEngine()

    @pytest.fixture
    async def outside(self, home: Path, served: OwnPodman) -> AsyncIterator[World]:
        outside = world(home, PATH="/nowhere", CONTAINER_HOST=served.url)
        yield outside
        await outside.aclose()
        assert not served.images()
        assert not served.containers()


def test_the_command_is_not_on_the_path_of_the_second_one() -> None:
    assert shutil.which("podman", path="/nowhere") is None
