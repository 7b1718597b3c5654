"""Each cause that a login can have, made to happen at the practice GHCR and named."""

from __future__ import annotations

import json

import pytest

from tests.journeys.person import Person
from tests.journeys.verdicts import causes, one_failure
from tests.support.logins import auth
from wizard.sandbox import accounts

pytestmark = [pytest.mark.lab, pytest.mark.engine]

GHCR = "ghcr.io/practice"
UNKNOWN = "ghp_CANARY-7e1f/%+&~"
"""GitHub never gave it out."""
SSO = f"ghcr.io/{accounts.SSO_ORGANISATION}"


@causes("login.missing")
def test_nobody_has_logged_in(person: Person, cause: str) -> None:
    for outcome in (person.set_up(GHCR), person.examine(GHCR)):
        assert one_failure(outcome, cause)["step"] == "login"


@pytest.mark.parametrize(
    ("cause", "secret", "prefix"),
    [
        pytest.param("login.rejected", UNKNOWN, GHCR, id="login.rejected"),
        ("login.expired", accounts.EXPIRED_TOKEN, GHCR),
        ("login.token-kind", accounts.FINE_GRAINED_TOKEN, GHCR),
        ("login.token-kind", accounts.APP_TOKEN, GHCR),
        ("login.token-kind", "my-password-at-github", GHCR),
        ("login.scope-missing", accounts.READ_TOKEN, GHCR),
        ("login.scope-missing", accounts.GH_TOKEN, GHCR),
        ("login.sso-required", accounts.WRITE_TOKEN, SSO),
    ],
)
def test_a_token_that_does_not_serve_is_told_before_it_is_stored(
    person: Person, cause: str, secret: str, prefix: str
) -> None:
    outcome = person.set_up(prefix, secret=secret, store="plaintext")

    assert one_failure(outcome, cause)["id"] == "login.accepted"
    assert outcome.document["changes"] == []
    assert not person.config.exists()


@pytest.mark.parametrize(
    ("cause", "secret"),
    [
        pytest.param("login.rejected", UNKNOWN, id="login.rejected"),
        ("login.expired", accounts.EXPIRED_TOKEN),
        ("login.scope-missing", accounts.READ_TOKEN),
    ],
)
def test_a_token_that_docker_has_and_that_does_not_serve_any_more(
    person: Person, cause: str, secret: str
) -> None:
    person.secrets[secret] = "practice"
    person.keeps.add(person.config)
    before = person.write_config({"auths": {"ghcr.io": {"auth": auth("practice", secret)}}})
    content = before.read_bytes()

    outcome = person.examine(GHCR)

    assert one_failure(outcome, cause)["id"] == "login.found"
    assert before.read_bytes() == content


@causes("login.scope-missing")
def test_the_session_of_gh_is_found_and_what_it_lacks_is_one_command(
    person: Person, cause: str
) -> None:
    outcome = person.set_up(GHCR, secret=accounts.GH_TOKEN)

    commands = [fix["command"] for fix in one_failure(outcome, cause)["fixes"]]
    assert "gh auth refresh -h github.com -s write:packages,delete:packages" in commands


@pytest.mark.parametrize(
    ("cause", "fault"),
    [("login.realm-refused", "foreign-realm"), ("login.realm-refused", "http-realm")],
)
def test_a_login_that_is_asked_for_elsewhere_is_not_sent(
    person: Person, cause: str, fault: str
) -> None:
    person.lab.sandbox.switch_fault(fault, on=True)

    outcome = person.set_up(GHCR, secret=person.lab.sandbox.account.secret)

    one_failure(outcome, cause)
    asked = [seen for seen in person.lab.sandbox.requests if seen.host == "ghcr.io"]
    assert asked
    assert not any(seen.authorized for seen in asked)
    assert json.loads(outcome.out)["changes"] == []
