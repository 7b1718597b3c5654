"""Incus and what else may answer, by recorded answers: Incus cannot be installed here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.engine_runs import rows, world
from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Evidence, Problem, Stage, diagnose
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.engines.lxd import LxdEngine
from wizard.engines.lxd_places import places
from wizard.steps.detect import choose

OWN_PUSH = "registry-wizard setup --engine none"
INSTANCES = "/1.0/instances?recursion=1&all-projects=true"
PROXY = {"type": "proxy", "listen": "unix:/run/ci.sock", "connect": "unix:/var/run/docker.sock"}


def server(**changes: Any) -> dict[str, Any]:
    """As LXD 5.0.2 was seen to answer `GET /1.0`, with what Incus says differently."""
    environment = {
        "architectures": ["x86_64", "i686"],
        "driver": "lxc",
        "project": "default",
        "server": "incus",
        "server_version": "6.0.4",
        "storage": "dir",
    }
    about = {"api_status": "stable", "api_version": "1.0", "auth": "trusted", "public": False}
    return {**about, "environment": environment, **changes}


def instance(
    name: str, *, status: str = "Running", project: str = "default", **devices: Any
) -> Any:
    return {"name": name, "status": status, "project": project, "expanded_devices": devices}


def envelope(metadata: Any, status: int = 200, error: str = "") -> bytes:
    document = {"type": "sync", "status_code": status, "error": error, "metadata": metadata}
    return f"HTTP/1.0 {status} X\r\n\r\n{json.dumps(document)}".encode()


@asynccontextmanager
async def serving(path: Path, answers: Mapping[str, bytes]) -> AsyncIterator[None]:
    """A socket that gives a recorded answer to each path, and waits for ever for another."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        if asked in answers:
            writer.write(answers[asked])
            await writer.drain()
        else:
            await reader.read()
        writer.close()

    async with await asyncio.start_unix_server(serve, path):
        yield


async def the_row(home: Path, answers: Mapping[str, bytes], **environ: str) -> FoundEngine:
    path = home / "incus.sock"
    async with serving(path, answers):
        found = await rows(LxdEngine(), world(home, INCUS_SOCKET=str(path), **environ))
    return next(row for row in found if "INCUS_SOCKET" in row.aliases)


def commands(row: FoundEngine) -> list[str]:
    assert row.problem is not None
    return [fix.command for fix in row.problem.fixes]


async def test_by_recording_incus_is_named_and_its_own_commands_are_shown(home: Path) -> None:
    row = await the_row(home, {"/1.0": envelope(server()), INSTANCES: envelope([])})

    assert (row.title, row.version, row.status) == ("Incus 6.0.4", "6.0.4", EngineStatus.BROKEN)
    assert row.problem is not None
    assert row.problem.cause == "engine.cannot-push"
    shown = commands(row)
    assert shown[0] == OWN_PUSH
    assert shown[1] == "incus launch images:debian/12 registry-wizard -c security.nesting=true"
    assert "incus config device add registry-wizard docker proxy bind=host" in shown[3]
    assert shown[4].startswith("docker context create incus-registry-wizard --docker host=unix://")


async def test_by_recording_one_that_was_never_set_up_is_set_up_first(home: Path) -> None:
    environment = {**server()["environment"], "storage": ""}
    answers = {"/1.0": envelope(server(environment=environment)), INSTANCES: envelope([])}

    row = await the_row(home, answers)

    assert commands(row)[1] == "incus admin init --auto"
    assert row.problem is not None
    assert "it was never set up" in row.problem.evidence[0].answered
    assert [fix.action for fix in row.problem.fixes if fix.command][:3] == ["", "run", ""]


async def test_by_recording_a_stopped_instance_in_a_project_is_started_there(home: Path) -> None:
    listed = [instance("ci", status="Stopped", project="team a", docker=PROXY)]

    row = await the_row(home, {"/1.0": envelope(server()), INSTANCES: envelope(listed)})

    assert "unix:///run/ci.sock" in row.aliases
    assert commands(row)[0] == "incus start ci --project 'team a'"
    assert commands(row)[1] == "docker context create incus-ci --docker host=unix:///run/ci.sock"


