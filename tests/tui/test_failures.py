"""A failure is a page: what happened, why, what was answered, what helps, and another try."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.pilot import Driver, driven, kept_parts, practice_parts
from wizard.core.checks import Check, Status, Step
from wizard.core.ports import Parts, StoreChoice
from wizard.sandbox.accounts import READ_TOKEN
from wizard.tui.widgets.secret_input import SecretInput


def practice_fault(driver: Driver, id_: str, *, on: bool) -> None:
    driver.app.conductor.parts.practice.switch_fault(id_, on)


async def test_refused_push_says_why_and_is_tried_again_by_a_key() -> None:
    async with driven(size=(120, 40)) as driver:
        await driver.to_push()
        practice_fault(driver, "not-permitted", on=True)
        await driver.press("enter")

        await driver.sees("push.not-permitted")
        await driver.sees("You may not push to ghcr.io")
        await driver.sees("403 DENIED")
        await driver.sees("✗ Test push")
        practice_fault(driver, "not-permitted", on=False)
        await driver.press("r")
        await driver.sees("It arrived")


async def test_links_after_a_broken_one_are_shown_as_skipped() -> None:
    async with driven() as driver:
        await driver.to_registry()
        practice_fault(driver, "registry-down", on=True)
        await driver.press("enter")
        await driver.sees("network.registry-down")

        await driver.sees("✗ Registry")
        await driver.sees("– Login")
        await driver.press("3")
        assert driver.app.page_id == "registry"


async def test_command_of_a_fix_is_copied_by_its_letter() -> None:
    async with driven(size=(120, 40)) as driver:
        await driver.to_push()
        practice_fault(driver, "not-permitted", on=True)
        await driver.press("enter")
        await driver.sees("docker logout ghcr.io")
        await driver.press("f")

        await driver.sees("Copied the command")
        assert driver.app.clipboard == "docker logout ghcr.io"


async def test_token_that_may_only_read_is_refused_before_anything_is_stored() -> None:
    async with driven() as driver:
        await driver.to_secret()
        file = docker_config(driver.app.conductor.parts)
        before = file.read_bytes()
        driver.app.page.query_one(SecretInput).take(READ_TOKEN)
        await driver.press("enter")

        await driver.sees("login.scope-missing")
        assert file.read_bytes() == before
        assert READ_TOKEN not in driver.text
        await driver.press("n")
        await driver.sees("A personal access token (classic)")


def docker_config(parts: Parts) -> Path:
    return Path(parts.outside.environ["DOCKER_CONFIG"]) / "config.json"


async def test_unencrypted_login_is_stored_only_after_a_yes_to_that_very_question() -> None:
    async with driven(size=(120, 40)) as driver:
        await driver.to_login()
        file = docker_config(driver.app.conductor.parts)
        file.write_text("{}")  # else docker would ask its store and never look at a plain login
        choices = replace(driver.journey.choices, store=StoreChoice.PLAINTEXT)
        driver.app.conductor.change(journey=replace(driver.journey, choices=choices))
        await driver.press("down", "enter")
        await driver.sees("it would lie there unencrypted")

        assert not driver.app.page.query_one(SecretInput).display
        await driver.press("ctrl+t", "enter")
        assert driver.journey.login is None
        await driver.press("y")
        await driver.typing()
        assert b"auths" not in file.read_bytes()
        await driver.press("ctrl+t", "enter")
        await driver.until(lambda: driver.journey.login, "a login")
        assert b"auths" in file.read_bytes()
        await driver.sees("▲ look")


async def test_login_can_be_kept_for_this_run_only() -> None:
    async with driven(size=(120, 40)) as driver:
        await driver.to_login()
        choices = replace(driver.journey.choices, store=StoreChoice.PLAINTEXT)
        driver.app.conductor.change(journey=replace(driver.journey, choices=choices))
        await driver.press("down", "enter")
        await driver.sees("t keep it for this run only")
        before = docker_config(driver.app.conductor.parts).read_bytes()
        await driver.press("t")
        await driver.sees("nothing is written")
        await driver.typing()
        await driver.press("ctrl+t", "enter")
        await driver.until(lambda: driver.journey.login, "a login")

        assert docker_config(driver.app.conductor.parts).read_bytes() == before


@pytest.mark.parametrize("content", ["[[[ not toml", "version = 99\n"])
async def test_settings_that_cannot_be_read_are_told_and_kept(content: str) -> None:
    async with practice_parts() as parts:
        parts.settings.path.parent.mkdir(parents=True, exist_ok=True)
        parts.settings.path.write_text(content)
        async with driven(lambda: kept_parts(parts), size=(120, 40)) as driver:
            await driver.sees("config.wizard-")
            assert driver.view.trouble is not None

        assert parts.settings.path.read_text() == content


async def test_healed_settings_are_read_again_by_a_key() -> None:
    async with practice_parts() as parts:
        parts.settings.path.parent.mkdir(parents=True, exist_ok=True)
        parts.settings.path.write_text("[[[ not toml")
        async with driven(lambda: kept_parts(parts), size=(120, 40)) as driver:
            await driver.sees("config.wizard-damaged")
            parts.settings.path.unlink()
            await driver.press("r")
            await driver.until(lambda: "config.wizard-damaged" not in driver.text, "it healed")


async def test_broken_registry_is_named_by_the_check_of_everything() -> None:
    async with driven(size=(120, 40)) as driver:
        practice_fault(driver, "registry-down", on=True)
        await driver.press("down", "enter")
        await driver.until(lambda: driver.journey.failure(Step.REGISTRY), "a failure")
        await driver.on("examine")
        await driver.press("enter")

        await driver.sees("network.registry-down")
        practice_fault(driver, "registry-down", on=False)
        await driver.press("r")
        await driver.until(lambda: driver.journey.check("registry.reach"), "a verdict")
        await driver.on("examine")
        assert driver.journey.failure(Step.REGISTRY) is None


async def test_the_ready_page_says_that_the_projects_sdk_cannot_build() -> None:
    async with driven() as driver:
        await driver.to_ready()
        said = "The project's SDK cannot use the wizard's own push"
        row = Check("sdk.engine", Step.SDK, Status.FAIL, said, cause="sdk.engine-unsupported")
        checks = (*driver.journey.checks, row)
        driver.app.conductor.change(journey=replace(driver.journey, checks=checks))

        await driver.sees("✗ The project's SDK cannot use")
        await driver.sees("registry-wizard explain sdk.engine-unsupported")
