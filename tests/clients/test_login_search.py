from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.support.credential_helpers import Machine
from tests.support.logins import CANARY, GHCR, HUB, LOGIN, LoginWorld, Provider, auth
from wizard.core.secret import ANONYMOUS, Credential, Secret


@pytest.fixture
def machine(home: Path) -> Machine:
    return Machine(home)


@pytest.fixture
def world(machine: Machine) -> LoginWorld:
    return LoginWorld(machine)


async def test_nothing_is_found_where_nothing_is(world: LoginWorld) -> None:
    assert await world.logins.find(Provider(), GHCR) == ()


async def test_a_login_in_a_helper_is_found_for_every_tool_and_its_secret_is_held(
    world: LoginWorld,
) -> None:
    world.machine.helper("x").keep("ghcr.io", "amy", CANARY)
    world.machine.write('{"credHelpers": {"ghcr.io": "x"}}')

    (login,) = await world.logins.find(Provider(), GHCR)

    assert (login.username, login.tools) == ("amy", ("docker", "docker SDK", "podman"))
    assert login.source == f"{world.machine.config}, helper x"
    assert world.logins.credential(login) == LOGIN
    assert CANARY not in repr(login)


async def test_podman_never_sees_what_only_the_default_store_has(world: LoginWorld) -> None:
    world.machine.helper("x").keep("ghcr.io", "amy", CANARY)
    world.machine.write('{"credsStore": "x", "auths": {"ghcr.io": {}}}')

    (login,) = await world.logins.find(Provider(), GHCR)

    assert login.tools == ("docker", "docker SDK")


async def test_docker_stops_at_a_helper_that_has_nothing_and_its_sdk_does_not(
    world: LoginWorld,
) -> None:
    world.machine.helper("x")
    text = {"credsStore": "x", "auths": {"ghcr.io": {"auth": auth("amy", CANARY)}}}
    world.machine.write(json.dumps(text))

    (login,) = await world.logins.find(Provider(), GHCR)

    assert login.tools == ("docker SDK", "podman")


async def test_hub_is_looked_up_by_the_name_that_each_family_uses(world: LoginWorld) -> None:
    fake = world.machine.helper("x")
    fake.keep("https://index.docker.io/v1/", "amy", "a")
    fake.keep("docker.io", "zed", "z")
    world.machine.write('{"credHelpers": {"https://index.docker.io/v1/": "x", "docker.io": "x"}}')

    docker, podman = await world.logins.find(Provider(), HUB)

    assert (docker.username, docker.tools) == ("amy", ("docker", "docker SDK"))
    assert (podman.username, podman.tools) == ("zed", ("podman",))
    assert podman.warning is not None
    assert podman.warning.cause == "config.podman-shadows"


async def test_the_variable_comes_first_and_is_said_to_shadow(world: LoginWorld) -> None:
    world.machine.environ["DOCKER_AUTH_CONFIG"] = json.dumps(
        {"auths": {"ghcr.io": {"auth": auth("env", "e")}}}
    )
    world.machine.write(json.dumps({"auths": {"ghcr.io": {"auth": auth("amy", CANARY)}}}))

    first, second = await world.logins.find(Provider(), GHCR)

    assert (first.username, second.username) == ("env", "amy")
    assert first.warning is not None
    assert first.warning.cause == "config.environment-shadows"
    assert "DOCKER_AUTH_CONFIG" in first.warning.summary


@pytest.mark.parametrize(
    "text",
    ["{", '{"auths": {"ghcr.io": {"auth": "YTpi", "email": "x"}}}', '{"auths": {}, "x": 1}'],
)
async def test_a_variable_that_docker_would_skip_is_skipped(world: LoginWorld, text: str) -> None:
    world.machine.environ["DOCKER_AUTH_CONFIG"] = text

    assert await world.logins.find(Provider(), GHCR) == ()


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        ("missing", "store.helper-missing"),
        ("crash", "store.helper-failing"),
        ("locked", "store.locked"),
    ],
)
async def test_a_broken_helper_is_a_row_with_its_cause(
    world: LoginWorld, behaviour: str, cause: str
) -> None:
    if behaviour != "missing":
        world.machine.helper("x", behaviour)
    world.machine.write('{"credHelpers": {"ghcr.io": "x"}}')

    (login,) = await world.logins.find(Provider(), GHCR)

    assert login.problem is not None
    assert login.problem.cause == cause
    assert login.tools == ("docker", "docker SDK", "podman")
    assert world.logins.credential(login) is ANONYMOUS


