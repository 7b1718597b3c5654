"""Where containerd is found, told apart when it is ill, and left out when it is only Docker's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.as_nobody import NOBODY, detected
from tests.support.containerd import RunningContainerd, containerd, standin
from tests.support.engine_runs import rows, world
from tests.support.sockets import answering
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.engines.containerd import ContainerdEngine
from wizard.engines.containerd_grpc import is_live, namespaces
from wizard.engines.containerd_places import K3S_SOCKET, SYSTEM_SOCKET, places
from wizard.engines.containerd_tools import live_buildkit
from wizard.engines.services import service

MODULE, NAME = ContainerdEngine.__module__, ContainerdEngine.__name__
START = service("enable --now", "containerd")
SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
VERSION = '{"Client":{},"Server":{"Components":[{"Name":"containerd","Version":"v2.1.4"}]}}'


@pytest.fixture(scope="module")
def daemon() -> Iterator[RunningContainerd]:
    with containerd() as running:
        yield running


async def the_row(home: Path, path: Path) -> FoundEngine:
    (row,) = await rows(ContainerdEngine(), world(home, CONTAINERD_ADDRESS=str(path)))
    return row


def cause(row: FoundEngine) -> str:
    return row.problem.cause if row.problem else ""


@pytest.mark.engine
async def test_a_frozen_one_is_not_answering_within_its_budget(
    home: Path, daemon: RunningContainerd
) -> None:
    daemon.freeze()
    try:
        row = await the_row(home, daemon.path)
    finally:
        daemon.thaw()

    assert (row.status, cause(row)) == (EngineStatus.HUNG, "engine.not-answering")
    assert 0.9 < row.seconds < 1.5


@pytest.mark.engine
async def test_a_dead_one_and_a_missing_one_are_not_running(home: Path) -> None:
    with containerd() as running:
        running.kill()
        stale = await the_row(home, running.path)
    gone = await the_row(home, running.path)

    for row in (stale, gone):
        assert (row.status, cause(row)) == (EngineStatus.STOPPED, "engine.not-running")
        assert row.problem is not None
        assert [f.command for f in row.problem.fixes] == [START, "unset CONTAINERD_ADDRESS"]


@pytest.mark.engine
def test_a_user_without_rights_is_told_who_has_them(daemon: RunningContainerd) -> None:
    daemon.folder.chmod(0o755)

    (row,) = detected(MODULE, NAME, CONTAINERD_ADDRESS=str(daemon.path))

    assert (row["status"], row["cause"]) == ("denied", "engine.permission-denied")
    assert "srw-rw---- of group root, and you are not a member" in row["said"]
    assert row["fixes"][0] == "sudo registry-wizard setup --engine containerd"
    assert row["heavy"] == []


def at_the_usual_place(daemon: RunningContainerd, **options: Any) -> list[dict[str, Any]]:
    """On a machine with Docker installed, whose /run holds nothing but this containerd."""
    before = (
        "mount -t tmpfs -o mode=755 none /run && mkdir /run/containerd "
        f"&& ln -s {daemon.path} {SYSTEM_SOCKET}"
    )
    return detected(MODULE, NAME, before=before, **options)


@pytest.mark.engine
@pytest.mark.lab
def test_the_one_below_docker_is_no_engine_of_its_own_unless_nerdctl_is_there(
    daemon: RunningContainerd, tmp_path: Path
) -> None:
    bin_folder = tmp_path / "bin"
    path = f"{bin_folder}:/usr/sbin:/usr/bin:/bin"
    standin(bin_folder, "dockerd", {})
    alone = at_the_usual_place(daemon, user=None, PATH=path)
    daemon.ctr("namespaces", "create", "moby")
    try:
        below_docker = at_the_usual_place(daemon, user=None, PATH=path)
        seen_by_nobody = at_the_usual_place(daemon, user=NOBODY, PATH=path)
        standin(bin_folder, "nerdctl", {})
        with_nerdctl = at_the_usual_place(daemon, user=None, PATH=path)
    finally:
        daemon.ctr("namespaces", "rm", "moby")

    assert [row["status"] for row in alone] == ["ready"]
    assert below_docker == []
    assert seen_by_nobody == []
    assert [row["status"] for row in with_nerdctl] == ["ready"]


async def test_the_one_in_dockers_own_folder_is_refused_even_when_named(home: Path) -> None:
    row = await the_row(home, Path("/var/run/docker/containerd/containerd.sock"))

    assert cause(row) == "engine.endpoint-invalid"
    assert row.problem is not None
    assert "choose Docker" in row.problem.evidence[0].answered
    assert row.problem.fixes[0].command == "unset CONTAINERD_ADDRESS"


@pytest.mark.parametrize(
    ("reply", "status", "said"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", EngineStatus.BROKEN, "a web service answers there"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", EngineStatus.BROKEN, "does not speak gRPC"),
        (SETTINGS, EngineStatus.BROKEN, "it is not containerd"),
        (
            SETTINGS + b"\x00\x00\x05\x00\x01\x00\x00\x00\x01" + bytes(5),
            EngineStatus.BROKEN,
            "it is not containerd",
        ),
        (SETTINGS + b"\xff\xff\xff\x00\x01\x00\x00\x00\x01abc", EngineStatus.BROKEN, "not contai"),
        (b"", EngineStatus.STOPPED, "closed without a word"),
    ],
)
async def test_another_service_at_its_address_is_named(
    home: Path, reply: bytes, status: EngineStatus, said: str
) -> None:
    path = home / "c.sock"
    async with answering(path, reply):
        row = await the_row(home, path)
        assert await namespaces(str(path)) == frozenset()

    assert row.status is status
    assert row.problem is not None
    assert said in row.problem.evidence[0].answered


@pytest.mark.engine
async def test_buildkit_is_where_any_grpc_answers_in_nerdctls_order(
    home: Path, daemon: RunningContainerd
) -> None:
    folder = home / "run" / "buildkit"
    folder.mkdir()
    outside = world(home, XDG_RUNTIME_DIR=str(home / "run"))
    assert not await is_live(str(folder / "buildkitd.sock"))
    (folder / "buildkitd.sock").symlink_to(daemon.path)

    assert await live_buildkit(outside) == f"unix://{folder}/buildkitd.sock"
    named = world(home, BUILDKIT_HOST="docker-container://buildkitd")
    assert await live_buildkit(named) == "docker-container://buildkitd"


def test_rootless_and_k3s_places_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "containerd-rootless").mkdir()
    (tmp_path / "containerd-rootless" / "child_pid").write_text("4242")

    found = places({"XDG_RUNTIME_DIR": str(tmp_path)}, "linux", 1000)

    assert found[0].path == f"/proc/4242/root{SYSTEM_SOCKET}"
    assert found[0].is_rootless
    assert [place.path for place in found[1:]] == [SYSTEM_SOCKET, K3S_SOCKET]
    assert places({}, "darwin", 501) == ()


@pytest.mark.lab
@pytest.mark.parametrize(
    ("program", "answer", "status", "cause_id", "fixes"),
    [
        ("nerdctl", (VERSION, 0), "ready", "", []),
        ("finch", (VERSION, 0), "ready", "", []),
        ("nerdctl", ("cannot", 1), "stopped", "engine.not-running", [START]),
        (
            "finch",
            ("instance is not running", 1),
            "stopped",
            "engine.not-running",
            ["finch vm start"],
        ),
    ],
)
def test_by_a_stand_in_nerdctl_a_product_with_a_machine_of_its_own_is_one_row(
    tmp_path: Path,
    program: str,
    answer: tuple[str, int],
    status: str,
    cause_id: str,
    fixes: list[str],
) -> None:
    standin(tmp_path, program, {"version": answer})

    (row,) = detected(
        MODULE,
        NAME,
        user=None,
        before="mount -t tmpfs -o mode=755 none /run",
        PATH=f"{tmp_path}:/none",
    )

    assert (row["endpoint"], row["status"], row["cause"]) == (program, status, cause_id)
    assert row["fixes"] == fixes
