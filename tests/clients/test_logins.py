from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from tests.support.credential_helpers import Machine
from tests.support.logins import CANARY, GHCR, HUB, LOGIN, LoginWorld, Provider, auth
from wizard.core.diagnosis import Problem
from wizard.core.ports import StoreChoice
from wizard.core.secret import ANONYMOUS, Credential, Secret


@pytest.fixture
def machine(home: Path) -> Machine:
    return Machine(home)


@pytest.fixture
def world(machine: Machine) -> LoginWorld:
    return LoginWorld(machine)


# --- finding --------------------------------------------------------------------------------


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


async def test_a_store_that_was_unlocked_meanwhile_is_tried_again(world: LoginWorld) -> None:
    world.machine.helper("pass", "locked")
    with pytest.raises(Problem):
        await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    world.machine.helper("pass")

    assert (await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)).helper == "pass"


async def test_without_a_journal_nothing_is_stored(world: LoginWorld) -> None:
    fake = world.machine.helper("pass")
    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    world.state.mkdir(mode=0o700)
    (world.state / "journal").mkdir()

    with pytest.raises(Problem):
        await world.logins.store(plan, GHCR, LOGIN)

    assert fake.items == {}
    assert not world.machine.config.exists()


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


# --- planning and storing -------------------------------------------------------------------


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


async def test_our_own_helper_serves_where_no_native_one_does(world: LoginWorld) -> None:
    world.machine.helper("registry-wizard")

    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    await world.logins.store(plan, GHCR, LOGIN)

    assert plan.helper == "registry-wizard"
    assert world.config == {"credHelpers": {"ghcr.io": "registry-wizard"}}


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


async def test_plain_text_that_docker_would_never_read_is_refused(world: LoginWorld) -> None:
    world.machine.write('{"credsStore": "gone"}')

    with pytest.raises(Problem) as refused:
        await world.logins.plan(GHCR, "amy", StoreChoice.PLAINTEXT)

    assert "credsStore" in refused.value.evidence[0].answered


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
