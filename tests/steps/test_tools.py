"""What each tool would send, side by side, and what mends it where they differ."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.support.credential_helpers import Machine
from tests.support.logins import GHCR, HUB, LoginWorld, Provider, auth
from tests.support.needs import need_program
from wizard.core.checks import Check, Status
from wizard.core.ports import StoreChoice
from wizard.steps.tools import agreement, rows


@pytest.fixture
def machine(home: Path) -> Machine:
    machine = Machine(home)
    for name in ("docker", "skopeo"):
        program = machine.bin / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return machine


@pytest.fixture
def world(machine: Machine) -> LoginWorld:
    return LoginWorld(machine)


async def compared(world: LoginWorld) -> dict[str, Check]:
    logins = await world.logins.find(Provider(), GHCR)
    found = rows(world.machine.outside, GHCR, logins)
    return {row.id.removeprefix("login.tools."): row for row in found}


def podmans_own(machine: Machine, user: str = "zed") -> Path:
    path = Path(machine.environ["XDG_RUNTIME_DIR"]) / "containers" / "auth.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"auths": {"ghcr.io": {"auth": auth(user, "z")}}}))
    return path


async def test_after_our_login_every_tool_sends_the_same(world: LoginWorld) -> None:
    world.machine.helper("secretservice")
    await world.log_in()

    found = await compared(world)

    assert {id_: row.summary for id_, row in found.items()} == {
        "docker": "docker, buildx and compose: amy",
        "docker-sdk": "docker's Python SDK, which the Flyte SDKs ask: amy",
        "podman": "skopeo: amy",
    }
    assert {row.status for row in found.values()} == {Status.PASS}


async def test_two_logins_for_docker_hub_in_one_file_are_told_apart(world: LoginWorld) -> None:
    """Docker takes the one under its long name, its SDK and skopeo the other (seen)."""
    entries = {"docker.io": {"auth": auth("zed", "z")}, HUB.config_key: {"auth": auth("amy", "a")}}
    world.machine.write(json.dumps({"auths": entries}))

    logins = await world.logins.find(Provider(), HUB)

    said = agreement(world.machine.outside, logins)
    assert said == "the tools here do not all send the same account: amy, zed"


async def test_without_any_login_there_is_nothing_to_compare(world: LoginWorld) -> None:
    assert {row.status for row in (await compared(world)).values()} == {Status.SKIP}


async def test_a_login_that_only_docker_finds_is_told_for_the_others(world: LoginWorld) -> None:
    """Podman reads no `credsStore` (seen)."""
    world.machine.helper("desktop").keep("ghcr.io", "amy", "a")
    world.machine.write('{"credsStore": "desktop"}')

    podman = (await compared(world))["podman"]

    assert (podman.status, podman.cause) == (Status.WARN, "login.missing")
    assert podman.summary == "skopeo: no login for ghcr.io, while others here send amy"
    assert podman.fixes[0].command == "registry-wizard setup"


async def test_a_variable_that_docker_alone_knows_is_shown_at_docker(world: LoginWorld) -> None:
    world.machine.helper("secretservice")
    await world.log_in()
    variable = json.dumps({"auths": {"ghcr.io": {"auth": auth("env", "e")}}})
    world.machine.environ["DOCKER_AUTH_CONFIG"] = variable

    found = await compared(world)

    assert (found["docker"].status, found["docker"].cause) == (
        Status.WARN,
        "config.environment-shadows",
    )
    assert found["docker-sdk"].status is Status.PASS


async def test_dockers_sdk_that_goes_on_to_the_home_is_told(world: LoginWorld) -> None:
    await world.log_in(choice=StoreChoice.PLAINTEXT)
    world.machine.environ["DOCKER_CONFIG"] = str(world.machine.home / "nothing-there")

    found = await compared(world)

    assert found["docker"].cause == "login.missing"
    assert found["docker-sdk"].cause == "config.environment-shadows"


async def test_nerdctl_has_its_row_where_it_is_installed(world: LoginWorld) -> None:
    (world.machine.bin / "nerdctl").symlink_to(world.machine.bin / "docker")
    world.machine.write(
        json.dumps(
            {
                "auths": {
                    "ghcr.io": {"auth": auth("amy", "a")},
                    "ghcr.io:443": {"auth": auth("zed", "z")},
                }
            }
        )
    )

    found = await compared(world)

    assert found["docker"].summary.endswith(": amy")
    assert found["nerdctl"].summary == "nerdctl: zed"


async def test_podmans_own_login_is_shown_with_a_preview_of_its_mending(
    world: LoginWorld,
) -> None:
    world.machine.helper("secretservice")
    await world.log_in()
    path = podmans_own(world.machine)

    podman = (await compared(world))["podman"]

    assert (podman.status, podman.cause) == (Status.WARN, "config.podman-shadows")
    fix = podman.fixes[0]
    assert fix.command == f"skopeo logout --authfile {path} ghcr.io"
    assert fix.automatic
    assert fix.changes == f"the login for ghcr.io is removed from {path}; podman then uses docker's"
    assert fix.inverse == ""  # that would ask somebody for a password


async def test_a_login_inside_dockers_own_file_is_never_removed_by_podman(
    world: LoginWorld,
) -> None:
    """It would drop all that podman does not know from that file (seen with 4.3)."""
    world.machine.helper("desktop").keep("ghcr.io", "amy", "a")
    plain = {"ghcr.io": {"auth": auth("zed", "z")}}
    world.machine.write(json.dumps({"credsStore": "desktop", "auths": plain}))

    podman = (await compared(world))["podman"]

    assert podman.cause == "config.podman-shadows"
    assert not any(fix.automatic for fix in podman.fixes)
    assert not any(str(world.machine.config) in fix.command for fix in podman.fixes)


@pytest.mark.engine
@pytest.mark.parametrize("program", ["podman", "skopeo"])
async def test_the_mending_that_is_shown_mends(home: Path, program: str) -> None:
    path = need_program(program)
    machine = Machine(home, "/usr/bin", "/bin")
    machine.environ["PATH"] = str(machine.bin)
    (machine.bin / program).symlink_to(path)
    machine.helper("secretservice")
    world = LoginWorld(machine)
    own = podmans_own(machine)
    await world.log_in(choice=StoreChoice.AUTO)
    fix = (await compared(world))["podman"].fixes[0]

    said_by(machine, *shlex.split(fix.command))

    assert (await compared(world))["podman"].status is Status.PASS
    assert "zed" not in own.read_text()
    assert said_by(machine, program, "login", "--get-login", "ghcr.io").strip() == "amy"


def said_by(machine: Machine, *argv: str) -> str:
    return subprocess.run(
        argv, check=True, capture_output=True, text=True, env=machine.environ
    ).stdout
