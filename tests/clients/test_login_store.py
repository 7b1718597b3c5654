from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.support.credential_helpers import Machine
from tests.support.logins import CANARY, GHCR, HUB, LOGIN, LoginWorld, Provider, auth
from wizard.core.diagnosis import Problem
from wizard.core.ports import StoreChoice


@pytest.fixture
def machine(home: Path) -> Machine:
    return Machine(home)


@pytest.fixture
def world(machine: Machine) -> LoginWorld:
    return LoginWorld(machine)


async def test_a_stored_login_is_found_by_every_tool(world: LoginWorld) -> None:
    fake = world.machine.helper("secretservice")

    changes = await world.log_in()

    assert fake.items == {"ghcr.io": ("amy", CANARY)}
    assert world.config == {
        "credsStore": "secretservice",
        "credHelpers": {"ghcr.io": "secretservice"},
    }
    (login,) = await world.logins.find(Provider(), GHCR)
    assert login.tools == ("docker", "docker SDK", "podman")
    assert changes == (
        "login of amy for ghcr.io",
        "names the helper secretservice for ghcr.io",
    )


async def test_hub_is_stored_under_both_of_its_names(world: LoginWorld) -> None:
    fake = world.machine.helper("secretservice")

    await world.log_in(HUB)

    assert set(fake.items) == {"https://index.docker.io/v1/", "docker.io"}
    (login,) = await world.logins.find(Provider(), HUB)
    assert login.tools == ("docker", "docker SDK", "podman")


async def test_dockers_own_choice_of_store_stays_for_other_registries(world: LoginWorld) -> None:
    world.machine.helper("pass")
    world.machine.write('{"currentContext": "x"}')

    await world.log_in()

    assert world.config["credsStore"] == "pass"


async def test_logins_in_plain_stay_readable_where_no_store_was_set(world: LoginWorld) -> None:
    """A default store would hide them: docker never goes on to the file after it."""
    world.machine.helper("pass")
    other = {"auth": auth("zed", "z")}
    world.machine.write(json.dumps({"auths": {"other": other}}))

    await world.log_in()

    assert world.config == {"auths": {"other": other}, "credHelpers": {"ghcr.io": "pass"}}


async def test_the_helper_that_docker_uses_already_is_kept(world: LoginWorld) -> None:
    world.machine.helper("secretservice")
    mine = world.machine.helper("mine")
    world.machine.write('{"credsStore": "mine"}')

    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    await world.logins.store(plan, GHCR, LOGIN)

    assert plan.helper == "mine"
    assert "credsStore" in plan.reason
    assert "ghcr.io" in mine.items


async def test_our_own_helper_serves_where_no_native_one_does(world: LoginWorld) -> None:
    world.machine.helper("registry-wizard")

    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    await world.logins.store(plan, GHCR, LOGIN)

    assert plan.helper == "registry-wizard"
    assert world.config == {"credHelpers": {"ghcr.io": "registry-wizard"}}


async def test_plain_text_on_request_says_so_and_is_for_its_owner_alone(world: LoginWorld) -> None:
    world.machine.write('{"credHelpers": {"ghcr.io": "gone", "other": "x"}}', mode=0o644)

    plan = await world.logins.plan(GHCR, "amy", StoreChoice.PLAINTEXT)
    await world.logins.store(plan, GHCR, LOGIN)

    assert plan.title == f"NOT encrypted: {world.machine.config}"
    assert [warning.cause for warning in plan.warnings] == ["store.plaintext"]
    assert '"*** (new)"' in plan.diffs[0][1]
    assert world.config == {
        "credHelpers": {"other": "x"},
        "auths": {"ghcr.io": {"auth": auth("amy", CANARY)}},
    }
    assert world.machine.config.stat().st_mode & 0o777 == 0o600
    (login,) = await world.logins.find(Provider(), GHCR)
    assert login.tools == ("docker", "docker SDK", "podman")


async def test_a_plain_login_moves_into_the_store(world: LoginWorld) -> None:
    world.machine.helper("pass")
    entry = {"auth": auth("amy", CANARY), "email": "amy@example.org"}
    world.machine.write(json.dumps({"auths": {"ghcr.io": entry}}))

    await world.log_in()

    assert CANARY not in world.machine.config.read_text()
    assert world.config == {
        "auths": {"ghcr.io": {"email": "amy@example.org"}},
        "credHelpers": {"ghcr.io": "pass"},
    }


