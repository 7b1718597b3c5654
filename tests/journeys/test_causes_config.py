"""Files and variables that stand in the way, made to stand there and named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.journeys.canary import new_canary
from tests.journeys.person import Person
from tests.journeys.verdicts import causes, one_failure, warned
from tests.lab.machine import NOBODY
from tests.support.logins import auth
from wizard.sandbox import accounts

pytestmark = [pytest.mark.lab, pytest.mark.engine]

GHCR = "ghcr.io/practice"
TOKEN = accounts.WRITE_TOKEN


@pytest.mark.parametrize(
    ("cause", "content"),
    [
        ("config.docker-malformed", '{"auths": {"ghcr.io": {}'),
        ("config.docker-malformed", '{"auths": []}'),
        ("config.docker-malformed", "auths:\n  ghcr.io: {}\n"),
        ("config.docker-malformed", "\x00\x01\x02"),
        ("config.docker-malformed", '{"auths": {}, "auths": {}}'),
        ("config.docker-malformed", "[" * 100_000),
    ],
    ids=lambda given: given if given.startswith("config.") else f"{len(given)}-bytes",
)
def test_dockers_file_is_not_what_it_should_be(person: Person, cause: str, content: str) -> None:
    config = person.write_config(content)

    examined = person.examine(GHCR)
    stored = person.set_up(GHCR, secret=TOKEN, store="plaintext")

    assert one_failure(stored, cause)["id"] == "login.stored"
    assert one_failure(examined, cause)["id"] == "login.found"
    assert config.read_text() == content


@causes("config.docker-unwritable")
def test_dockers_folder_belongs_to_somebody_else(person: Person, cause: str) -> None:
    config = person.write_config({"auths": {}})
    content = config.read_bytes()
    os.chown(person.home, NOBODY, NOBODY)

    outcome = person.set_up(GHCR, secret=TOKEN, store="plaintext", as_nobody=True)

    assert one_failure(outcome, cause)["id"] == "login.stored"
    assert config.read_bytes() == content


@pytest.mark.parametrize(
    ("cause", "content"),
    [
        ("config.wizard-damaged", "version = 1\n[profiles\n"),
        ("config.wizard-damaged", 'version = "one"\n'),
        ("config.wizard-newer", 'version = 999\n[future]\nkey = "value"\n'),
    ],
)
@pytest.mark.parametrize("line", ["doctor", "profiles", "setup ghcr.io/practice --yes"])
def test_our_own_file_is_damaged_or_newer_and_kept(
    person: Person, cause: str, content: str, line: str
) -> None:
    person.settings.parent.mkdir(parents=True)
    person.settings.write_text(content)

    outcome = person.ask(*line.split())

    assert outcome.code == 1
    assert outcome.document["error"]["cause"] == cause
    assert person.settings.read_text() == content
    assert list(person.settings.parent.iterdir()) == [person.settings]


@causes("config.wizard-unwritable")
def test_our_own_folder_belongs_to_somebody_else(person: Person, cause: str) -> None:
    person.settings.parent.mkdir(parents=True)

    outcome = person.set_up(GHCR, secret=TOKEN, as_nobody=True)

    assert outcome.code == 1
    assert outcome.document["error"]["cause"] == cause
    assert list(person.settings.parent.iterdir()) == []


@causes("config.environment-shadows")
def test_a_variable_is_asked_before_any_file(person: Person, cause: str) -> None:
    person.keeps.add(person.config)
    person.write_config({"auths": {"ghcr.io": {"auth": auth("practice", TOKEN)}}})
    shadow = json.dumps({"auths": {"ghcr.io": {"auth": auth("practice", TOKEN)}}})

    outcome = person.examine(GHCR, env={"DOCKER_AUTH_CONFIG": shadow})

    assert "DOCKER_AUTH_CONFIG" in warned(outcome, cause)["evidence"][0]


@causes("config.environment-shadows")
def test_what_is_stored_will_not_be_used_and_that_is_told(person: Person, cause: str) -> None:
    secret = new_canary("ghp_")
    person.secrets[secret] = "ada"
    shadow = json.dumps({"auths": {"ghcr.io": {"auth": auth("ada", secret)}}})

    outcome = person.set_up(
        GHCR, secret=TOKEN, store="plaintext", env={"DOCKER_AUTH_CONFIG": shadow}
    )

    assert warned(outcome, cause)["step"] == "login"


@causes("config.podman-shadows")
def test_podman_has_another_login_in_its_own_file(person: Person, cause: str) -> None:
    mine = person.write_config({"auths": {"ghcr.io": {"auth": auth("practice", TOKEN)}}})
    runtime = person.home / "run"
    theirs = runtime / "containers" / "auth.json"
    theirs.parent.mkdir(parents=True)
    secret = new_canary()
    theirs.write_text(json.dumps({"auths": {"ghcr.io": {"auth": auth("bob", secret)}}}))
    person.secrets.update({secret: "bob", TOKEN: "practice"})
    person.keeps |= {mine, theirs}

    outcome = person.examine(GHCR, env={"XDG_RUNTIME_DIR": str(runtime)})

    assert "bob" in warned(outcome, cause)["evidence"][0]
    assert outcome.statuses["login.found"] == "pass"


def test_the_file_that_was_malformed_is_mended_by_hand_and_the_journey_goes_on(
    person: Person,
) -> None:
    config: Path = person.write_config("{")
    assert not person.set_up(GHCR, secret=TOKEN, store="plaintext").is_ready()
    config.write_text("{}")

    outcome = person.set_up(GHCR, secret=TOKEN, store="plaintext")

    one_failure(outcome, "pull.private")
    assert json.loads(config.read_text())["auths"]["ghcr.io"]["auth"] == auth("practice", TOKEN)
