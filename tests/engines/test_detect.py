"""Every endpoint is asked once, all at the same time, and a dead one says why."""

from __future__ import annotations

import asyncio
import errno
import socket
import time
from contextlib import ExitStack, aclosing
from pathlib import Path

import pytest

from tests.engines.test_docker_endpoints import config, context
from tests.engines.test_docker_fingerprints import DOCKER, LXD, PODMAN
from tests.support.certificates import Authority
from tests.support.docker_registry import RunningRegistry, free_port
from tests.support.dockerd import RunningDockerd, dockerd
from tests.support.engine_runs import row_at, rows, world
from tests.support.sockets import answering, hung, stale
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.engines.docker import DockerEngine
from wizard.engines.docker_failures import remote_failure


async def chosen(home: Path, **environ: str) -> FoundEngine:
    found = await rows(DockerEngine(), world(home, **environ))
    (one,) = [row for row in found if row.chosen_by]
    return one


def cause(row: FoundEngine) -> str:
    return row.problem.cause if row.problem else ""


def said(row: FoundEngine) -> str:
    assert row.problem is not None
    return row.problem.evidence[0].line


@pytest.mark.engine
async def test_a_live_engine_is_ready_with_its_version(
    home: Path, shared_dockerd: RunningDockerd
) -> None:
    row = await chosen(home, DOCKER_HOST=shared_dockerd.url)

    assert row.status is EngineStatus.READY
    assert row.chosen_by == "DOCKER_HOST"
    assert row.title.startswith("Docker ")
    assert (row.os, row.problem) == ("linux", None)
    assert row.version


@pytest.mark.engine
async def test_a_stopped_engine_is_hung_and_a_killed_one_is_not_running(home: Path) -> None:
    with dockerd() as mortal:
        mortal.freeze()
        frozen = await chosen(home, DOCKER_HOST=mortal.url)
        mortal.thaw()
        mortal.kill()
        dead = await chosen(home, DOCKER_HOST=mortal.url)

    assert (frozen.status, cause(frozen)) == (EngineStatus.HUNG, "engine.not-answering")
    assert (dead.status, cause(dead)) == (EngineStatus.STOPPED, "engine.not-running")
    assert "left behind" in said(dead)


@pytest.mark.engine
async def test_a_real_containerd_is_named_as_the_wrong_service(
    home: Path, shared_dockerd: RunningDockerd
) -> None:
    inner = shared_dockerd.folder / "exec" / "containerd" / "containerd.sock"

    row = await chosen(home, DOCKER_HOST=f"unix://{inner}")

    assert cause(row) == "engine.endpoint-invalid"
    assert "gRPC" in said(row)


@pytest.mark.engine
async def test_a_registry_behind_the_address_is_named_as_another_web_service(
    home: Path, registry: RunningRegistry
) -> None:
    row = await chosen(home, DOCKER_HOST=f"tcp://{registry.host}")

    assert cause(row) == "engine.endpoint-invalid"
    assert "another web service" in said(row)


async def test_a_missing_socket_of_an_installed_engine_is_an_engine_switched_off(
    home: Path, tmp_path: Path
) -> None:
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)

    row = await chosen(home, DOCKER_HOST=f"unix://{tmp_path}/none.sock", PATH=str(program.parent))

    assert (row.status, cause(row)) == (EngineStatus.STOPPED, "engine.not-running")
    assert "no such file" in said(row)


async def test_a_link_that_leads_nowhere_is_told_with_its_target(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "docker.sock").symlink_to("/opt/removed/docker.sock")

    row = await chosen(home, DOCKER_HOST=f"unix://{tmp_path}/docker.sock")

    assert cause(row) == "engine.not-running"
    assert "/opt/removed/docker.sock" in said(row)


async def test_a_socket_that_was_left_behind_is_told_from_a_plain_file(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "file.sock").touch()

    left = await chosen(home, DOCKER_HOST=stale(tmp_path / "stale.sock"))
    plain = await chosen(home, DOCKER_HOST=f"unix://{tmp_path}/file.sock")
    folder = await chosen(home, DOCKER_HOST=f"unix://{tmp_path}")

    assert "left behind" in said(left)
    assert "plain file" in said(plain)
    assert "a folder" in said(folder)
    assert {cause(left), cause(plain), cause(folder)} == {"engine.not-running"}


@pytest.mark.parametrize("full", [False, True])
async def test_a_socket_that_nobody_serves_is_not_answering(
    home: Path, tmp_path: Path, full: bool
) -> None:
    with hung(tmp_path / "a.sock", full=full) as url:
        row = await chosen(home, DOCKER_HOST=url)

    assert (row.status, cause(row)) == (EngineStatus.HUNG, "engine.not-answering")


