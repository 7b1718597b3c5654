"""What somebody who is not root gets of Podman. Run by test_podman_rootless.py, as that user."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.contracts.engine_contract import EngineContract
from tests.support.certificates import Authority
from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.engine_runs import push, rows, world
from tests.support.podman import USER_ID, OwnPodman, podman
from wizard.clients.outside import World
from wizard.core.names import LINUX_AMD64
from wizard.core.ports import EngineStatus
from wizard.core.secret import Credential, Secret
from wizard.engines.podman import PodmanEngine
from wizard.engines.podman_fixes import start_socket

SECRET = "CANARY-41ab"
ROOTS_SOCKET = os.environ["ROOTS_SOCKET"]


@pytest.fixture(scope="module")
def own() -> Iterator[OwnPodman]:
    with podman() as made:
        yield made


class TestRootless(EngineContract):
    @pytest.fixture
    def engine(self) -> PodmanEngine:
        return PodmanEngine()

    @pytest.fixture
    async def outside(self, own: OwnPodman) -> AsyncIterator[World]:
        outside = world(own.home, **own.environ)
        yield outside
        await outside.aclose()
        assert not own.leftovers()

    async def test_a_registry_with_tls_is_trusted_by_the_persons_own_folder_and_takes_a_login(
        self, engine: PodmanEngine, outside: World, own: OwnPodman, tmp_path: Path
    ) -> None:
        (row,) = [row for row in await rows(engine, outside) if row.endpoint == "podman"]
        authority, login = Authority(tmp_path / "ca"), Credential("ada", Secret(SECRET))
        leaf = authority.issue("127.0.0.1")
        with docker_registry(tmp_path, htpasswd={"ada": SECRET}, tls=leaf) as closed:
            folder = own.home / ".config" / "containers" / "certs.d" / closed.host
            folder.mkdir(parents=True)
            (folder / "ca.crt").write_bytes(authority.certificate.read_bytes())
            done = await push(engine, row, outside, f"{closed.host}/a/b:1", credential=login)

        assert done.pushed.route == "podman build, podman push"

    async def test_it_says_that_it_works_without_root(
        self, engine: PodmanEngine, outside: World
    ) -> None:
        (row,) = [row for row in await rows(engine, outside) if row.endpoint == "podman"]
        details = await engine.examine(row, LINUX_AMD64, outside)

        assert os.geteuid() == USER_ID
        assert details.rootless is True
        assert ", rootless" in details.summary
        assert "engine.user-ids-missing" not in {warning.cause for warning in details.warnings}

    async def test_it_warns_of_ids_that_are_missing_and_pushes_all_the_same(
        self, engine: PodmanEngine, outside: World, registry: RunningRegistry
    ) -> None:
        (row,) = [row for row in await rows(engine, outside) if row.endpoint == "podman"]
        details = await engine.examine(row, LINUX_AMD64, outside)
        done = await push(engine, row, outside, f"{registry.host}/podman/no-ids:1")

        missing = next(w for w in details.warnings if w.cause == "engine.user-ids-missing")
        assert missing.is_warning
        assert any("--add-subuids" in fix.command for fix in missing.fixes)
        assert done.pushed.digest

    async def test_a_socket_of_root_is_closed_and_the_own_command_works(
        self, engine: PodmanEngine, own: OwnPodman
    ) -> None:
        outside = world(own.home, **own.environ, CONTAINER_HOST=f"unix://{ROOTS_SOCKET}")
        found = {row.endpoint: row for row in await rows(engine, outside)}

        closed = found[f"unix://{ROOTS_SOCKET}"]
        assert closed.status is EngineStatus.DENIED
        assert closed.problem is not None
        assert closed.problem.cause == "engine.permission-denied"
        assert "without root" in closed.problem.fixes[0].title.lower()
        assert found["podman"].is_ready


async def test_its_own_socket_is_the_one_in_its_runtime_folder(own: OwnPodman) -> None:
    words = start_socket(is_root=False, systemd="/nowhere").command.split()
    service = words[words.index("podman") :]
    outside = world(own.home, **own.environ)
    ended = await outside.run(["setsid", "--fork", *service])
    assert ended.code == 0

    found = []
    while not any(row.is_ready and row.endpoint != "podman" for row in found):
        found = await rows(PodmanEngine(), outside)

    (row,) = [row for row in found if row.is_ready]
    assert row.endpoint == f"unix://{own.environ['XDG_RUNTIME_DIR']}/podman/podman.sock"
    assert "podman" in row.aliases
    details = await PodmanEngine().examine(row, LINUX_AMD64, outside)
    assert "engine.socket-off" not in {warning.cause for warning in details.warnings}
