"""Registries of a cloud: a helper makes each login from a session, and no secret is kept."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.clouds import ADA, GAR_HOST, StandInGcloud
from tests.support.credential_helpers import Machine
from tests.support.keyrings import own_helper
from tests.support.logins import CANARY, LoginWorld, Provider, auth
from wizard.clients.login_minted import lasts, would_use
from wizard.core.diagnosis import Problem
from wizard.core.minted import MintedBy, minted_path, parse_minted
from wizard.core.ports import Endpoint, StoreChoice
from wizard.core.secret import Credential, Secret

ECR_HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ECR = Endpoint(ECR_HOST, f"https://{ECR_HOST}", cloud_helpers=("ecr-login",), cloud="aws")
GAR = Endpoint(GAR_HOST, f"https://{GAR_HOST}", cloud_helpers=("gcloud", "gcr"), cloud="google")
NOON = datetime(2026, 1, 2, tzinfo=UTC)
AWS = Credential("AWS", Secret(CANARY), "profile:default", NOON + timedelta(hours=12))
GOOGLE = Credential("oauth2accesstoken", Secret(CANARY), ADA, NOON + timedelta(hours=1))


@pytest.fixture
def world(home: Path) -> LoginWorld:
    return LoginWorld(Machine(home))


def everything_written(world: LoginWorld) -> str:
    files = [path for path in world.machine.home.rglob("*") if path.is_file()]
    ours = [p for p in files if world.machine.bin not in p.parents]
    return "".join(path.read_text(errors="replace") for path in ours)


async def test_the_clouds_own_helper_is_named_for_this_registry_alone(world: LoginWorld) -> None:
    fake = world.machine.helper("ecr-login", "mints")
    before = '{"credsStore": "desktop", "credHelpers": {"other": "x"}}'
    world.machine.write(before)

    plan = await world.logins.plan(ECR, AWS, StoreChoice.AUTO)
    changes = await world.logins.store(plan, ECR, AWS)

    assert (plan.is_minted, plan.helper, plan.lasts) == (True, "ecr-login", "")
    assert plan.title.endswith("(docker-credential-ecr-login)")
    assert world.config == {
        "credsStore": "desktop",
        "credHelpers": {"other": "x", ECR_HOST: "ecr-login"},
    }
    assert [change.what for change in changes] == [f"names the helper ecr-login for {ECR_HOST}"]
    assert {action for action, _ in fake.calls} == {"get"}
    assert CANARY not in everything_written(world)
    (login,) = await world.logins.find(Provider(), ECR)
    assert (login.username, login.tools) == ("AWS", ("docker", "docker SDK", "podman"))

    assert all(item.done for item in await world.journal.undo(everything=True, dry_run=False))
    assert world.machine.config.read_text() == before


async def test_dockers_own_choice_of_store_stays_for_other_registries(world: LoginWorld) -> None:
    world.machine.helper("ecr-login", "mints")
    world.machine.helper("pass")

    await world.log_in(ECR, AWS)

    assert world.config == {"credsStore": "pass", "credHelpers": {ECR_HOST: "ecr-login"}}


async def test_the_wizards_own_helper_makes_logins_where_the_clouds_is_not_there(
    world: LoginWorld,
) -> None:
    own_helper(world.machine)
    gcloud = StandInGcloud(world.machine)

    plan = await world.logins.plan(GAR, GOOGLE, StoreChoice.AUTO)
    await world.logins.store(plan, GAR, GOOGLE)

    assert (plan.is_minted, plan.helper) == (True, "registry-wizard")
    assert ADA in plan.reason
    path = minted_path(world.machine.environ, world.machine.home, "linux")
    assert [file for file, _ in plan.diffs] == [str(path), str(world.machine.config)]
    assert parse_minted(path.read_bytes()) == {GAR_HOST: MintedBy("google", ADA)}
    assert path.stat().st_mode & 0o777 == 0o600
    assert world.config == {"credHelpers": {GAR_HOST: "registry-wizard"}}
    assert len(gcloud.calls) == 2
    assert "CANARY" not in everything_written(world)
    (login,) = await world.logins.find(Provider(), GAR)
    assert (login.username, login.tools[0]) == ("oauth2accesstoken", "docker")

    assert all(item.done for item in await world.journal.undo(everything=True, dry_run=False))
    assert not path.exists()
    assert not world.machine.config.exists()


async def test_a_session_that_gives_nothing_leaves_everything_as_it_was(world: LoginWorld) -> None:
    own_helper(world.machine)
    StandInGcloud(world.machine, is_broken=True)
    world.machine.write("{}")
    plan = await world.logins.plan(GAR, GOOGLE, StoreChoice.AUTO)

    with pytest.raises(Problem) as failed:
        await world.logins.store(plan, GAR, GOOGLE)

    assert failed.value.cause == "store.helper-failing"
    assert world.machine.config.read_text() == "{}"
    assert not minted_path(world.machine.environ, world.machine.home, "linux").exists()
    assert world.journal.changes() == ()


async def test_a_helper_that_would_use_another_session_is_passed_over_with_its_reason(
    world: LoginWorld,
) -> None:
    fake = world.machine.helper("ecr-login", "mints")
    own_helper(world.machine)
    dev = Credential("AWS", Secret(CANARY), "profile:dev")

    plan = await world.logins.plan(ECR, dev, StoreChoice.AUTO)

    assert plan.helper == "registry-wizard"
    assert "ecr-login would use another session" in plan.reason
    assert fake.calls == []
    world.machine.environ["AWS_PROFILE"] = "dev"
    assert (await world.logins.plan(ECR, dev, StoreChoice.AUTO)).helper == "ecr-login"


async def test_without_a_helper_the_login_is_stored_and_its_end_is_told(world: LoginWorld) -> None:
    world.machine.helper("ecr-login", "mints-nothing")
    fake = world.machine.helper("pass")
    # Configured, and it keeps nothing: it cannot be where this login goes.
    world.machine.write(json.dumps({"credHelpers": {ECR_HOST: "ecr-login"}}))

    plan = await world.logins.plan(ECR, AWS, StoreChoice.AUTO)
    await world.logins.store(plan, ECR, AWS)

    assert (plan.is_minted, plan.helper) == (False, "pass")
    assert plan.lasts.startswith("12 hours, until ")
    assert fake.items == {ECR_HOST: ("AWS", CANARY)}
    assert world.config["credHelpers"] == {ECR_HOST: "pass"}


@pytest.mark.parametrize(
    ("choice", "minted", "helper"),
    [
        (StoreChoice.AUTO, True, "ecr-login"),
        (StoreChoice.HELPER, True, "ecr-login"),
        (StoreChoice.KEYRING, True, "registry-wizard"),
        (StoreChoice.PLAINTEXT, False, ""),
        (StoreChoice.NONE, False, ""),
    ],
)
async def test_the_persons_choice_of_store_comes_first(
    world: LoginWorld, choice: StoreChoice, minted: bool, helper: str
) -> None:
    world.machine.helper("ecr-login", "mints")
    own_helper(world.machine)

    plan = await world.logins.plan(ECR, AWS, choice)

    assert (plan.is_minted, plan.helper) == (minted, helper)


async def test_a_token_that_was_pasted_is_stored_as_any_other(world: LoginWorld) -> None:
    world.machine.helper("ecr-login", "mints")
    world.machine.helper("pass")

    plan = await world.logins.plan(ECR, Credential("AWS", Secret(CANARY)), StoreChoice.AUTO)

    assert (plan.is_minted, plan.helper) == (False, "pass")


async def test_a_plain_login_of_before_moves_into_a_store_and_comes_back(
    world: LoginWorld,
) -> None:
    world.machine.helper("ecr-login", "mints")
    fake = world.machine.helper("pass")
    before = json.dumps({"auths": {ECR_HOST: {"auth": auth("AWS", "CANARY-old")}}})
    world.machine.write(before)

    await world.log_in(ECR, AWS)
    assert "auth" not in world.config["auths"][ECR_HOST]
    assert all(item.done for item in await world.journal.undo(everything=True, dry_run=False))

    assert world.machine.config.read_text() == before
    assert fake.items == {}


async def test_a_plain_login_that_nothing_could_bring_back_is_left_where_it_is(
    world: LoginWorld,
) -> None:
    world.machine.helper("ecr-login", "mints")
    old = {"auth": auth("AWS", "CANARY-old")}
    world.machine.write(json.dumps({"auths": {ECR_HOST: old}}))

    await world.log_in(ECR, AWS)

    assert world.config == {"auths": {ECR_HOST: old}, "credHelpers": {ECR_HOST: "ecr-login"}}


async def test_the_same_again_changes_nothing(world: LoginWorld) -> None:
    own_helper(world.machine)
    StandInGcloud(world.machine)
    await world.log_in(GAR, GOOGLE)

    assert await world.log_in(GAR, GOOGLE) == ()
    assert len(world.journal.changes()) == 2


async def test_one_registrys_end_is_not_anothers(world: LoginWorld) -> None:
    own_helper(world.machine)
    StandInGcloud(world.machine)
    other = Endpoint("us-docker.pkg.dev", "https://us-docker.pkg.dev", cloud="google")
    await world.log_in(GAR, GOOGLE)
    await world.log_in(other, GOOGLE)

    await world.journal.undo(everything=False, dry_run=False)

    path = minted_path(world.machine.environ, world.machine.home, "linux")
    assert list(parse_minted(path.read_bytes())) == [GAR_HOST]
    assert world.config == {"credHelpers": {GAR_HOST: "registry-wizard"}}


async def test_a_helper_that_falls_silent_is_not_taken_for_no_login(world: LoginWorld) -> None:
    """Ecr-login says "not found" of every failure (seen); docker then pushes as nobody."""
    world.machine.helper("ecr-login", "mints-nothing")
    world.machine.write(json.dumps({"credHelpers": {ECR_HOST: "ecr-login"}}))

    (login,) = await world.logins.find(Provider(), ECR)

    assert login.problem is not None
    assert login.problem.cause == "store.helper-failing"
    assert "does not say why" in login.problem.summary


async def test_a_damaged_list_of_sessions_is_told_and_left_alone(world: LoginWorld) -> None:
    own_helper(world.machine)
    path = minted_path(world.machine.environ, world.machine.home, "linux")
    path.parent.mkdir(parents=True, mode=0o700)
    path.write_text("{,}")

    with pytest.raises(Problem) as refused:
        await world.logins.plan(GAR, GOOGLE, StoreChoice.AUTO)

    assert refused.value.cause == "config.wizard-damaged"
    assert path.read_text() == "{,}"


@pytest.mark.parametrize(
    ("helper", "origin", "environ", "expected"),
    [
        ("ecr-login", "profile:default", {}, True),
        ("ecr-login", "profile:dev", {}, False),
        ("ecr-login", "profile:dev", {"AWS_PROFILE": "dev"}, True),
        ("ecr-login", "profile:dev", {"AWS_PROFILE": "dev", "AWS_ACCESS_KEY_ID": "x"}, False),
        ("ecr-login", "environment", {"AWS_ACCESS_KEY_ID": "x"}, True),
        ("gcloud", "gcloud:ada@example.com", {}, True),
        ("gcloud", "adc:ada@example.com", {}, False),
        ("gcr", "adc", {}, True),
        ("gcr", "gcloud:ada@example.com", {}, False),
    ],
)
def test_which_session_each_clouds_helper_would_use(
    helper: str, origin: str, environ: dict[str, str], expected: bool
) -> None:
    assert would_use(helper, origin, environ) is expected


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(hours=12), "12 hours, until "),
        (timedelta(hours=1), "60 minutes, until "),
        (timedelta(minutes=1), "1 minute, until "),
        (timedelta(hours=36), "36 hours, until "),
        (timedelta(seconds=-5), "no longer: it has run out"),
    ],
)
def test_how_long_a_login_lasts_is_said_in_words(left: timedelta, words: str) -> None:
    assert lasts(NOON + left, NOON).startswith(words)
    assert lasts(None, NOON) == ""


async def test_another_configuration_file_does_not_move_the_list_that_docker_has_read(
    world: LoginWorld,
) -> None:
    """Docker starts the helper without the options and variables of the shell we ran in."""
    own_helper(world.machine)
    StandInGcloud(world.machine)
    told = world.machine.environ
    told["REGISTRY_WIZARD_CONFIG"] = str(world.machine.home / "elsewhere" / "config.toml")
    await world.log_in(GAR, GOOGLE)

    assert asked_by_docker(told)["Username"] == "oauth2accesstoken"
    assert not (world.machine.home / "elsewhere").exists()


def asked_by_docker(environ: Mapping[str, str]) -> dict[str, str]:
    ended = subprocess.run(
        ["docker-credential-registry-wizard", "get"],
        input=GAR_HOST.encode(),
        capture_output=True,
        check=True,
        env={name: environ[name] for name in ("PATH", "HOME")},
    )
    found: dict[str, str] = json.loads(ended.stdout)
    return found