async def test_another_account_is_erased_before_ours_is_stored(world: LoginWorld) -> None:
    fake = world.machine.helper("mine", "two-account")
    fake.keep("ghcr.io", "aaron", "old")
    world.machine.write('{"credHelpers": {"ghcr.io": "mine"}}')

    await world.log_in()

    (login,) = await world.logins.find(Provider(), GHCR)
    assert login.username == "amy"
    order = [action for action, server in fake.calls if server == "ghcr.io"]
    assert order.index("erase") < order.index("store")


async def test_kept_for_this_run_only_changes_nothing(world: LoginWorld) -> None:
    assert await world.log_in(choice=StoreChoice.NONE) == ()
    assert not world.machine.config.exists()
    assert not world.state.exists()


async def test_the_same_login_again_changes_nothing(world: LoginWorld) -> None:
    world.machine.helper("pass")
    await world.log_in()
    before = world.machine.config.stat()

    assert await world.log_in() == ()
    assert world.machine.config.stat() == before
    assert len(world.journal.changes()) == 2


@pytest.mark.parametrize("behaviour", ["lies", "store-fails-later"])
async def test_a_store_that_fails_leaves_everything_as_it_was(
    world: LoginWorld, behaviour: str
) -> None:
    fake = world.machine.helper("mine", behaviour)
    fake.keep("docker.io", "zed", "old")
    before = '{\n "credHelpers": {"docker.io": "mine", "https://index.docker.io/v1/": "mine"}}'
    world.machine.write(before)

    with pytest.raises(Problem) as failed:
        await world.log_in(HUB)

    assert failed.value.cause == "store.helper-failing"
    assert CANARY not in str(failed.value.evidence)
    assert world.machine.config.read_text() == before
    assert "https://index.docker.io/v1/" not in fake.items


async def test_a_file_that_cannot_be_written_leaves_nothing_in_the_store(world: LoginWorld) -> None:
    fake = world.machine.helper("pass")
    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    world.machine.write("{,}")

    with pytest.raises(Problem) as failed:
        await world.logins.store(plan, GHCR, LOGIN)

    assert failed.value.cause == "config.docker-malformed"
    assert fake.items == {}
    assert world.machine.config.read_text() == "{,}"


async def test_cancelled_while_storing_nothing_stays(world: LoginWorld) -> None:
    fake = world.machine.helper("pass")
    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    written = asyncio.Event()

    async def for_ever() -> None:
        written.set()
        await asyncio.Event().wait()

    slow = LoginWorld(world.machine, for_ever)
    storing = asyncio.create_task(slow.logins.store(plan, GHCR, LOGIN))
    await written.wait()
    assert world.machine.config.exists()

    storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing

    assert fake.items == {}
    assert not world.machine.config.exists()
    assert world.journal.changes() == ()


async def test_a_login_lost_to_another_writer_is_written_again(world: LoginWorld) -> None:
    world.machine.helper("pass")
    world.machine.write('{"credsStore": "pass"}')
    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    others = iter(['{"credsStore": "pass", "psFormat": "theirs"}'])

    async def somebody_else() -> None:
        for text in others:
            world.machine.config.write_text(text)

    await LoginWorld(world.machine, somebody_else).logins.store(plan, GHCR, LOGIN)

    assert world.config == {
        "credsStore": "pass",
        "psFormat": "theirs",
        "credHelpers": {"ghcr.io": "pass"},
    }


async def test_a_login_that_another_program_keeps_losing_is_reported(world: LoginWorld) -> None:
    fake = world.machine.helper("pass")
    world.machine.write("{}")
    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)

    async def somebody_else() -> None:
        world.machine.config.write_text('{"psFormat": "theirs"}')

    with pytest.raises(Problem) as failed:
        await LoginWorld(world.machine, somebody_else).logins.store(plan, GHCR, LOGIN)

    assert failed.value.cause == "config.docker-unwritable"
    assert "without this login" in failed.value.evidence[-1].answered
    assert world.config == {"psFormat": "theirs"}
    assert fake.items == {}


async def test_without_a_journal_nothing_is_stored(world: LoginWorld) -> None:
    fake = world.machine.helper("pass")
    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    world.state.mkdir(mode=0o700)
    (world.state / "journal").mkdir()

    with pytest.raises(Problem):
        await world.logins.store(plan, GHCR, LOGIN)

    assert fake.items == {}
    assert not world.machine.config.exists()