async def test_by_recording_a_socket_that_docker_knows_already_is_only_chosen(home: Path) -> None:
    listed = [instance("off", status="Stopped", docker={**PROXY, "listen": "unix:/run/off.sock"})]
    listed += [instance("ci", docker=PROXY)]
    answers = {"/1.0": envelope(server()), INSTANCES: envelope(listed)}

    row = await the_row(home, answers, DOCKER_HOST="unix:///run/ci.sock")

    assert commands(row)[:2] == ["registry-wizard setup --engine docker", OWN_PUSH]


@pytest.mark.parametrize(
    "device",
    [
        {**PROXY, "bind": "instance"},
        {**PROXY, "type": "disk"},
        {**PROXY, "connect": "tcp:127.0.0.1:80"},
        {**PROXY, "listen": "unix:@abstract"},
        "nonsense",
    ],
)
async def test_by_recording_other_devices_are_no_engine(home: Path, device: Any) -> None:
    listed = [instance("web", device=device), "nonsense", {"name": None}]

    row = await the_row(home, {"/1.0": envelope(server()), INSTANCES: envelope(listed)})

    assert row.aliases == ("INCUS_SOCKET",)
    assert row.problem is not None
    assert "2 instances, 1 running" in row.problem.evidence[0].answered


async def test_by_recording_instances_that_are_not_told_in_time_hold_nothing_up(home: Path) -> None:
    row = await the_row(home, {"/1.0": envelope(server())})

    assert row.problem is not None
    assert row.problem.cause == "engine.cannot-push"
    assert "did not say in time" in row.problem.evidence[0].answered
    assert row.seconds < 1.5


@pytest.mark.parametrize(
    ("answer", "status", "cause"),
    [
        (envelope(server(auth="untrusted")), EngineStatus.DENIED, "engine.permission-denied"),
        (envelope(None, 403, "not authorized"), EngineStatus.DENIED, "engine.permission-denied"),
        (envelope(None, 500, "database is locked"), EngineStatus.HUNG, "engine.not-answering"),
        (
            b"HTTP/1.0 404 X\r\n\r\n404 page not found",
            EngineStatus.BROKEN,
            "engine.endpoint-invalid",
        ),
        (b"\x00\x00\x06\x04\x00\x00\x00\x00\x00", EngineStatus.BROKEN, "engine.endpoint-invalid"),
        (b"", EngineStatus.STOPPED, "engine.not-running"),
        (
            b"HTTP/1.0 200 OK\r\n\r\n" + b"[" * 100_000,
            EngineStatus.BROKEN,
            "engine.endpoint-invalid",
        ),
    ],
)
async def test_by_recording_each_other_answer_has_its_own_cause(
    home: Path, answer: bytes, status: EngineStatus, cause: str
) -> None:
    row = await the_row(home, {"/1.0": answer})

    assert row.status is status
    assert row.problem is not None
    assert row.problem.cause == cause
    assert OWN_PUSH in commands(row)
    assert all(seen.answered.isprintable() for seen in row.problem.evidence)


@pytest.mark.parametrize("order", [1, -1])
async def test_by_recording_where_it_is_the_only_one_it_is_named_and_not_that_none_is_there(
    home: Path, order: int
) -> None:
    found = await the_row(home, {"/1.0": envelope(server()), INSTANCES: envelope([])})
    nothing = Problem(Evidence(Stage.ENGINE), cause="engine.none-found")
    none = FoundEngine(
        "docker",
        "Docker",
        "unix:///var/run/docker.sock",
        EngineStatus.ABSENT,
        chosen_by="default",
        problem=diagnose(nothing, CATALOGUE),
    )

    assert choose([none, found][::order], "auto") is found


def test_the_usual_places_are_those_of_their_own_clients(home: Path) -> None:
    usual = {place.path for place in places({}, home, "linux")}

    assert "/var/lib/lxd/unix.socket" in usual
    assert "/var/snap/lxd/common/lxd/unix.socket" in usual
    assert "/var/lib/incus/unix.socket" in usual
    named = places({"LXD_DIR": "/a", "INCUS_SOCKET": "/b"}, home, "linux")
    assert [place.path for place in named] == ["/a/unix.socket", "/b"]
    assert places({}, home, "win32") == ()
