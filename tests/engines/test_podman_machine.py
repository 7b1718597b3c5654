"""Podman machines on macOS and Windows: files as Podman 5 writes them, and stand-ins behind them.

No machine can be run here; recorded from Podman's source and documents (engines.md 2.2, 3.2).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engines.test_podman_detect import PONG, problem, save_connections
from tests.support.engine_runs import world
from tests.support.podman import stand_in
from tests.support.sockets import answering, stale
from wizard.clients.outside import World
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.engines.podman_connections import Connection, connections, machine_urls
from wizard.engines.podman_detect import rows
from wizard.engines.podman_endpoints import Place

MACHINE = "podman-machine-default"
SSH = "ssh://core@127.0.0.1:50123/run/user/501/podman/podman.sock"
RECORDED = {
    "Connection": {
        "Default": MACHINE,
        "Connections": {
            MACHINE: {"URI": SSH, "Identity": "/Users/ada/.ssh/key", "IsMachine": True},
            f"{MACHINE}-root": {
                "URI": "ssh://root@127.0.0.1:50123/run/podman/podman.sock",
                "Identity": "/Users/ada/.ssh/key",
                "IsMachine": True,
            },
        },
    },
    "Farm": {},
}
OFF = """test "$1" = --version && echo podman version 5.2.0 && exit
echo "Error: refused" >&2
exit 125"""


async def on(system: str, outside: World) -> list[FoundEngine]:
    place = Place(outside.environ, outside.home, system, 501, str(outside.home / "T"))
    return [row async for row in rows(outside, place)]


def forwarded(home: Path) -> Path:
    folder = home / "T" / "podman"
    folder.mkdir(parents=True)
    return folder / f"{MACHINE}-api.sock"


async def test_recorded_a_running_machine_is_one_row_under_both_its_connections(
    home: Path,
) -> None:
    save_connections(home, RECORDED)
    async with answering(forwarded(home), PONG) as listening:
        (row,) = await on("darwin", world(home, **stand_in(home / "bin", OFF)))

    assert row.is_ready
    assert row.endpoint == listening.url
    assert row.title == f"Podman 4.3.1 (machine {MACHINE})"
    assert row.aliases == (f"connection {MACHINE}", f"connection {MACHINE}-root")
    assert row.chosen_by == f"connection {MACHINE}"


async def test_recorded_a_machine_whose_socket_was_left_behind_is_started_by_a_fix(
    home: Path,
) -> None:
    save_connections(home, RECORDED)
    stale(forwarded(home))

    (row,) = await on("darwin", world(home, **stand_in(home / "bin", OFF)))

    assert row.status is EngineStatus.STOPPED
    fix = problem(row).fixes[0]
    assert (fix.command, fix.action) == (f"podman machine start {MACHINE}", "run")
    assert fix.inverse == f"podman machine stop {MACHINE}"


async def test_recorded_a_machine_without_any_socket_is_asked_by_a_stand_in_for_the_command(
    home: Path,
) -> None:
    save_connections(home, RECORDED)

    (off,) = await on("darwin", world(home, **stand_in(home / "off", OFF)))
    answer = 'echo \'{"Server": {"Version": "5.2.0"}}\''
    (running,) = await on("darwin", world(home, **stand_in(home / "on", answer)))
    (alone,) = await on("darwin", world(home, PATH="/nowhere"))

    assert off.status is EngineStatus.STOPPED
    assert problem(off).fixes[0].command == f"podman machine start {MACHINE}"
    assert running.is_ready
    assert running.title == f"Podman 5.2.0 (machine {MACHINE})"
    assert alone.status is EngineStatus.STOPPED


async def test_recorded_the_command_alone_cannot_work_where_no_machine_was_made(
    home: Path,
) -> None:
    (row,) = await on("darwin", world(home, **stand_in(home / "bin", OFF)))

    assert row.status is EngineStatus.STOPPED
    fix = problem(row).fixes[0]
    assert (fix.command, fix.action) == ("podman machine init --now", "run")
    assert fix.changes


async def test_recorded_nothing_of_podman_on_macos_is_no_row(home: Path) -> None:
    assert await on("darwin", world(home, PATH="/nowhere")) == []


async def test_recorded_a_machine_behind_dockers_usual_socket_is_left_to_the_docker_engine(
    home: Path,
) -> None:
    """Podman Desktop's Docker compatibility, by DOCKER_HOST instead of /var/run/docker.sock."""
    save_connections(home, RECORDED)
    async with answering(forwarded(home), PONG) as listening:
        outside = world(home, PATH="/nowhere", DOCKER_HOST=listening.url)
        (row,) = await on("darwin", outside)

    assert row.shown_by == "docker"


@pytest.mark.parametrize(
    ("machine", "pipe"),
    [(MACHINE, MACHINE), ("work", "podman-work")],
)
def test_recorded_windows_pipes_are_named_after_the_machine(machine: str, pipe: str) -> None:
    assert machine_urls(machine, {}, Path("/nowhere"), "win32", "") == [f"npipe:////./pipe/{pipe}"]


def test_recorded_sockets_of_older_releases_are_found(home: Path) -> None:
    old = home / ".local" / "share" / "containers" / "podman" / "machine"
    places = [old / MACHINE / "podman.sock", old / "qemu" / "podman.sock", old / "podman.sock"]
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()

    found = machine_urls(MACHINE, {}, home, "darwin", str(home / "T"))

    assert found == [f"unix://{place}" for place in places]


def test_what_podman_5_writes_goes_before_what_older_ones_wrote(home: Path) -> None:
    save_connections(home, {"Connection": {"Connections": {"a": {"URI": "unix:///new"}}}})
    conf = home / ".config" / "containers" / "containers.conf"
    conf.write_text(
        '[engine]\nactive_service = "b"\n[engine.service_destinations]\n'
        'a = { uri = "unix:///old" }\nb = { uri = "unix:///b", is_machine = true }\n'
    )

    assert connections({}, home) == [
        Connection("a", "unix:///new"),
        Connection("b", "unix:///b", is_machine=True, is_default=True),
    ]


def test_files_named_by_variables_are_read_instead(home: Path) -> None:
    file = home / "c.json"
    file.write_text(json.dumps({"Connection": {"Connections": {"x": {"URI": "unix:///x"}}}}))

    assert [c.name for c in connections({"PODMAN_CONNECTIONS_CONF": str(file)}, home)] == ["x"]
