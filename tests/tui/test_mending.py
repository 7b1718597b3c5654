"""Troubleshooting in the app: the first broken link opens, and a fix is shown before it is done."""

from __future__ import annotations

from dataclasses import replace

from tests.support.pilot import Driver, driven
from wizard.core.checks import Check, Status, Step
from wizard.core.diagnosis import Fix
from wizard.tui import intents
from wizard.tui.widgets.choice_list import ChoiceList

SAYS = Fix(
    "Say something", command="echo all is well", action="run", changes="nothing", risk="none"
)
FAILS = Fix("Do what fails", command="false", action="run")
BROKEN = Check(
    "engine.detect", Step.ENGINE, Status.FAIL, "it is broken", "engine.not-running", ("seen: so",)
)


def fault(driver: Driver, id_: str, *, on: bool) -> None:
    parts = driver.app.conductor.parts
    parts.practice.switch_fault(id_, on)


async def to_examine(driver: Driver) -> None:
    await driver.on("home")
    driver.app.page.post_message(intents.Examine())
    await driver.on("examine")


async def show(driver: Driver, fix: Fix) -> None:
    await to_examine(driver)
    driver.app.page.post_message(intents.PreviewFix(fix, BROKEN))
    await driver.on("fix")


async def test_the_first_broken_link_opens_by_itself() -> None:
    async with driven(size=(120, 40)) as driver:
        await driver.on("home")
        fault(driver, "registry-down", on=True)
        await to_examine(driver)

        await driver.sees("network.registry-down")
        await driver.sees("answered")
        await driver.until(lambda: isinstance(driver.app.screen.focused, ChoiceList), "the focus")
        assert driver.app.screen.focused.id == "fixes"
        await driver.press("up")
        await driver.sees("enter try again")


async def test_watching_sees_by_itself_that_it_is_mended() -> None:
    async with driven(size=(120, 40)) as driver:
        await driver.on("home")
        fault(driver, "registry-down", on=True)
        await to_examine(driver)
        await driver.sees("network.registry-down")
        await driver.press("w")
        await driver.sees("Checked again every 10 s")
        fault(driver, "registry-down", on=False)

        await driver.until(
            lambda: not any(c.cause == "network.registry-down" for c in driver.journey.checks),
            "a mended registry",
        )
        await driver.press("w")
        await driver.sees("w watch")


async def test_a_fix_is_shown_with_what_it_changes_before_it_is_done() -> None:
    async with driven(size=(120, 40)) as driver:
        await show(driver, SAYS)

        await driver.sees("echo all is well")
        await driver.sees("What changes nothing")
        await driver.sees("What it could cost none")
        assert driver.journey.check("fix.applied") is None
        await driver.press("escape")
        await driver.on("examine")
        assert not driver.journey.changes


async def test_a_fix_that_ran_leads_back_to_the_checks_which_are_done_again() -> None:
    async with driven(size=(120, 40)) as driver:
        await show(driver, SAYS)
        driver.app.conductor.change(journey=replace(driver.journey, checks=(BROKEN,)))
        await driver.press("enter")
        await driver.on("examine")

        found = driver.journey.check("engine.detect")
        assert found is not None
        assert found.summary != BROKEN.summary


async def test_a_fix_that_fails_shows_what_it_said_and_can_be_tried_again() -> None:
    async with driven(size=(120, 40)) as driver:
        await show(driver, FAILS)
        await driver.press("enter")

        await driver.sees("it ended with 1")
        await driver.sees("enter try again")
        assert driver.app.page_id == "fix"
