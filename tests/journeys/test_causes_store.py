"""Each cause that a credential store can have, made to happen by programs that misbehave."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.journeys.canary import is_in
from tests.journeys.person import Outcome, Person
from tests.journeys.verdicts import causes, one_failure, warned
from tests.support.credential_helpers import FakeStore
from tests.support.needs import need_program

pytestmark = [pytest.mark.lab, pytest.mark.engine]

GHCR = "ghcr.io/practice"

MISBEHAVES = pytest.mark.parametrize(
    ("cause", "behaviour"),
    [
        ("store.helper-failing", "error"),
        ("store.helper-failing", "junk"),
        ("store.helper-failing", "crash"),
        ("store.helper-hung", "hang"),
        ("store.locked", "locked"),
    ],
)


def with_helper(person: Person, name: str, behaviour: str = "ok") -> FakeStore:
    folder = person.home / "bin"
    folder.mkdir(exist_ok=True)
    person.keeps.add(folder / f"{name}.json")
    return FakeStore(folder, name, behaviour)


def path_with(person: Person, *more: str) -> dict[str, str]:
    return {"PATH": os.pathsep.join([str(person.home / "bin"), *more])}


def setting_up(person: Person, store: str, **env: str) -> Outcome:
    secret = person.lab.sandbox.account.secret
    return person.set_up(GHCR, secret=secret, store=store, env=env)


@causes("store.helper-missing")
def test_the_configured_helper_is_not_on_path(person: Person, cause: str) -> None:
    config = person.write_config({"credsStore": "osxkeychain", "auths": {"ghcr.io": {}}})
    content = config.read_bytes()

    for outcome in (person.examine(GHCR), setting_up(person, "auto")):
        assert one_failure(outcome, cause)["step"] == "login"
    assert config.read_bytes() == content


@MISBEHAVES
def test_the_configured_helper_misbehaves(person: Person, cause: str, behaviour: str) -> None:
    with_helper(person, "odd", behaviour)
    config = person.write_config({"credHelpers": {"ghcr.io": "odd"}})
    content = config.read_bytes()
    env = path_with(person, os.environ["PATH"])

    assert one_failure(person.examine(GHCR, env=env), cause)["id"] == "login.found"
    if behaviour != "hang":  # waiting for it once is enough
        assert one_failure(setting_up(person, "auto", **env), cause)["id"] == "login.stored"
    assert config.read_bytes() == content


@pytest.mark.parametrize(
    ("cause", "behaviour"),
    [("store.helper-failing", "lies"), ("store.helper-failing", "store-fails-later")],
)
def test_a_helper_that_keeps_something_else_or_nothing(
    person: Person, cause: str, behaviour: str
) -> None:
    helper = with_helper(person, "odd", behaviour)
    config = person.write_config({"credsStore": "odd"})
    content = config.read_bytes()

    outcome = setting_up(person, "auto", **path_with(person, os.environ["PATH"]))

    one_failure(outcome, cause)
    assert config.read_bytes() == content
    assert helper.items == {}


@pytest.mark.parametrize(("cause", "store"), [("store.none", "auto"), ("store.none", "helper")])
def test_no_safe_store_is_here_and_plain_text_is_never_chosen(
    person: Person, cause: str, store: str
) -> None:
    only = person.home / "bin"
    only.mkdir()
    (only / "nsenter").symlink_to(need_program("nsenter", "util-linux"))  # the lab's own door

    outcome = setting_up(person, store, **path_with(person))

    row = one_failure(outcome, cause)
    assert row["id"] == "login.stored"
    assert not person.config.exists()


@causes("store.plaintext")
def test_a_login_that_lies_open_is_a_warning_where_it_is_found_and_where_it_is_put(
    person: Person, cause: str
) -> None:
    stored = setting_up(person, "plaintext")
    found = person.examine(GHCR)

    for outcome in (stored, found):
        assert str(person.config) in warned(outcome, cause)["evidence"][0]
    assert found.statuses["login.found"] == "pass"


def test_a_helper_that_works_keeps_the_login_and_is_told_nothing_else(person: Person) -> None:
    helper = with_helper(person, "good")
    person.write_config({"credsStore": "good"})
    env = path_with(person, os.environ["PATH"])

    outcome = setting_up(person, "auto", **env)
    again = person.examine(GHCR, env=env)

    assert outcome.statuses["login.stored"] == "pass"
    assert again.statuses["login.found"] == "pass"
    secret = person.lab.sandbox.account.secret
    assert ("practice", secret) in helper.items.values()
    assert not is_in(person.config.read_bytes(), secret, "practice")
    for environment, argv in zip(helper.environments, helper.arguments, strict=True):
        assert not is_in(str((environment, argv)).encode(), secret, "practice")
    assert Path(helper.program).exists()
