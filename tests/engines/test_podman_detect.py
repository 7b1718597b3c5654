"""Where Podman may be had: its command, sockets in every state, and who shows what."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.engine_runs import world
from tests.support.podman import OwnPodman, podman, stand_in
from tests.support.sockets import answering, hung, stale
from wizard.clients.outside import World
from wizard.core.diagnosis import Diagnosis, Problem
from wizard.core.names import LINUX_AMD64
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.engines.docker import DockerEngine
from wizard.engines.podman import PodmanEngine
from wizard.engines.podman_detect import rows
from wizard.engines.podman_endpoints import Place
from wizard.engines.podman_fixes import start_socket
from wizard.steps.detect import choose

SOME_USER = 1000
PONG = (
    b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-Api-Version: 4.3.1\r\nOstype: linux\r\n"
    b"Server: Libpod/4.3.1 (linux)\r\nContent-Length: 2\r\n\r\nOK"
)
DOCKER_PONG = PONG.replace(b"Libpod-Api-Version: 4.3.1\r\n", b"").replace(b"Libpod", b"Docker")
NOTHING = {"PATH": "/nowhere"}


@pytest.fixture
def own() -> Iterator[OwnPodman]:
    with podman() as made:
        yield made


async def seen(outside: World, *, system: str = "linux") -> list[FoundEngine]:
    """As one whose own socket lies in the test's runtime folder: root's does not."""
    runtime = str(outside.home / "run")
    environ = {"XDG_RUNTIME_DIR": runtime, **outside.environ}
    own = World(environ, outside.home, outside.timeout_s)
    place = Place(environ, outside.home, system, SOME_USER, str(outside.home))
    return [row async for row in rows(own, place)]


def own_socket(home: Path) -> Path:
    socket = home / "run" / "podman" / "podman.sock"
    socket.parent.mkdir()
    return socket


def problem(row: FoundEngine) -> Diagnosis:
    assert row.problem is not None
    return row.problem


def with_command(home: Path, says: str = "podman version 4.3.1") -> World:
    return world(home, **stand_in(home / "bin", f"echo {says}"))


async def test_nothing_of_podman_is_no_row(home: Path) -> None:
    assert await seen(world(home, **NOTHING)) == []


async def test_the_command_alone_is_ready_and_says_that_its_socket_is_off(home: Path) -> None:
    (row,) = await seen(with_command(home))

    assert row.is_ready
    assert row.endpoint == "podman"
    assert row.title == "Podman 4.3.1 (by its command, its socket is off)"
    assert row.version == "4.3.1"
    assert row.chosen_by == "default"


async def test_command_and_living_socket_are_one_row(home: Path) -> None:
    async with answering(own_socket(home), PONG) as listening:
        (row,) = await seen(with_command(home))

    assert row.is_ready
    assert row.endpoint == listening.url
    assert row.title == "Podman 4.3.1"
    assert "podman" in row.aliases
    assert len(listening.requests) == 1
    assert listening.requests[0].startswith(b"GET /_ping ")


async def test_a_socket_without_the_command_is_ready(home: Path) -> None:
    async with answering(own_socket(home), PONG) as listening:
        (row,) = await seen(world(home, **NOTHING))

    assert row.is_ready
    assert row.endpoint == listening.url


async def test_a_stale_socket_does_not_stop_the_command(home: Path) -> None:
    stale(own_socket(home))

    (row,) = await seen(with_command(home))

    assert row.is_ready
    assert row.endpoint == "podman"


async def test_a_stale_socket_without_the_command_is_switched_off(home: Path) -> None:
    url = stale(own_socket(home))

    (row,) = await seen(world(home, **NOTHING))

    assert (row.endpoint, row.status) == (url, EngineStatus.STOPPED)
    assert problem(row).cause == "engine.not-running"


async def test_a_hung_socket_has_its_own_row_and_the_command_works(home: Path) -> None:
    began = time.monotonic()
    with hung(own_socket(home)) as url:
        found = {row.endpoint: row for row in await seen(with_command(home))}

    assert found["podman"].is_ready
    assert found[url].status is EngineStatus.HUNG
    assert problem(found[url]).cause == "engine.not-answering"
    assert all("docker" not in fix.command for fix in problem(found[url]).fixes)
    assert time.monotonic() - began < 3


async def test_living_ones_are_told_before_a_hung_one(home: Path) -> None:
    silent = home / "s"
    document = {"Connection": {"Connections": {"slow": {"URI": f"unix://{silent}"}}}}
    save_connections(home, document)
    with hung(silent):
        found = await seen(with_command(home))

    assert [row.status for row in found] == [EngineStatus.READY, EngineStatus.HUNG]
    assert found[0].seconds < found[1].seconds


async def test_docker_behind_container_host_is_not_podman(home: Path) -> None:
    async with answering(home / "d", DOCKER_PONG) as listening:
        (row,) = await seen(world(home, **NOTHING, CONTAINER_HOST=listening.url))

    assert row.status is EngineStatus.BROKEN
    assert problem(row).cause == "engine.endpoint-invalid"
    assert "not Podman" in problem(row).evidence[-1].answered


@pytest.mark.parametrize("host", ["garbage", "unix://", "npipe://./pipe/x", "foo://bar"])
async def test_a_container_host_that_cannot_be_understood_says_why(home: Path, host: str) -> None:
    (row,) = await seen(world(home, **NOTHING, CONTAINER_HOST=host))

    assert row.status is EngineStatus.BROKEN
    assert row.chosen_by == "CONTAINER_HOST"
    assert problem(row).cause == "engine.endpoint-invalid"


async def test_container_host_is_what_the_command_uses(home: Path) -> None:
    async with answering(home / "c", PONG) as listening:
        environ = stand_in(home / "bin", "echo podman version 4.3.1")
        found = await seen(world(home, **environ, CONTAINER_HOST=listening.url))

    assert {row.endpoint: row.chosen_by for row in found} == {
        listening.url: "CONTAINER_HOST",
        "podman": "",
    }


async def test_a_missing_socket_of_container_host_is_an_engine_that_is_off(home: Path) -> None:
    (row,) = await seen(world(home, **NOTHING, CONTAINER_HOST=f"unix://{home}/gone"))

    assert row.status is EngineStatus.STOPPED
    assert problem(row).cause == "engine.not-running"


# --- saved connections --------------------------------------------------------------------------


def save_connections(home: Path, document: object) -> None:
    folder = home / ".config" / "containers"
    folder.mkdir(parents=True)
    (folder / "podman-connections.json").write_text(json.dumps(document))


async def test_a_saved_connection_is_asked_by_its_socket(home: Path) -> None:
    async with answering(home / "c", PONG) as listening:
        document = {"Connection": {"Connections": {"lab": {"URI": listening.url}}}}
        save_connections(home, document)
        (row,) = await seen(world(home, **NOTHING))

    assert row.title == "Podman 4.3.1 (connection lab)"
    assert row.aliases == ("connection lab",)


async def test_a_connection_in_containers_conf_is_read_too(home: Path) -> None:
    folder = home / ".config" / "containers"
    folder.mkdir(parents=True)
    async with answering(home / "c", PONG) as listening:
        lines = ("[engine.service_destinations.old]", f'uri = "{listening.url}"')
        (folder / "containers.conf").write_text("\n".join(lines))
        (row,) = await seen(world(home, **NOTHING))

    assert row.aliases == ("connection old",)


async def test_a_connection_by_ssh_is_asked_through_the_command_by_a_stand_in(home: Path) -> None:
    uri = "ssh://core:hunter2@far.example:2222/run/user/1000/podman/podman.sock"
    save_connections(home, {"Connection": {"Connections": {"far": {"URI": uri}}}})
    script = 'test "$1 $2 $3" = "--connection far version" && echo \'{"Server":{"Version":"5.2"}}\''
    environ = stand_in(home / "bin", f"{script} || echo podman version 4.3.1")

    found = {row.endpoint: row for row in await seen(world(home, **environ))}

    far = found["ssh://core@far.example:2222/run/user/1000/podman/podman.sock"]
    assert far.title == "Podman 5.2 (connection far)"
    assert "hunter2" not in repr(found)


async def test_a_connection_by_ssh_that_never_answers_ends_in_time_by_a_stand_in(
    home: Path,
) -> None:
    uri = "ssh://core@far.example/run/podman.sock"
    save_connections(home, {"Connection": {"Connections": {"far": {"URI": uri}}}})
    environ = stand_in(home / "bin", 'test "$1" = --version || sleep 60; echo podman version 4.3.1')

    found = {row.endpoint: row for row in await seen(world(home, 0.5, **environ))}

    assert found[uri].status is EngineStatus.BROKEN
    assert problem(found[uri]).cause == "engine.endpoint-unreachable"
    assert found["podman"].is_ready


@pytest.mark.parametrize(
    "raw", ["{", "[]", '{"Connection": 3}', '{"Connection": {"Connections": []}}']
)
async def test_damaged_connections_hide_nothing_else(home: Path, raw: str) -> None:
    save_connections(home, None)
    (home / ".config" / "containers" / "podman-connections.json").write_text(raw)

    (row,) = await seen(with_command(home))

    assert row.is_ready


async def test_a_name_that_would_be_an_option_never_reaches_the_command(home: Path) -> None:
    asked = home / "asked"
    uri = "ssh://core@far.example/run/podman.sock"
    save_connections(home, {"Connection": {"Connections": {"--log-level=debug": {"URI": uri}}}})
    environ = stand_in(home / "bin", f'echo "$@" >> {asked}; echo podman version 4.3.1')

    await seen(world(home, **environ))

    assert asked.read_text() == "--version\n"


# --- the command --------------------------------------------------------------------------------


@pytest.mark.engine
async def test_a_setting_that_podman_cannot_read_is_told_in_its_words(own: OwnPodman) -> None:
    environ = {**own.environ, "CONTAINERS_STORAGE_CONF": ""}
    found = [row async for row in PodmanEngine().detect(world(own.home, **environ))]

    (row,) = [row for row in found if row.endpoint == "podman"]
    assert row.status is EngineStatus.BROKEN
    assert problem(row).cause == "engine.endpoint-invalid"
    assert "no such file or directory" in problem(row).evidence[-1].answered


async def test_a_command_that_hangs_is_not_waited_for_by_a_stand_in(home: Path) -> None:
    environ = stand_in(home / "bin", "sleep 60")

    (row,) = await seen(world(home, 0.3, **environ))

    assert row.status is EngineStatus.HUNG
    assert problem(row).cause == "engine.not-answering"


@pytest.mark.engine
async def test_looking_leaves_nothing_behind_even_without_a_runtime_folder(own: OwnPodman) -> None:
    environ = {k: v for k, v in own.environ.items() if k != "XDG_RUNTIME_DIR"}
    found = [row async for row in PodmanEngine().detect(world(own.home, **environ))]

    assert any(row.is_ready for row in found)
    assert list(own.temporary.iterdir()) == []
    assert list(own.home.iterdir()) == []


# --- each endpoint once -------------------------------------------------------------------------


async def test_what_docker_host_names_is_left_to_the_docker_engine(home: Path) -> None:
    async with answering(own_socket(home), PONG) as listening:
        outside = world(home, **NOTHING, DOCKER_HOST=listening.url)
        (row,) = await seen(outside)
        dockers = [found async for found in DockerEngine().detect(outside)]

    assert row.shown_by == "docker"
    assert [found.title for found in dockers if found.endpoint == row.endpoint] == ["Podman 4.3.1"]


async def test_what_no_setting_of_docker_names_is_shown_here_alone(home: Path) -> None:
    async with answering(own_socket(home), PONG) as listening:
        outside = world(home, **NOTHING)
        (row,) = await seen(outside)
        dockers = [found async for found in DockerEngine().detect(outside)]

    assert row.shown_by == ""
    assert listening.url not in {found.endpoint for found in dockers}


async def test_podman_is_chosen_where_docker_was_never_installed(home: Path) -> None:
    nowhere = Diagnosis("engine.none-found", "No container engine is installed here")
    docker = FoundEngine(
        "docker", "Docker", "unix:///d", EngineStatus.ABSENT, chosen_by="default", problem=nowhere
    )
    (podmans,) = await seen(with_command(home))

    assert choose([docker, podmans], "auto") is podmans
    assert choose([docker], "auto") is docker


async def test_docker_goes_first_where_both_are_there(home: Path) -> None:
    (podmans,) = await seen(with_command(home))
    docker = FoundEngine("docker", "Docker", "unix:///d", EngineStatus.READY, chosen_by="default")

    assert choose([podmans, docker], "auto") is docker
    assert choose([podmans, docker], "podman") is podmans


# --- the closer look ----------------------------------------------------------------------------


@pytest.mark.engine
async def test_the_socket_that_is_off_is_a_warning_with_a_command_that_starts_it(
    own: OwnPodman,
) -> None:
    outside = world(own.home, **own.environ)
    engine = PodmanEngine()
    (row,) = [r async for r in engine.detect(outside) if r.endpoint == "podman"]
    details = await engine.examine(row, LINUX_AMD64, outside)
    told = own.info()

    off = next(w for w in details.warnings if w.cause == "engine.socket-off")
    assert off.is_warning
    assert off.fixes[0].action == "run"
    assert "podman" in off.fixes[0].command
    unsupported = next(w for w in details.warnings if w.cause == "sdk.engine-unsupported")
    assert unsupported.is_warning
    assert any("local-podman" in note for note in details.notes)
    assert any("vfs" in note for note in details.notes)
    assert details.rootless is False
    assert details.free_bytes
    assert told["host"]["buildahVersion"] in details.summary


@pytest.mark.engine
async def test_what_starts_the_socket_makes_the_same_engine_answer_there(own: OwnPodman) -> None:
    """The command of the fix, with an address of the test's own behind it."""
    fix = start_socket(is_root=True, systemd="/nowhere")
    outside = world(own.home, **own.environ)
    pid = own.folder / "pid"
    # The shell stands where setsid would fork: it tells its id, so that the test can end it.
    *_, program = fix.command.partition("setsid --fork ")
    script = f"echo $$ > {pid}; exec {program} {own.url}"
    ended = await outside.run(["setsid", "--fork", "sh", "-c", script])
    try:
        assert ended.code == 0
        limit = time.monotonic() + 10
        found: list[FoundEngine] = []
        while not any(row.is_ready for row in found) and time.monotonic() < limit:
            other = world(own.home, **NOTHING, CONTAINER_HOST=own.url)
            found = [row async for row in PodmanEngine().detect(other)]
        assert [row.title for row in found if row.is_ready] == [f"Podman {found[0].version}"]
    finally:
        os.kill(int(pid.read_text()), 9)


@pytest.mark.engine
async def test_an_engine_that_does_not_answer_any_more_ends_the_closer_look(
    home: Path,
) -> None:
    engine, url = PodmanEngine(), f"unix://{home}/gone"
    outside = world(home, **NOTHING, CONTAINER_HOST=url)
    row = FoundEngine("podman", "Podman 4.3.1", url, EngineStatus.READY)

    with pytest.raises(Problem) as raised:
        await engine.examine(row, LINUX_AMD64, outside)

    assert raised.value.cause == "engine.not-running"
