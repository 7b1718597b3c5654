"""Logins to ECR Public that nobody stores: made from AWS's session whenever docker pushes."""

from __future__ import annotations

import json

import pytest

from tests.journeys.person import Outcome, Person
from tests.journeys.test_minted import aws_profile, environ, minted
from tests.journeys.verdicts import one_failure
from tests.support.aws import SSO_PROFILE
from tests.support.needs import need_program
from wizard.sandbox.dialects.ecr_public import HOST, EcrPublic
from wizard.sandbox.dialects.ecr_public_api import API_HOST

__all__ = ["environ"]

pytestmark = [pytest.mark.lab, pytest.mark.engine]


def set_up(person: Person, environ: dict[str, str]) -> Outcome:
    consent = ("--create-repository",)
    return person.set_up(EcrPublic.prefix, *consent, engine="docker", store="auto", env=environ)


def docker_pushes(person: Person, environ: dict[str, str]) -> int:
    """With the login that docker finds by itself; how often Amazon was asked for one."""
    image = f"{EcrPublic.prefix}/app:by-hand"
    person.lab.sandbox.forget_requests()
    person.lab.build(image).succeeded()
    person.lab.run(["docker", "push", image], env=environ).succeeded()
    return sum(one.host == API_HOST for one in person.lab.sandbox.requests)


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


def test_the_wizards_own_helper_asks_for_the_only_profile_until_its_session_runs_out(
    person: Person, environ: dict[str, str]
) -> None:
    aws_profile(person, "profile dev")

    outcome = set_up(person, environ)

    assert outcome.is_ready(), outcome.told()
    assert outcome.row("login.stored")["summary"].endswith("no secret is kept")
    assert json.loads(person.config.read_text()) == {"credHelpers": {HOST: "registry-wizard"}}
    assert minted(person) == {HOST: {"cloud": "aws", "origin": "profile:dev"}}
    assert docker_pushes(person, environ) >= 1

    (person.home / ".aws" / "config").write_text(SSO_PROFILE)
    again = person.set_up(EcrPublic.prefix, engine="docker", env=environ)

    row = one_failure(again, "login.cloud-expired")
    assert [fix["command"] for fix in row["fixes"]] == ["aws sso login --profile dev"]
