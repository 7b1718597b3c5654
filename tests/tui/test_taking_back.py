"""What the wizard changed is shown in the app and taken back there, to the same bytes."""

from __future__ import annotations

from pathlib import Path

from tests.support.pilot import Driver, driven
from wizard.core.checks import Step
from wizard.tui.links import is_done


def docker_config(driver: Driver) -> Path:
    return Path(driver.app.conductor.parts.outside.home) / ".docker" / "config.json"


async def test_a_login_is_taken_back_to_the_same_bytes_after_it_was_shown() -> None:
    async with driven() as driver:
        await driver.to_secret()
        before = docker_config(driver).read_bytes()
        await driver.press("ctrl+t", "enter")
        await driver.until(lambda: driver.is_settled and driver.journey.login, "a login")
        await driver.sees("z take it back")
        stored = docker_config(driver).read_bytes()
        await driver.press("z")
        await driver.on("undo")
        await driver.sees("This would be taken back: ~/.docker/config.json")
        assert docker_config(driver).read_bytes() == stored != before
        await driver.press("enter")
        await driver.sees("A token stays valid at its registry until it is revoked there.")
        assert docker_config(driver).read_bytes() == before
        assert not is_done(driver.journey, Step.LOGIN)


async def test_with_nothing_changed_it_says_so_and_leads_back() -> None:
    async with driven() as driver:
        await driver.on("home")
        await driver.press("ctrl+z")
        await driver.on("undo")
        await driver.sees("has changed nothing on this machine")
        await driver.press("escape")
        await driver.on("home")


async def test_what_somebody_else_changed_since_is_taken_back_only_after_a_yes_of_its_own() -> None:
    async with driven() as driver:
        await driver.to_push()
        config = docker_config(driver)
        theirs = config.read_text().replace('"ghcr.io": "practice"', '"ghcr.io": "other"')
        config.write_text(theirs)
        await driver.press("ctrl+z")
        await driver.on("undo")
        await driver.sees("something else changed it since")
        await driver.press("enter")
        await driver.on("undo")
        assert config.read_text() == theirs
        await driver.press("y")
        await driver.until(lambda: config.read_text() != theirs, "their line is gone")