async def test_live_engines_are_told_before_the_hung_ones_give_up(
    home: Path, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        for number in range(20):
            url = stack.enter_context(hung(tmp_path / f"{number}.sock"))
            context(home, f"hung-{number}", url)
        async with answering(tmp_path / "live.sock", DOCKER) as live:
            context(home, "live", live.url)
            began = time.monotonic()
            found = await rows(DockerEngine(), world(home, 1.0))
            seconds = time.monotonic() - began

    order = [row.status for row in found if row.endpoint.startswith(f"unix://{tmp_path}")]
    assert order == [EngineStatus.READY, *[EngineStatus.HUNG] * 20]
    assert seconds < 2.0, "the hung ones were waited for one after the other"


async def test_the_callers_time_limit_bounds_every_probe(home: Path, tmp_path: Path) -> None:
    with hung(tmp_path / "a.sock") as url:
        outside = world(home, 0.2, DOCKER_HOST=url)
        row = await row_at(DockerEngine(), outside, url)

    assert "0.2 s" in said(row)


async def test_each_socket_is_asked_once_whatever_its_names(home: Path, tmp_path: Path) -> None:
    async with answering(tmp_path / "live.sock", DOCKER) as live:
        (tmp_path / "link.sock").symlink_to(tmp_path / "live.sock")
        context(home, "one", live.url)
        context(home, "two", f"unix://{tmp_path}/link.sock")
        config(home, currentContext="one")
        row = await chosen(home)

    assert len(live.requests) == 1
    assert live.requests[0].startswith(b"GET /_ping ")
    assert row.aliases == ("context one", "context two")


@pytest.mark.parametrize(
    ("reply", "status", "expected", "says"),
    [
        (LXD, EngineStatus.BROKEN, "engine.endpoint-invalid", "LXD"),
        (b"", EngineStatus.STOPPED, "engine.not-running", "without a word"),
        (DOCKER.replace(b"1.41", b"1.12"), EngineStatus.BROKEN, "engine.too-old", "API 1.12"),
        (b"x" * (1 << 20), EngineStatus.BROKEN, "engine.endpoint-invalid", "not speak HTTP"),
        (DOCKER[:60], EngineStatus.READY, "", ""),
    ],
)
async def test_what_answers_instead_of_docker_is_named(
    home: Path, tmp_path: Path, reply: bytes, status: EngineStatus, expected: str, says: str
) -> None:
    async with answering(tmp_path / "a.sock", reply) as other:
        row = await chosen(home, DOCKER_HOST=other.url)

    assert (row.status, cause(row)) == (status, expected)
    assert not says or says in said(row)


async def test_podman_behind_dockers_address_is_called_podman(home: Path, tmp_path: Path) -> None:
    async with answering(tmp_path / "a.sock", PODMAN) as podman:
        row = await chosen(home, DOCKER_HOST=podman.url)

    assert row.title == "Podman 4.3.1"


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("garbage", "in front"),
        ("unix:///" + "a" * 200, "at most 10"),
        ("unix:///a\0b", "zero byte"),
        ("tcp://" + "a" * 70 + ".invalid:2375", "malformed"),
    ],
)
async def test_an_address_that_cannot_be_used_is_invalid(home: Path, host: str, says: str) -> None:
    row = await chosen(home, DOCKER_HOST=host)

    assert (row.status, cause(row)) == (EngineStatus.BROKEN, "engine.endpoint-invalid")
    assert says in said(row)


async def test_a_remote_engine_that_is_not_there_is_unreachable(home: Path) -> None:
    refused = await chosen(home, DOCKER_HOST=f"tcp://127.0.0.1:{free_port()}")
    unknown = await chosen(home, DOCKER_HOST="tcp://no-such-host.invalid:2375")

    assert cause(refused) == cause(unknown) == "engine.endpoint-unreachable"
    assert "refused" in said(refused)
    assert "does not resolve" in said(unknown)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENETUNREACH, "no way to its network"),
        (errno.EHOSTUNREACH, "no machine answers"),
        (errno.EPERM, "forbids"),
        (errno.EINVAL, "(EINVAL)"),
    ],
)
def test_why_there_is_no_way_to_it_is_said_in_words(number: int, words: str) -> None:
    assert words in remote_failure(OSError(number, "")).answered


async def test_a_remote_engine_that_never_answers_is_unreachable(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        row = await row_at(DockerEngine(), world(home, 0.2, DOCKER_HOST=url), url)

    assert (cause(row), row.status) == ("engine.endpoint-unreachable", EngineStatus.BROKEN)


async def test_tls_that_a_plain_engine_does_not_speak_is_named(home: Path, tmp_path: Path) -> None:
    """A variable that is left from another engine: DOCKER_TLS_VERIFY."""
    Authority(tmp_path).certificate.rename(tmp_path / "ca.pem")

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(64)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    tls = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(tmp_path)}
    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        row = await chosen(home, DOCKER_HOST=f"tcp://127.0.0.1:{port}", **tls)

    assert cause(row) == "engine.endpoint-invalid"
    assert "TLS" in said(row)


async def test_ssh_is_asked_as_docker_asks_it_and_its_words_are_kept(
    home: Path, tmp_path: Path
) -> None:
    """A stand-in for ssh: what it says when the login fails, then the relay of a live engine."""
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@" >&2\nexit 255\n')
    program.chmod(0o755)
    environ = {"DOCKER_HOST": "ssh://ada@build:2222", "PATH": f"{program.parent}:/usr/bin:/bin"}

    failed = await chosen(home, **environ)
    program.write_text("#!/bin/sh\necho 'zsh:1: command not found: docker' >&2\nexit 127\n")
    lacking = await chosen(home, **environ)
    (tmp_path / "reply").write_bytes(DOCKER)
    program.write_text(f"#!/bin/sh\ncat >/dev/null\ncat {tmp_path}/reply\n")
    alive = await chosen(home, **environ)

    assert cause(failed) == "engine.endpoint-unreachable"
    assert "-l ada -p 2222 -- build docker system dial-stdio" in said(failed)
    assert cause(lacking) == "engine.endpoint-unreachable"
    assert "finds no docker there: zsh:1: command not found" in said(lacking)
    assert alive.status is EngineStatus.READY


async def test_leaving_early_leaves_no_task_and_no_connection(home: Path, tmp_path: Path) -> None:
    with hung(tmp_path / "a.sock") as url:
        context(home, "hung", url)
        async with answering(tmp_path / "live.sock", DOCKER) as live:
            outside = world(home, DOCKER_HOST=live.url)
            async with aclosing(DockerEngine().detect(outside)) as found:
                assert (await anext(found)).is_ready
    # Unclosed sockets and pending tasks are warnings, and every warning fails a test here.
