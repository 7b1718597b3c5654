"""Where a login could be kept is tried and told before a secret is asked for."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_terminal import answer
from tests.support.command_line import CANARY, LOGIN, environment, wizard
from tests.support.credential_helpers import Machine
from tests.support.docker_registry import RunningRegistry
from tests.support.keyrings import lock_keyring, native_helper, own_helper, unlocked_keyring
from tests.support.terminal import on_terminal


@pytest.fixture
def machine(home: Path) -> Machine:
    return Machine(home, "/usr/bin", "/bin")


def seen_by(machine: Machine) -> dict[str, str]:
    return environment(**machine.environ)


def tried(document: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    rows = [row for row in document["checks"] if row["id"].startswith("login.stores")]
    return {row["id"].removeprefix("login.stores"): (row["status"], row["cause"]) for row in rows}


def line(registry: RunningRegistry, *more: str) -> tuple[str, ...]:
    return ("setup", f"{registry.host}/team", "--engine", "none", "--image", "app", *more)


@pytest.mark.engine
def test_a_locked_keyring_and_an_empty_pass_are_told_before_the_place_is_shown(
    locked: RunningRegistry, machine: Machine
) -> None:
    native_helper(machine, "secretservice")
    native_helper(machine, "pass")
    own_helper(machine)
    with unlocked_keyring(machine):
        lock_keyring(machine)
        with on_terminal(line(locked), seen_by(machine)) as terminal:
            before = terminal.expect("How do you log in")
            answer(terminal, "Number, 1 to", "1")
            answer(terminal, "User name: ", "ada")
            terminal.expect("no safe store")
            offered = terminal.expect("Do not log in")
            terminal.press("\x03")
            terminal.end()

    assert "0 of 3 helpers here can keep a login" in before
    assert "the keyring is locked" in before
    assert "pass has no key yet" in before
    assert "store.locked" in before
    assert "→ " in before.partition("the keyring is locked")[2]
    assert "Keep it for this run only" in offered
    assert "(not shown)" not in terminal.text


def test_one_that_hangs_costs_its_five_seconds_once_and_another_place_can_be_chosen(
    locked: RunningRegistry, machine: Machine
) -> None:
    machine.write(json.dumps({"credHelpers": {locked.host: "stuck"}}))
    stuck = machine.helper("stuck", "hang")
    machine.helper("registry-wizard")
    began = time.monotonic()
    with on_terminal(line(locked, "--username", "ada"), seen_by(machine)) as terminal:
        told = terminal.expect("How do you log in")
        answer(terminal, "Number, 1 to", "1")
        answer(terminal, "User name [ada]: ", "")
        terminal.expect("Where may the login go?")
        took = time.monotonic() - began
        offered = terminal.expect("Number, 1 to")
        terminal.type("1")
        terminal.expect("Once more from the beginning")
        answer(terminal, "Number, 1 to", "1")
        answer(terminal, "User name [ada]: ", "")
        shown = terminal.expect("Store it there? [Y/n]")
        terminal.press("\x03")
        terminal.end()

    assert "no answer in 5 s" in told
    assert "store.helper-hung" in told
    assert f"named by credHelpers {locked.host}" in told
    assert took < 9
    assert "by the wizard's own helper" in offered
    assert "by the wizard's own helper" in shown
    assert not stuck.file.exists()


def test_the_document_has_a_row_for_what_works_and_one_for_each_that_does_not(
    locked: RunningRegistry, machine: Machine
) -> None:
    machine.helper("secretservice")
    machine.helper("pass", "crash")
    machine.write(json.dumps({"credHelpers": {"elsewhere.test": "gone"}}))

    ran = wizard(*line(locked, *LOGIN, "--yes", "--json"), stdin=CANARY, environ=seen_by(machine))

    assert tried(ran.document) == {
        "": ("pass", None),
        ".gone": ("warn", "store.helper-missing"),
        ".pass": ("warn", "store.helper-failing"),
    }
    (row,) = [row for row in ran.document["checks"] if row["id"] == "login.stores"]
    assert row["summary"] == "1 of 3 helpers here can keep a login"
    assert "Secret Service" in row["evidence"][0]
    ids = [row["id"] for row in ran.document["checks"]]
    assert ids.index("login.stores") < ids.index("login.accepted")
    assert CANARY not in ran.out


def test_nothing_is_tried_where_a_login_is_there_or_no_helper_is_wanted(
    opened: RunningRegistry, locked: RunningRegistry, machine: Machine
) -> None:
    fake = machine.helper("secretservice")
    environ = seen_by(machine)
    asked = (*LOGIN, "--store", "none", "--yes", "--json")

    for_this_run = wizard(*line(locked, *asked), stdin=CANARY, environ=environ)
    needs_none = wizard(*line(opened, "--yes", "--json"), environ=environ)

    assert not tried(for_this_run.document)
    assert not tried(needs_none.document)
    assert fake.calls == []


def test_in_practice_no_helper_of_this_machine_is_tried(machine: Machine) -> None:
    fake = machine.helper("secretservice")

    ran = wizard("setup", "--sandbox", "--yes", "--json", environ=seen_by(machine))

    assert ran.code == 0
    assert not tried(ran.document)
    assert fake.calls == []
