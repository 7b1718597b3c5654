"""Both engines keep the promises of the engine contract, against a real dockerd and registry."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import wizard.engines
from tests.contracts.engine_contract import EngineContract
from tests.support.dockerd import RunningDockerd
from tests.support.engine_runs import world
from wizard.clients.outside import World
from wizard.core.names import LINUX_AMD64
from wizard.core.ports import Endpoint
from wizard.engines import ENGINE_IDS
from wizard.engines.containerd import ContainerdEngine
from wizard.engines.docker import DockerEngine
from wizard.engines.lxd import LxdEngine
from wizard.engines.none import NoEngine
from wizard.engines.podman import PodmanEngine


def plain(host: str) -> Endpoint:
    return Endpoint(host, f"http://{host}")


@pytest.mark.engine
class TestDocker(EngineContract):
    @pytest.fixture
    def engine(self) -> DockerEngine:
        return DockerEngine()

    @pytest.fixture
    async def outside(self, home: Path, shared_dockerd: RunningDockerd) -> AsyncIterator[World]:
        outside = world(home, DOCKER_HOST=shared_dockerd.url)
        yield outside
        await outside.aclose()


@pytest.mark.engine
class TestNone(EngineContract):
    @pytest.fixture
    async def outside(self, home: Path) -> AsyncIterator[World]:
        outside = world(home)
        yield outside
        await outside.aclose()

    @pytest.fixture
    def engine(self, outside: World) -> NoEngine:
        return NoEngine(outside.registry_api, plain)

    async def test_it_says_that_the_sdk_needs_a_builder(
        self, engine: NoEngine, outside: World
    ) -> None:
        (row,) = [row async for row in engine.detect(outside)]
        details = await engine.examine(row, LINUX_AMD64, outside)

        assert row.is_ready
        assert "your SDK needs a container engine or a remote builder" in details.summary


def test_every_engine_is_listed_in_the_order_of_the_screen() -> None:
    folder = Path(wizard.engines.__file__).parent

    engines = (DockerEngine, PodmanEngine, ContainerdEngine, LxdEngine, NoEngine)
    assert tuple(engine.id for engine in engines) == ENGINE_IDS
    assert all((folder / f"{id_}.py").is_file() for id_ in ENGINE_IDS)
