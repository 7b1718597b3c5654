from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.credential_helpers import Machine
from tests.support.logins import CANARY, GHCR, LoginWorld, Provider, auth
from wizard.core.diagnosis import Problem
from wizard.core.ports import StoreChoice


@pytest.fixture
def machine(home: Path) -> Machine:
    return Machine(home)


@pytest.fixture
def world(machine: Machine) -> LoginWorld:
    return LoginWorld(machine)


async def test_a_plan_shows_the_exact_change_and_changes_nothing(world: LoginWorld) -> None:
    world.machine.helper("secretservice")
    before = json.dumps({"auths": {"other": {"auth": auth("zed", CANARY)}}}, indent=2)
    world.machine.write(before)

    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)

    ((file, diff),) = plan.diffs
    assert file == str(world.machine.config)
    added = [line for line in diff.splitlines() if line.startswith("+") and "+++" not in line]
    assert added == ["+  },", '+  "credHelpers": {', '+    "ghcr.io": "secretservice"']
    assert CANARY not in diff
    assert auth("zed", CANARY) not in diff
    assert plan.is_encrypted
    assert "docker-credential-secretservice" in plan.title
    assert plan.keys == ("ghcr.io",)
    assert world.machine.config.read_text() == before
    assert await world.logins.find(Provider(), GHCR) == ()


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        ("missing", "store.helper-missing"),
        ("locked", "store.locked"),
        ("error", "store.helper-failing"),
        ("not-implemented", "store.helper-failing"),
    ],
)
async def test_a_broken_helper_is_said_before_any_secret_is_asked_for(
    world: LoginWorld, behaviour: str, cause: str
) -> None:
    world.machine.helper("secretservice")
    if behaviour != "missing":
        world.machine.helper("mine", behaviour)
    world.machine.write('{"credsStore": "mine"}')

    with pytest.raises(Problem) as refused:
        await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)

    assert refused.value.cause == cause


async def test_the_next_native_helper_serves_where_the_first_is_locked(world: LoginWorld) -> None:
    world.machine.helper("secretservice", "locked")
    world.machine.helper("pass")

    assert (await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)).helper == "pass"


async def test_plain_text_is_never_chosen_by_itself(world: LoginWorld) -> None:
    world.machine.helper("pass", "locked")

    for choice in (StoreChoice.AUTO, StoreChoice.HELPER):
        with pytest.raises(Problem) as refused:
            await world.logins.plan(GHCR, "amy", choice)
        assert refused.value.cause == "store.none"
        assert "pass has no key" in str(refused.value.evidence) or "locked" in str(
            refused.value.evidence
        )
    assert not world.machine.config.exists()


async def test_the_keyring_needs_our_helper_where_docker_finds_it(world: LoginWorld) -> None:
    with pytest.raises(Problem) as refused:
        await world.logins.plan(GHCR, "amy", StoreChoice.KEYRING)

    assert refused.value.cause == "store.helper-missing"
    assert "docker-credential-registry-wizard" in refused.value.fixes[0].command


async def test_a_helper_inside_an_active_environment_is_not_chosen_by_itself(
    world: LoginWorld,
) -> None:
    world.machine.helper("registry-wizard")
    world.machine.environ["VIRTUAL_ENV"] = str(world.machine.home)

    with pytest.raises(Problem) as refused:
        await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    plan = await world.logins.plan(GHCR, "amy", StoreChoice.KEYRING)

    assert refused.value.cause == "store.none"
    assert "virtual environment" in plan.reason


async def test_plain_text_that_docker_would_never_read_is_refused(world: LoginWorld) -> None:
    world.machine.write('{"credsStore": "gone"}')

    with pytest.raises(Problem) as refused:
        await world.logins.plan(GHCR, "amy", StoreChoice.PLAINTEXT)

    assert "credsStore" in refused.value.evidence[0].answered


async def test_a_plan_says_what_will_be_used_instead_all_the_same(world: LoginWorld) -> None:
    world.machine.helper("pass")
    world.machine.environ["DOCKER_AUTH_CONFIG"] = json.dumps(
        {"auths": {"ghcr.io": {"auth": auth("env", "e")}}}
    )
    own = Path(world.machine.environ["XDG_RUNTIME_DIR"]) / "containers" / "auth.json"
    own.parent.mkdir()
    own.write_text(json.dumps({"auths": {"ghcr.io": {"auth": auth("zed", "z")}}}))

    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)

    assert [warning.cause for warning in plan.warnings] == [
        "config.environment-shadows",
        "config.podman-shadows",
    ]


async def test_a_store_that_was_unlocked_meanwhile_is_tried_again(world: LoginWorld) -> None:
    world.machine.helper("pass", "locked")
    with pytest.raises(Problem):
        await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    world.machine.helper("pass")

    assert (await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)).helper == "pass"
