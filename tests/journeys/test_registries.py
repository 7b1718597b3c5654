"""Each hosted registry under its own name: the unmodified program, dockerd, skopeo, one machine."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.journeys.person import Outcome, Person
from tests.journeys.test_ghcr import everybody_says

pytestmark = [pytest.mark.lab, pytest.mark.engine]


@dataclass(frozen=True)
class Hosted:
    """Where the practice account pushes, and the consent that it takes there."""

    prefix: str
    consent: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        return self.prefix.partition("/")[0]


HOSTED = {
    "dockerhub": Hosted("docker.io/practice"),
    "gar": Hosted(
        "us-docker.pkg.dev/practice-project/images", ("--create-repository", "--make-public")
    ),
}


def first_time(person: Person, hosted: Hosted) -> Outcome:
    account = person.lab.sandbox.account_for(hosted.host)
    return person.set_up(
        hosted.prefix,
        *hosted.consent,
        engine="docker",
        store="plaintext",
        secret=account.secret,
        username=account.login,
    )


@pytest.mark.parametrize("kind", HOSTED)
def test_from_nothing_to_an_image_that_everybody_pulls(person: Person, kind: str) -> None:
    outcome = first_time(person, HOSTED[kind])

    assert outcome.is_ready(), outcome.told()
    assert outcome.document["pull"] == "public"
    assert outcome.document["profile"]["kind"] == kind
    everybody_says(person, outcome.document["image"]["reference"], is_public=True)


@pytest.mark.parametrize("kind", HOSTED)
def test_the_second_time_asks_for_nothing_and_changes_nothing(person: Person, kind: str) -> None:
    assert first_time(person, HOSTED[kind]).is_ready()
    before = person.config.read_bytes()

    again = person.set_up(HOSTED[kind].prefix, engine="docker")

    assert again.is_ready(), again.told()
    assert again.document["changes"] == []
    assert person.config.read_bytes() == before


def test_from_one_registry_to_another_and_back(person: Person) -> None:
    for hosted in HOSTED.values():
        outcome = first_time(person, hosted)
        assert outcome.is_ready(), outcome.told()
    names = {row["kind"]: row["name"] for row in person.ask("profiles").document["profiles"]}

    for kind in (*HOSTED, *reversed(HOSTED)):
        switched = person.ask("switch", names[kind], "--yes")
        assert switched.is_ready(), switched.told()
        assert switched.document["profile"]["prefix"] == HOSTED[kind].prefix


def test_without_consent_nothing_is_made_in_the_cloud(person: Person) -> None:
    hosted = Hosted(HOSTED["gar"].prefix)

    outcome = first_time(person, hosted)

    assert not outcome.is_ready()
    row = outcome.row("push.repository")
    assert row["cause"] == "push.repository-missing"
    assert any(fix["automatic"] for fix in row["fixes"])
    asked = [seen.path for seen in person.lab.sandbox.requests if seen.method == "POST"]
    assert not any(path.endswith("/repositories") for path in asked)
