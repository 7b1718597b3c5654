"""Each cause on the way to a registry, made to happen and named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.answering import answering
from tests.journeys.conftest import leave
from tests.journeys.person import Person
from tests.journeys.verdicts import causes, one_failure, warned
from tests.lab.conftest import NewLab
from tests.lab.lab import REGISTRY_HOST, Lab
from tests.lab.registry import docker_registry
from tests.support.certificates import Leaf, self_signed

pytestmark = [pytest.mark.lab, pytest.mark.engine]

GHCR = "ghcr.io/practice"
ALL_DAY = dt.timedelta(days=1)


@contextmanager
def over_tls(lab: Lab, leaf: Leaf) -> Iterator[str]:
    """The prefix of a real docker-registry with this certificate."""
    with docker_registry(lab.machine, port=5001, leaf=leaf):
        yield f"{REGISTRY_HOST}:5001/team"


@pytest.mark.parametrize(
    ("cause", "prefix"),
    [
        ("network.dns", "registry.nowhere.test/team"),
        ("network.unreachable", f"{REGISTRY_HOST}:9/team"),
    ],
)
def test_a_place_where_no_registry_is(person: Person, cause: str, prefix: str) -> None:
    for outcome in (person.set_up(prefix), person.examine(prefix, "--push")):
        one_failure(outcome, cause)


@pytest.mark.parametrize(
    ("cause", "fault"),
    [
        ("network.timeout", "silent"),
        ("network.intercepted", "login-page"),
        ("network.registry-down", "registry-down"),
        ("network.rate-limited", "rate-limited"),
    ],
)
def test_a_registry_that_cannot_be_talked_to(person: Person, cause: str, fault: str) -> None:
    person.lab.sandbox.switch_fault(fault, on=True)

    outcome = person.examine(GHCR, "--timeout", "1")

    assert one_failure(outcome, cause)["step"] == "registry"


@causes("network.tls-untrusted")
def test_nobody_but_itself_vouches_for_the_certificate(
    person: Person, tmp_path: Path, cause: str
) -> None:
    with over_tls(person.lab, self_signed(tmp_path, REGISTRY_HOST)) as prefix:
        one_failure(person.set_up(prefix), cause)


@causes("network.tls-untrusted")
def test_the_authority_is_unknown_until_the_variable_names_it(new_lab: NewLab, cause: str) -> None:
    lab = new_lab(trusted=False, docker=False)
    person = Person(lab)
    with over_tls(lab, lab.leaf) as prefix:
        one_failure(person.set_up(prefix), cause)

        trusting = {"SSL_CERT_FILE": str(lab.authority.certificate)}
        assert person.set_up(prefix, env=trusting).is_ready()
    leave(person)


@pytest.mark.parametrize(
    ("cause", "names", "until"),
    [
        ("network.tls-invalid", [REGISTRY_HOST], -ALL_DAY),
        ("network.tls-invalid", ["another.lab.test"], 7 * ALL_DAY),
    ],
    ids=["network.tls-invalid-expired", "network.tls-invalid-another-host"],
)
def test_a_certificate_that_is_not_valid_here(
    person: Person, cause: str, names: list[str], until: dt.timedelta
) -> None:
    leaf = person.lab.authority.issue(*names, valid_from=-9 * ALL_DAY, valid_until=until)
    with over_tls(person.lab, leaf) as prefix:
        one_failure(person.set_up(prefix), cause)


@causes("network.clock-wrong")
def test_a_clock_that_is_a_year_ahead_is_blamed_and_not_the_certificate(
    person: Person, cause: str
) -> None:
    with answering(person.lab.machine, port=80):
        row = one_failure(person.examine(GHCR, clock="+400d"), cause)

    assert "its certificate has expired" in row["evidence"][0]
    assert "the server's clock is" in row["evidence"][1]


@causes("network.clock-wrong")
def test_a_clock_that_is_off_by_hours_stops_nothing_and_is_told(person: Person, cause: str) -> None:
    outcome = person.examine(f"{GHCR}", clock="+3h")

    assert "180 minutes" in warned(outcome, cause)["evidence"][0]
    one_failure(outcome, "login.missing")


@causes("network.plain-http")
def test_a_registry_without_tls_that_is_not_this_machine(person: Person, cause: str) -> None:
    with docker_registry(person.lab.machine):
        one_failure(person.set_up(f"{REGISTRY_HOST}:5000/team"), cause)


@causes("network.proxy")
def test_a_proxy_that_nobody_runs(person: Person, cause: str) -> None:
    env = {"HTTPS_PROXY": f"http://ada:open-sesame@{REGISTRY_HOST}:9"}

    outcome = person.examine(GHCR, env=env)

    one_failure(outcome, cause)
    assert "open-sesame" not in outcome.out + outcome.err


@causes("network.proxy")
def test_a_proxy_that_wants_a_login(person: Person, cause: str) -> None:
    with answering(person.lab.machine, port=3128, status=407):
        env = {"HTTPS_PROXY": f"http://{REGISTRY_HOST}:3128"}

        row = one_failure(person.examine(GHCR, env=env), cause)

    assert "407" in row["evidence"][0]
