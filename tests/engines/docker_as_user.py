"""What somebody who is not root gets of Docker. Run by test_docker_rootless.py, as that user."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.contracts.engine_contract import EngineContract
from tests.support.certificates import Authority
from tests.support.docker_registry import docker_registry
from tests.support.engine_runs import named, push, rows, world
from tests.support.podman import USER_ID
from tests.support.rootless_docker import RootlessDocker, rootless_dockerd
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem
from wizard.core.names import LINUX_AMD64
from wizard.core.ports import EngineStatus
from wizard.core.secret import Credential, Secret
from wizard.engines.docker import DockerEngine

ADDRESS = os.environ["OWN_ADDRESS"]
"""Of this machine, and not on loopback, where dockerd verifies nothing."""
SECRET = "CANARY-70c2"


@pytest.fixture(scope="module")
def own() -> Iterator[RootlessDocker]:
    with rootless_dockerd() as made:
        yield made


class TestAnotherUser(EngineContract):
    @pytest.fixture
    def engine(self) -> DockerEngine:
        return DockerEngine()

    @pytest.fixture
    async def outside(self, own: RootlessDocker) -> AsyncIterator[World]:
        outside = world(own.home, **own.environ)
        yield outside
        await outside.aclose()

    async def test_it_is_found_in_the_runtime_folder_and_says_that_it_works_without_root(
        self, engine: DockerEngine, outside: World, own: RootlessDocker
    ) -> None:
        (row,) = [row for row in await rows(engine, outside) if row.is_ready]
        details = await engine.examine(row, LINUX_AMD64, outside)

        assert os.geteuid() == USER_ID
        assert own.socket.stat().st_uid == USER_ID
        assert (row.status, row.endpoint) == (EngineStatus.READY, own.url)
        assert details.rootless is True
        assert "rootless" in details.summary

    async def test_a_registry_with_tls_is_trusted_by_the_persons_own_folder_and_takes_a_login(
        self, engine: DockerEngine, outside: World, own: RootlessDocker, tmp_path: Path
    ) -> None:
        (row,) = [row for row in await rows(engine, outside) if row.is_ready]
        authority = Authority(tmp_path / "authority")
        credential = Credential("ada", Secret(SECRET))
        with docker_registry(
            tmp_path,
            htpasswd={"ada": SECRET},
            tls=authority.issue(ADDRESS),
            name=ADDRESS,
            listens="0.0.0.0",
        ) as closed:
            reference = f"{closed.host}/team/app:1"
            with pytest.raises(Problem) as untrusted:
                await push(engine, row, outside, reference, credential=credential)
            own.trust(closed.host, authority.certificate)
            done = await push(engine, row, outside, reference, credential=credential)
            blobs = [path for path in closed.storage.rglob("link") if "app" in path.parts]

        assert named(untrusted.value, engine).cause == "engine.registry-untrusted"
        assert done.pushed.digest
        assert blobs
        assert SECRET not in "".join(done.lines)
