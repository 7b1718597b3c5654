"""Docker Hub when private is wanted: the repository is made before the push would publish it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.person import Outcome, Person
from tests.journeys.verdicts import one_failure

pytestmark = [pytest.mark.lab, pytest.mark.engine]

HUB = "docker.io/practice"
MANAGEMENT = "hub.docker.com"


def set_up(person: Person, *more: str) -> Outcome:
    account = person.lab.sandbox.account_for("docker.io")
    login: dict[str, Any] = {"secret": account.secret, "username": account.login}
    return person.set_up(HUB, *more, store="plaintext", **login)


def test_it_is_made_private_and_the_image_is_not_for_everybody(person: Person) -> None:
    outcome = set_up(person, "--private", "--create-repository")

    row = one_failure(outcome, "pull.private")
    assert outcome.row("push.repository")["summary"].startswith("made the private repository")
    assert outcome.row("push.image")["status"] == "pass"
    assert any("settings" in (fix["url"] or "") for fix in row["fixes"])


def test_without_consent_nothing_is_made_and_nothing_pushed(person: Person) -> None:
    outcome = set_up(person, "--private")

    assert outcome.row("push.repository")["cause"] == "push.repository-missing"
    sent = [s for s in person.lab.sandbox.requests if s.method in ("POST", "PUT", "PATCH")]
    assert not any("/blobs/uploads/" in seen.path or "/repositories" in seen.path for seen in sent)


def test_one_that_is_public_already_stops_the_push(person: Person) -> None:
    assert set_up(person).is_ready()

    one_failure(set_up(person, "--private", "--create-repository"), "push.already-public")
