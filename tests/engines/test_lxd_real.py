"""A real LXD: found, told apart when ill; and Docker in an instance of it, handed to the host."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.as_nobody import detected
from tests.support.certificates import Authority
from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.engine_runs import fresh_image, push, row_at, rows, world
from tests.support.lxd import RunningLxd, instance, lxd, set_up
from wizard.clients.outside import World
from wizard.core.diagnosis import Fix, Problem
from wizard.core.names import LINUX_AMD64, Reference
from wizard.core.ports import Engine, EngineStatus, FoundEngine
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.engines.docker import DockerEngine
from wizard.engines.lxd import LxdEngine
from wizard.engines.lxd_fixes import INSTANCE
from wizard.engines.lxd_places import LXD, Place

pytestmark = pytest.mark.engine
SECRET = "CANARY-31d8"
OWN_PUSH = "registry-wizard setup --engine none"


@pytest.fixture(scope="module")
def daemon() -> Iterator[RunningLxd]:
    with lxd() as running:
        yield running


@pytest.fixture
async def outside(home: Path, daemon: RunningLxd) -> AsyncIterator[World]:
    outside = world(home, LXD_DIR=str(daemon.folder))
    yield outside
    await outside.aclose()


async def the_row(outside: World) -> FoundEngine:
    return next(row for row in await rows(LxdEngine(), outside) if "LXD_DIR" in row.aliases)


def runnable(row: FoundEngine) -> list[Fix]:
    assert row.problem is not None
    return [fix for fix in row.problem.fixes if fix.action == "run"]


async def test_it_is_found_with_version_and_instances_and_cannot_push(outside: World) -> None:
    row = await the_row(outside)

    assert row.status is EngineStatus.BROKEN
    assert row.version.startswith("5.")
    assert row.title == f"LXD {row.version}"
    assert row.problem is not None
    assert row.problem.cause == "engine.cannot-push"
    assert "answers and trusts you; 0 instances" in row.problem.evidence[0].answered
    assert row.problem.fixes[0].command == OWN_PUSH
    assert row.seconds < 1


async def test_the_closer_look_and_the_push_say_the_same(outside: World) -> None:
    row, engine = await the_row(outside), LxdEngine()
    reference = Reference.parse("127.0.0.1:9/a/b:1")

    with pytest.raises(Problem) as looked:
        await engine.examine(row, LINUX_AMD64, outside)
    with pytest.raises(Problem) as pushed:
        await anext(engine.push(row, fresh_image(), reference, ANONYMOUS, outside))

    assert looked.value.cause == pushed.value.cause == "engine.cannot-push"
    assert looked.value.fixes[0].command == OWN_PUSH


async def test_a_frozen_one_is_not_answering_within_its_budget(
    outside: World, daemon: RunningLxd
) -> None:
    daemon.freeze()
    try:
        row = await the_row(outside)
    finally:
        daemon.thaw()

    assert (row.status, row.problem and row.problem.cause) == (
        EngineStatus.HUNG,
        "engine.not-answering",
    )
    assert 0.9 < row.seconds < 1.5


def test_a_user_outside_its_group_is_told_of_the_group(daemon: RunningLxd) -> None:
    module, name = LxdEngine.__module__, LxdEngine.__name__

    (row,) = (r for r in detected(module, name, LXD_DIR=str(daemon.folder)) if "LXD" in r["title"])

    assert (row["status"], row["cause"]) == ("denied", "engine.permission-denied")
    assert "of group root, and you are not a member" in row["said"]
    assert row["fixes"] == ["sudo usermod -aG lxd $USER", OWN_PUSH]
    assert row["heavy"] == []


async def test_a_dead_one_is_not_running_and_a_missing_one_neither(home: Path) -> None:
    with lxd() as running:
        outside = world(home, LXD_DIR=str(running.folder))
        running.kill()
        stale = await the_row(outside)
    gone = await the_row(outside)

    said = []
    for row in (stale, gone):
        assert row.status is EngineStatus.STOPPED
        assert row.problem is not None
        assert row.problem.cause == "engine.not-running"
        assert [fix.command for fix in row.problem.fixes][1] == OWN_PUSH
        said.append(row.problem.evidence[0].answered)
    assert "nobody listens" in said[0]
    assert "no such file" in said[1]


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[RunningRegistry]:
    """With TLS and a login, as real ones have."""
    leaf = Authority(tmp_path).issue()
    with docker_registry(tmp_path, htpasswd={"ada": SECRET}, tls=leaf) as running:
        yield running


async def test_docker_in_an_instance_is_offered_step_by_step_and_then_pushes(
    daemon: RunningLxd, outside: World, closed: RunningRegistry
) -> None:
    """The wizard's own commands, but for the download of a system and of Docker's packages."""
    assert "lxd init --auto" in runnable(await the_row(outside))[0].command
    set_up(daemon)
    assert runnable(await the_row(outside))[0].command.startswith("lxc launch ")
    with instance(daemon, INSTANCE):
        install, hand = runnable(await the_row(outside))
        assert "apt-get install -y docker.io" in install.command
        command = hand.command.replace("/run/registry-wizard-docker", f"{daemon.folder}/inside")
        assert command != hand.command
        daemon.run(*shlex.split(command))

        row = await the_row(outside)
        url = f"unix://{daemon.folder}/inside.sock"
        assert url in row.aliases
        assert row.problem is not None
        assert row.problem.evidence[1].line.endswith(f"hands its Docker to this machine at {url}")
        make = runnable(row)[0]
        assert make.command == f"docker context create lxd-{INSTANCE} --docker host={url}"
        await run(outside, make)
        use = runnable(await the_row(outside))[0]
        assert use.command == f"docker context use lxd-{INSTANCE}"
        await run(outside, use)

        docker = await answering(DockerEngine(), outside, url)
        assert docker.chosen_by == f"context lxd-{INSTANCE}"
        # The registry listens on this machine's loopback, which is not the instance's.
        proxy = ("proxy", "bind=instance", f"listen=tcp:{closed.host}")
        at = ("config", "device", "add", INSTANCE, "registry", *proxy)
        daemon.lxc(*at, f"connect=tcp:{closed.host}")
        reference, ada = f"{closed.host}/inside/lxd:1", Credential("ada", Secret(SECRET))
        done = await push(DockerEngine(), docker, outside, reference, credential=ada)
        assert done.pushed.route == "docker build, docker push"
        assert SECRET not in "".join(done.lines)

        daemon.lxc("stop", "--force", INSTANCE)
        stopped = await the_row(outside)
        assert runnable(stopped)[0].command == f"lxc start {INSTANCE}"


async def run(outside: World, fix: Fix) -> None:
    """As the wizard does it: the command's words, without a shell."""
    result = await outside.run(shlex.split(fix.command))
    assert result.code == 0, result.stderr.decode()


async def answering(engine: Engine, outside: World, url: str) -> FoundEngine:
    """Docker's row at this address, once the dockerd inside has started."""
    found: list[FoundEngine] = []
    for _ in range(200):
        found = [await row_at(engine, outside, url)]
        if found[0].is_ready:
            break
        await asyncio.sleep(0.1)
    assert found[0].is_ready, found[0]
    return found[0]


def test_a_snap_is_given_a_socket_in_its_own_folder() -> None:
    from wizard.engines.lxd_fixes import socket_path
    from wizard.engines.services import as_root

    snap = Place("/var/snap/lxd/common/lxd/unix.socket", LXD)

    assert socket_path(snap) == "/var/snap/lxd/common/registry-wizard-docker.sock"
    assert snap.start.command == f"{as_root()}snap start lxd.daemon"