async def test_a_hanging_helper_is_asked_once_and_given_up(world: LoginWorld) -> None:
    fake = world.machine.helper("x", "hang")
    world.machine.write('{"credHelpers": {"https://index.docker.io/v1/": "x", "docker.io": "x"}}')
    began = time.monotonic()

    logins = await world.logins.find(Provider(), HUB)

    assert {login.problem.cause for login in logins if login.problem} == {"store.helper-hung"}
    assert len(fake.calls) == 1
    assert time.monotonic() - began < 9


async def test_a_malformed_file_is_a_row_that_names_the_place(world: LoginWorld) -> None:
    world.machine.write('{"auths": {},}')

    (login,) = await world.logins.find(Provider(), GHCR)

    assert login.problem is not None
    assert login.problem.cause == "config.docker-malformed"
    assert "line 1, column 14" in login.problem.summary


async def test_podmans_own_file_comes_before_dockers(world: LoginWorld) -> None:
    own = Path(world.machine.environ["XDG_RUNTIME_DIR"]) / "containers" / "auth.json"
    own.parent.mkdir()
    own.write_text(json.dumps({"auths": {"ghcr.io": {"auth": auth("zed", "z")}}}))
    world.machine.write(json.dumps({"auths": {"ghcr.io": {"auth": auth("amy", CANARY)}}}))

    docker, podman = await world.logins.find(Provider(), GHCR)

    assert (docker.username, podman.username) == ("amy", "zed")
    assert str(own) in podman.source
    assert podman.warning is not None


@pytest.mark.parametrize(
    ("version", "found"),
    [("podman version 4.3.1", True), ("podman version 4.9.3", False), ("unknown", False)],
)
async def test_podman_of_today_reads_the_named_file_alone_and_an_older_one_goes_on(
    world: LoginWorld, version: str, *, found: bool
) -> None:
    stand_in = world.machine.bin / "podman"
    stand_in.write_text(f"#!/bin/sh\necho {version}\n")
    stand_in.chmod(0o755)
    world.machine.environ["REGISTRY_AUTH_FILE"] = str(world.machine.home / "none.json")
    world.machine.write(json.dumps({"auths": {"ghcr.io": {"auth": auth("amy", CANARY)}}}))

    (login,) = await world.logins.find(Provider(), GHCR)

    assert ("podman" in login.tools) is found


async def test_the_sdk_looks_in_the_home_where_docker_config_names_an_empty_folder(
    world: LoginWorld, tmp_path: Path
) -> None:
    world.machine.environ["DOCKER_CONFIG"] = str(tmp_path)
    world.machine.write(json.dumps({"auths": {"ghcr.io": {"auth": auth("amy", CANARY)}}}))

    (login,) = await world.logins.find(Provider(), GHCR)

    assert login.tools == ("docker SDK",)


async def test_a_login_that_lies_open_is_said_to(world: LoginWorld) -> None:
    world.machine.write(json.dumps({"auths": {"ghcr.io": {"auth": auth("amy", CANARY)}}}))

    (login,) = await world.logins.find(Provider(), GHCR)

    assert login.warning is not None
    assert login.warning.cause == "store.plaintext"
    assert str(world.machine.config) in login.warning.summary


async def test_an_identity_token_is_held_under_its_marker(world: LoginWorld) -> None:
    entry = {"auth": auth("amy", ""), "identitytoken": CANARY}
    world.machine.write(json.dumps({"auths": {"ghcr.io": entry}}))

    (login,) = await world.logins.find(Provider(), GHCR)

    assert login.username == "amy"
    assert world.logins.credential(login) == Credential("<token>", Secret(CANARY))


async def test_sessions_of_other_programs_come_last_and_no_tool_finds_them(
    world: LoginWorld,
) -> None:
    world.machine.write(json.dumps({"auths": {"ghcr.io": {"auth": auth("zed", "z")}}}))

    logins = await world.logins.find(Provider(LOGIN), GHCR)

    assert [login.username for login in logins] == ["zed", "amy"]
    assert logins[1].tools == ()
    assert world.logins.credential(logins[1]) == LOGIN


async def test_a_login_can_be_held_for_this_run_only(world: LoginWorld) -> None:
    login = world.logins.hold(GHCR, LOGIN, "kept for this run only")

    assert world.logins.credential(login) == LOGIN
    assert not world.state.exists()
