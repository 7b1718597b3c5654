"""Real registries for the command line: one open, one that wants a login."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import CANARY
from tests.support.docker_registry import RunningRegistry, docker_registry


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[RunningRegistry]:
    with docker_registry(tmp_path) as registry:
        yield registry


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[RunningRegistry]:
    """`ada` with the canary as her password."""
    with docker_registry(tmp_path, htpasswd={"ada": CANARY}) as registry:
        yield registry
