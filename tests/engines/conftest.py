"""One real dockerd and one real registry for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.dockerd import RunningDockerd, dockerd
from tests.support.engine_runs import world
from wizard.clients.outside import World


@pytest.fixture(scope="session")
def shared_dockerd() -> Iterator[RunningDockerd]:
    with dockerd() as running:
        yield running


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture
def outside(home: Path, shared_dockerd: RunningDockerd) -> World:
    """DOCKER_HOST leads to the shared engine."""
    return world(home, DOCKER_HOST=shared_dockerd.url)
