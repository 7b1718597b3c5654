"""Logins to Amazon ECR that nobody stores: made from AWS's session whenever docker asks."""

from __future__ import annotations

import json
import os

import pytest

from tests.journeys.person import Outcome, Person
from tests.journeys.verdicts import one_failure
from tests.support.aws import KEYS_OF_ADA, SSO_PROFILE
from tests.support.keyrings import write_own_helper
from tests.support.needs import need_program
from wizard.sandbox.dialects.aws import ACCOUNT, ADA
from wizard.sandbox.dialects.ecr import HOST

pytestmark = [pytest.mark.lab, pytest.mark.engine]

PREFIX = f"{HOST}/team"
CLUSTER = ("--cluster-account", ACCOUNT)
API = "api.ecr.us-east-1.amazonaws.com"


@pytest.fixture
def environ(person: Person) -> dict[str, str]:
    """A machine with the wizard installed; the practice's password must be found nowhere on it."""
    folder = person.home / "bin"
    folder.mkdir()
    write_own_helper(folder)
    person.secrets[ADA.password] = "AWS"
    # There is no role of this machine: the lab has no such address, and asking would take long.
    path = f"{folder}:{os.environ['PATH']}"
    return {"PATH": path, "AWS_EC2_METADATA_DISABLED": "true"}


def aws_profile(person: Person, header: str) -> None:
    folder = person.home / ".aws"
    folder.mkdir()
    (folder / "config").write_text(f"[{header}]\naws_account_id = {ACCOUNT}\n{KEYS_OF_ADA}")


def set_up(person: Person, environ: dict[str, str]) -> Outcome:
    consent = ("--create-repository", *CLUSTER)
    return person.set_up(PREFIX, *consent, engine="docker", store="auto", env=environ)


def docker_pushes(person: Person, environ: dict[str, str]) -> int:
    """With the login that docker finds by itself; how often Amazon was asked for one."""
    image = f"{PREFIX}/app:by-hand"
    person.lab.sandbox.forget_requests()
    person.lab.build(image).succeeded()
    person.lab.run(["docker", "push", image], env=environ).succeeded()
    return sum(one.host == API for one in person.lab.sandbox.requests)


def minted(person: Person) -> dict[str, object]:
    file = person.home / ".config" / "registry-wizard" / "minted.json"
    found: dict[str, object] = json.loads(file.read_text())["hosts"]
    return found


def test_amazons_own_helper_is_named_for_this_host_and_docker_pushes_with_it(
    person: Person, environ: dict[str, str]
) -> None:
    need_program("docker-credential-ecr-login", "amazon-ecr-credential-helper")
    aws_profile(person, "default")
    person.keeps.add(person.home / ".ecr" / "cache.json")  # its own cache, of 12 hours

    outcome = set_up(person, environ)

    assert outcome.is_ready(), outcome.told()
    assert json.loads(person.config.read_text()) == {"credHelpers": {HOST: "ecr-login"}}
    docker_pushes(person, environ)


def test_the_wizards_own_helper_asks_for_the_profile_that_was_agreed_to(
    person: Person, environ: dict[str, str]
) -> None:
    """Amazon's own helper would take another session: it is passed over."""
    aws_profile(person, "profile dev")

    outcome = set_up(person, environ)

    assert outcome.is_ready(), outcome.told()
    assert outcome.row("login.stored")["summary"].endswith("no secret is kept")
    assert json.loads(person.config.read_text()) == {"credHelpers": {HOST: "registry-wizard"}}
    assert minted(person) == {HOST: {"cloud": "aws", "origin": "profile:dev"}}
    assert docker_pushes(person, environ) >= 1


def test_without_any_helper_a_login_of_twelve_hours_is_stored_and_its_end_is_told(
    person: Person, environ: dict[str, str]
) -> None:
    """In plain text, since that was asked for: nothing else was agreed to."""
    aws_profile(person, "profile dev")
    bare = {**environ, "PATH": os.environ["PATH"]}
    consent = ("--create-repository", *CLUSTER)

    outcome = person.set_up(PREFIX, *consent, engine="docker", store="plaintext", env=bare)

    assert outcome.is_ready(), outcome.told()
    row = outcome.row("login.stored")
    assert row["cause"] == "store.plaintext"
    assert any("it lasts 12 hours, until " in line for line in row["evidence"])
    assert docker_pushes(person, bare) == 0


def test_a_session_that_ran_out_since_then_is_the_reason_and_not_the_helper(
    person: Person, environ: dict[str, str]
) -> None:
    aws_profile(person, "profile dev")
    assert set_up(person, environ).is_ready()
    (person.home / ".aws" / "config").write_text(SSO_PROFILE)

    pushed = person.lab.run(["docker", "push", f"{PREFIX}/app:1"], env=environ)
    again = person.set_up(PREFIX, engine="docker", env=environ)

    assert pushed.status != 0
    row = one_failure(again, "login.cloud-expired")
    # That one and no other: neither Google's nor another profile's.
    assert [fix["command"] for fix in row["fixes"]] == ["aws sso login --profile dev"]


def test_on_the_first_day_too_an_ended_session_is_named_with_its_command(
    person: Person, environ: dict[str, str]
) -> None:
    nobody = person.examine(PREFIX, env=environ)
    (person.home / ".aws").mkdir()
    (person.home / ".aws" / "config").write_text(SSO_PROFILE)
    ended = person.examine(PREFIX, env=environ)

    row = one_failure(nobody, "login.cloud-missing")
    assert row["fixes"][0]["command"] == "aws configure sso"
    row = one_failure(ended, "login.cloud-expired")
    assert [fix["command"] for fix in row["fixes"]] == ["aws sso login --profile dev"]
