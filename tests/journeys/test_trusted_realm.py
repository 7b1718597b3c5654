"""A self-hosted registry whose token service stands elsewhere, as GitLab's may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.canary import new_canary
from tests.journeys.front import front
from tests.journeys.person import Person
from tests.journeys.verdicts import one_failure
from tests.lab.lab import REGISTRY_HOST
from tests.support import docker_registry as outside
from tests.support.token_service import TokenService, User

pytestmark = [pytest.mark.lab, pytest.mark.engine]

REALM = f"https://{REGISTRY_HOST}:5002/token"
PREFIX = f"{REGISTRY_HOST}:5001/ada"


@contextmanager
def tokens_elsewhere(person: Person, folder: Path, password: str) -> Iterator[TokenService]:
    """The registry on one port, and the service that it sends clients to on another."""
    lab = person.lab
    tokens = TokenService(
        folder,
        users={"ada": User(password, {"ada/*": {"pull", "push", "delete"}})},
        anonymous={"ada/*": {"pull"}},
        realm=REALM,
    )
    with (
        tokens,
        outside.docker_registry(folder, tokens=tokens) as registry,
        front(lab.machine, lab.leaf, port=5001, registry=registry.host, tokens=tokens.host),
        front(lab.machine, lab.leaf, port=5002, registry=registry.host, tokens=tokens.host),
    ):
        yield tokens


def test_a_login_goes_there_once_the_user_has_said_that_it_is_theirs(
    person: Person, tmp_path: Path
) -> None:
    password = new_canary()
    login = {"store": "plaintext", "secret": password, "username": "ada"}
    with tokens_elsewhere(person, tmp_path, password):
        row = one_failure(person.set_up(PREFIX, **login), "login.realm-refused")
        shown = [fix["command"] for fix in row["fixes"] if fix["command"]]
        assert f"registry-wizard setup {REGISTRY_HOST}:5001/PATH --trust-realm {REALM}" in shown

        trusting = person.set_up(PREFIX, "--trust-realm", REALM, **login)
        assert trusting.is_ready(), trusting.told()
        assert REALM in person.settings.read_text()

        assert person.ask("doctor", "--push").is_ready()


def test_trust_is_for_this_registry_and_this_very_address(person: Person, tmp_path: Path) -> None:
    password = new_canary()
    login = {"store": "plaintext", "secret": password, "username": "ada"}
    other = f"https://{REGISTRY_HOST}:5002/steal"
    with tokens_elsewhere(person, tmp_path, password):
        refused = person.set_up(PREFIX, "--trust-realm", other, **login)

    one_failure(refused, "login.realm-refused")


@pytest.mark.parametrize(
    "url",
    ["http://tokens.corp.test/t", "tokens.corp.test", "https://ada@tokens.corp.test/t", "https://"],
)
def test_an_address_to_which_no_login_should_go_is_refused(person: Person, url: str) -> None:
    outcome = person.run("setup", PREFIX, "--yes", "--trust-realm", url)

    assert outcome.code == 2
    assert "--trust-realm" in outcome.err
    assert not person.settings.exists()
