"""The login page says where a login could be kept before it asks, and never waits for it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.command_line import environment
from tests.support.credential_helpers import Machine
from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.keyrings import (
    initialised_pass,
    lock_keyring,
    native_helper,
    own_helper,
    unlocked_keyring,
)
from tests.support.pilot import Driver, driven
from wizard.tui.options import StartOptions
from wizard.tui.widgets.choice_list import ChoiceList
from wizard.wiring import build

SECRET = "CANARY-3c1b"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    folder = tmp_path_factory.mktemp("registry")
    with docker_registry(folder, htpasswd={"ada": SECRET}) as running:
        yield running


@pytest.fixture
def machine(home: Path) -> Machine:
    return Machine(home, "/usr/bin", "/bin")


@asynccontextmanager
async def login_page(machine: Machine, registry: RunningRegistry) -> AsyncIterator[Driver]:
    """Open, with what is tried perhaps still under way."""
    environ = environment(**machine.environ)
    options = StartOptions(is_sandbox=False, system="linux")
    async with driven(lambda: build(environ), size=(100, 40), options=options) as driver:
        conductor = driver.app.conductor
        prefix, _ = conductor.parts.parse_prefix(f"{registry.host}/team")
        conductor.use_registry(prefix, "app")
        await driver.until(lambda: driver.is_settled and driver.journey.ping, "the registry")
        driver.app.open_page("login")
        conductor.find_logins()
        await driver.on("login")
        yield driver


async def tried(driver: Driver) -> None:
    def is_over() -> bool:
        trial = driver.view.trial
        return trial is not None and not trial.is_running and driver.is_settled

    await driver.until(is_over, "the trial")


async def take(driver: Driver, words: str) -> None:
    """The row with these words, by the arrows and Enter."""
    rows = driver.app.page.query_one("#places", ChoiceList)
    await driver.until(lambda: rows.has_focus, "the places")
    assert any(words in choice.title for choice in rows.choices)
    while rows.selected is None or words not in rows.selected.title:
        await driver.press("down")
    await driver.press("enter")


@pytest.mark.engine
async def test_what_is_locked_is_told_with_its_fix_and_tried_anew_when_it_was_opened(
    machine: Machine, registry: RunningRegistry
) -> None:
    native_helper(machine, "secretservice")
    native_helper(machine, "pass")
    own_helper(machine)
    machine.environ["GNUPGHOME"] = str(machine.home / "gpg")
    with unlocked_keyring(machine):
        lock_keyring(machine)
        async with login_page(machine, registry) as driver:
            await tried(driver)
            await driver.sees("There is no safe store for logins here")
            await driver.sees("the keyring is locked (store.locked)")
            await driver.sees("pass has no key yet (store.locked)")
            await driver.press("ctrl+k")
            await driver.sees("pass init GPG-ID")
            await driver.sees("gnome-keyring-daemon --unlock")
            await take(driver, "pass, encrypted")
            await driver.sees("Copied the command")

            with initialised_pass(machine):
                await driver.press("r")
                await driver.on("login")
                await tried(driver)
                await driver.sees("A login would be kept in pass, encrypted with your GPG key")
            assert "pass has no key yet" not in driver.words
            assert SECRET not in driver.words


async def test_the_page_waits_for_no_helper_and_another_place_is_two_keys_away(
    machine: Machine, registry: RunningRegistry
) -> None:
    machine.write(json.dumps({"credHelpers": {registry.host: "stuck"}}))
    machine.helper("stuck", "hang")
    own = machine.helper("registry-wizard")
    async with login_page(machine, registry) as driver:
        await driver.sees("The credential helper stuck does not answer")
        await driver.sees("Where a login could be kept is tried")
        await driver.press("down", "enter")
        await driver.typing()
        await driver.press(*"ada")
        await tried(driver)
        began = time.monotonic()
        await driver.press("enter")
        await driver.sees("store.helper-hung")
        assert time.monotonic() - began < 4  # it is not waited for a second time
        await driver.press("ctrl+k")
        await take(driver, "by the wizard's own helper")
        await driver.sees("It will be kept in the desktop's keyring, by the wizard's own helper")
        await driver.sees("not fit to keep it: stuck")
        await driver.typing()
        await driver.press(*SECRET, "enter")
        await driver.until(lambda: driver.is_settled and driver.journey.login, "a login")

    assert own.items == {registry.host: ("ada", SECRET)}
    assert [action for action, server in own.calls if "selftest" in server].count("store") == 1


async def test_a_place_can_be_chosen_before_a_way_in(
    machine: Machine, registry: RunningRegistry
) -> None:
    machine.helper("secretservice")
    async with login_page(machine, registry) as driver:
        await tried(driver)
        await driver.sees("A login would be kept in the desktop's keyring")
        await driver.sees("it is this system's own store and it works")
        await driver.press("ctrl+k", "escape")
        await driver.sees("A login would be kept in the desktop's keyring")
        await driver.press("ctrl+k")
        await take(driver, "for this run only")
        await driver.sees("A login will be kept for this run only")
        await driver.press("ctrl+k")
        await take(driver, "Secret Service")
        await driver.sees("A login would be kept in the desktop's keyring")


async def test_in_practice_no_helper_of_this_machine_is_tried(machine: Machine) -> None:
    fake = machine.helper("secretservice")
    async with driven() as driver:
        await driver.to_login()
        await tried(driver)
        await driver.sees("A login would be kept in")

        assert driver.view.trial is not None
        assert driver.view.trial.verdicts == ()
    assert fake.calls == []
