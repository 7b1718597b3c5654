"""Each hosted registry under its own name: the unmodified program, dockerd, skopeo, one machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from tests.journeys.person import Outcome, Person
from tests.journeys.test_ghcr import everybody_says
from wizard.sandbox.dialects import aws
from wizard.sandbox.dialects.ecr import Ecr
from wizard.sandbox.dialects.ecr_public import EcrPublic

pytestmark = [pytest.mark.lab, pytest.mark.engine]


@dataclass(frozen=True)
class Hosted:
    """Where the practice account pushes, the consent that it takes there, and what is proven."""

    prefix: str
    consent: tuple[str, ...] = ()
    pull: str = "public"
    environ: Mapping[str, str] = field(default_factory=dict)
    """How the provider's SDK finds the account; by its real names, as everything in the lab."""

    @property
    def host(self) -> str:
        return self.prefix.partition("/")[0]


def by_real_names(environ: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in environ.items() if "ENDPOINT" not in name}


HOSTED = {
    "dockerhub": Hosted("docker.io/practice"),
    "gar": Hosted(
        "us-docker.pkg.dev/practice-project/images", ("--create-repository", "--make-public")
    ),
    "ecr": Hosted(
        Ecr.prefix,
        ("--create-repository", "--cluster-account", aws.FOREIGN_ACCOUNT, "--grant-cluster"),
        pull="declared",
        environ=by_real_names(Ecr().environ("")),
    ),
    "ecr-public": Hosted(EcrPublic.prefix, ("--create-repository",)),
}
ENVIRON = {name: value for hosted in HOSTED.values() for name, value in hosted.environ.items()}
"""One machine has them all."""


def first_time(person: Person, hosted: Hosted) -> Outcome:
    account = person.lab.sandbox.account_for(hosted.host)
    return person.set_up(
        hosted.prefix,
        *hosted.consent,
        engine="docker",
        store="plaintext",
        secret=account.secret,
        username=account.login,
        env=ENVIRON,
    )


@pytest.mark.parametrize("kind", HOSTED)
def test_from_nothing_to_an_image_that_is_as_pullable_as_it_is_called_and_again_for_nothing(
    person: Person, kind: str
) -> None:
    hosted = HOSTED[kind]

    outcome = first_time(person, hosted)

    assert outcome.is_ready(), outcome.told()
    assert outcome.document["pull"] == hosted.pull
    assert outcome.document["profile"]["kind"] == kind
    reference = outcome.document["image"]["reference"]
    everybody_says(person, reference, is_public=hosted.pull == "public")

    # The second time asks for nothing and changes nothing.
    before = person.config.read_bytes()
    again = person.set_up(hosted.prefix, engine="docker", env=ENVIRON)
    assert again.is_ready(), again.told()
    assert (again.document["pull"], again.document["changes"]) == (hosted.pull, [])
    assert person.config.read_bytes() == before


def test_from_one_registry_to_another_and_back(person: Person) -> None:
    for hosted in HOSTED.values():
        outcome = first_time(person, hosted)
        assert outcome.is_ready(), outcome.told()
    names = {row["kind"]: row["name"] for row in person.ask("profiles").document["profiles"]}

    # From the last to the first, and so on back to the last.
    for kind, hosted in HOSTED.items():
        switched = person.ask("switch", names[kind], "--yes", env=ENVIRON)
        assert switched.is_ready(), switched.told()
        assert switched.document["profile"]["prefix"] == hosted.prefix


CREATED = [kind for kind, hosted in HOSTED.items() if "--create-repository" in hosted.consent]


@pytest.mark.parametrize("kind", CREATED)
def test_without_consent_nothing_is_made_in_the_cloud(person: Person, kind: str) -> None:
    hosted = replace(HOSTED[kind], consent=())

    # Twice: had the first made anything, the second would find it.
    for outcome in (first_time(person, hosted), first_time(person, hosted)):
        assert not outcome.is_ready()
        row = outcome.row("push.repository")
        assert row["cause"] == "push.repository-missing"
        assert any(fix["automatic"] for fix in row["fixes"])
