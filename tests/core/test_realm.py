"""Which token services may be trusted with logins at all, and who may say so."""

from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.core.actions import TRUST_REALM
from wizard.core.diagnosis import Diagnosis, Evidence, Fault, Problem, Stage, diagnose
from wizard.core.realm import realm_in, wrong_realm

SAFE = "https://tokens.test/token"


def refused(realm: str) -> Diagnosis:
    facts = {"host": "r.test", "realm": realm}
    seen = Evidence(Stage.TOKEN, "r.test", "elsewhere", "r.test", fault=Fault.REALM, facts=facts)
    return diagnose(Problem(seen, cause="login.realm-refused"), CATALOGUE)


@pytest.mark.parametrize("url", [SAFE, "http://localhost:5001/token", "https://t.test:8443"])
def test_encrypted_ones_and_those_of_this_machine_may_be(url: str) -> None:
    assert wrong_realm(url) == ""
    assert realm_in(f"registry-wizard setup r.test/PATH --trust-realm {url}") == url


@pytest.mark.parametrize(
    "url",
    [
        "http://t.test/token",
        "t.test",
        "https://me@t.test",
        "https://t.test?a=b",
        "REALM",
        "https://",
    ],
)
def test_no_other_may_be(url: str) -> None:
    assert wrong_realm(url)
    assert realm_in(f"registry-wizard setup r.test/PATH --trust-realm {url}") == ""


@pytest.mark.parametrize("command", ["", "registry-wizard setup", "x --trust-realm"])
def test_a_command_without_one_names_none(command: str) -> None:
    assert realm_in(command) == ""


def test_a_person_is_asked_about_a_safe_one_and_nothing_does_it_by_itself() -> None:
    (fix,) = (fix for fix in refused(SAFE).fixes if fix.action)

    assert (fix.action, fix.automatic) == (TRUST_REALM, False)
    assert SAFE in fix.title
    assert fix.risk


def test_about_one_that_is_not_safe_nobody_is_asked() -> None:
    assert not [fix for fix in refused("http://t.test/token").fixes if fix.action]
