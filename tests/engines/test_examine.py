"""The closer look: what the engine says about itself, and what may stop the user's own builds."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.dockerd import RunningDockerd, dockerd
from tests.support.engine_runs import found_at, named, threads, world
from tests.support.sockets import hung
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem
from wizard.core.names import LINUX_AMD64, Platform
from wizard.core.ports import EngineDetails
from wizard.engines.docker import DockerEngine
from wizard.engines.docker_answers import Answers
from wizard.engines.docker_emulation import emulation
from wizard.engines.docker_endpoints import DockerEndpoint, Tls
from wizard.engines.docker_hosts import parse_host

DOCKER = DockerEngine()
ARM = Platform("linux", "arm64")


async def look(outside: World, url: str, platform: Platform = LINUX_AMD64) -> EngineDetails:
    return await DOCKER.examine(found_at(url), platform, outside)


def causes(details: EngineDetails) -> list[str]:
    return [warning.cause for warning in details.warnings]


@pytest.mark.engine
async def test_a_real_engine_tells_version_platform_and_space(
    outside: World, shared_dockerd: RunningDockerd
) -> None:
    details = await look(outside, shared_dockerd.url)

    assert "API 1." in details.summary
    assert details.platform == LINUX_AMD64
    assert details.rootless is False
    assert details.free_bytes
    assert any(str(shared_dockerd.data) in note for note in details.notes)
    assert not threads()


@pytest.mark.engine
async def test_without_buildx_the_classic_builder_serves_and_the_sdk_is_warned_of(
    home: Path, shared_dockerd: RunningDockerd, tmp_path: Path
) -> None:
    """A stand-in for a docker without the plugin, then no docker at all."""
    program = tmp_path / "docker"
    program.write_text("#!/bin/sh\necho 'docker: unknown command: docker buildx' >&2\nexit 1\n")
    program.chmod(0o755)
    plain = world(home, DOCKER_HOST=shared_dockerd.url, PATH=str(tmp_path))
    nothing = world(home, DOCKER_HOST=shared_dockerd.url, PATH="/none")

    without_plugin = await look(plain, shared_dockerd.url)
    without_docker = await look(nothing, shared_dockerd.url)

    assert without_plugin.builder == without_docker.builder == "classic"
    assert "engine.no-builder" in causes(without_plugin)
    assert "unknown command" in without_plugin.warnings[0].evidence[0].line
    assert "not on PATH" in without_docker.warnings[0].evidence[0].line


@pytest.mark.engine
async def test_a_left_over_tls_variable_is_a_warning_since_the_sdk_stumbles_over_it(
    home: Path, shared_dockerd: RunningDockerd
) -> None:
    outside = world(home, DOCKER_HOST=shared_dockerd.url, DOCKER_TLS_VERIFY="1")

    details = await look(outside, shared_dockerd.url)

    found = next(w for w in details.warnings if w.cause == "engine.endpoint-invalid")
    assert "DOCKER_TLS_VERIFY" in found.summary


@pytest.mark.engine
async def test_the_last_bytes_of_an_engines_disk_are_a_warning(home: Path) -> None:
    with dockerd(space="8m") as small:
        details = await look(world(home, DOCKER_HOST=small.url), small.url)

    assert details.free_bytes is not None
    assert details.free_bytes < 8 << 20
    assert "engine.disk-full" in causes(details)


@pytest.mark.engine
@pytest.mark.parametrize(
    "entry", [{"h": {"auth": "!!!"}}, {"h": {"auth": "bm9jb2xvbg=="}}, {"h": "x"}]
)
async def test_a_login_that_the_sdk_cannot_read_is_a_fault_of_the_file_not_the_engine(
    home: Path,
    shared_dockerd: RunningDockerd,
    monkeypatch: pytest.MonkeyPatch,
    entry: dict[str, Any],
) -> None:
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text(json.dumps({"auths": entry}))
    monkeypatch.setenv("DOCKER_CONFIG", str(home / ".docker"))
    outside = world(home, DOCKER_HOST=shared_dockerd.url)

    with pytest.raises(Problem) as raised:
        await look(outside, shared_dockerd.url)

    assert named(raised.value, DOCKER).cause == "config.docker-malformed"


async def test_an_engine_that_hangs_now_can_be_left_at_once(home: Path, tmp_path: Path) -> None:
    with hung(tmp_path / "a.sock") as url:
        task = asyncio.create_task(look(world(home, DOCKER_HOST=url), url))
        done, _ = await asyncio.wait([task], timeout=0.5)
        assert not done
        task.cancel()
        async with asyncio.timeout(2):
            with pytest.raises(asyncio.CancelledError):
                await task

    assert not threads()


async def test_an_endpoint_that_is_not_configured_any_more_is_invalid(home: Path) -> None:
    with pytest.raises(Problem) as raised:
        await look(world(home), "unix:///gone.sock")

    assert raised.value.cause == "engine.endpoint-invalid"


def test_the_engines_own_platform_needs_no_emulation() -> None:
    assert emulation(ARM, ARM, is_here=False, title="Docker").is_there is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("enabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: PF\n", True),
        ("enabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: OC\n", False),
        ("disabled\nflags: F\n", False),
        (None, False),
    ],
)
def test_emulation_counts_when_it_also_works_inside_containers(
    tmp_path: Path, text: str | None, expected: bool
) -> None:
    if text is not None:
        (tmp_path / "qemu-aarch64").write_text(text)

    found = emulation(LINUX_AMD64, ARM, is_here=True, title="Docker", binfmt=tmp_path)

    assert found.is_there is expected
    assert "linux/arm64" in found.said


def test_what_a_virtual_machine_emulates_is_not_guessed(tmp_path: Path) -> None:
    for title in ("Docker Desktop (Docker 28)", "Colima"):
        found = emulation(LINUX_AMD64, ARM, is_here=False, title=title, binfmt=tmp_path)
        assert found.is_there is None
        assert found.said


@pytest.mark.parametrize(
    ("url", "tls", "is_overheard"),
    [
        ("tcp://10.0.0.7:2375", None, True),
        ("tcp://build:2376", Tls(None), False),
        ("tcp://127.0.0.1:2375", None, False),
        ("tcp://[::1]:2375", None, False),
        ("unix:///run/docker.sock", None, False),
    ],
)
def test_an_engine_that_logins_reach_in_clear_is_told(
    url: str, tls: Tls | None, is_overheard: bool
) -> None:
    endpoint = DockerEndpoint(url, parse_host(url, "linux"), (), tls=tls)

    assert Answers(endpoint, {}, {}).is_overheard is is_overheard
