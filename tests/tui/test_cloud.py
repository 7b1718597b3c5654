"""A cloud in the app: its session, the repository to be made, the policy to be changed."""

from __future__ import annotations

from tests.support.pilot import Driver, driven
from wizard.core.checks import Pull
from wizard.registries import parse_prefix
from wizard.tui import intents

PREFIX = "us-docker.pkg.dev/practice-project/images"


async def to_cloud_login(driver: Driver) -> None:
    await driver.to_registry()
    prefix, _ = parse_prefix(PREFIX)
    driver.app.page.post_message(intents.UseRegistry(prefix, "my-app"))
    await driver.on("login")
    await driver.sees("ada@practice.test")


async def to_cloud_push(driver: Driver) -> None:
    await to_cloud_login(driver)
    await driver.press("enter")
    await driver.sees("use it, store it there")
    await driver.press("enter")
    await driver.until(lambda: driver.is_settled and driver.journey.login, "a login")
    await driver.press("enter")
    await driver.on("push")
    await driver.press("enter")
    await driver.sees("push.repository-missing")


async def test_the_cloud_goes_from_a_session_to_a_public_image_by_keys_alone() -> None:
    async with driven(size=(120, 40)) as driver:
        await to_cloud_push(driver)
        await driver.press("a")
        await driver.on("fix")
        await driver.sees("gcloud artifacts repositories create images")
        assert driver.journey.pushed is None
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.pushed, "a push")
        await driver.press("enter")
        await driver.until(lambda: driver.journey.verified, "a verdict")
        await driver.sees("g let it be done")
        await driver.press("g")
        await driver.on("fix")
        await driver.sees('"allUsers"')
        assert driver.journey.pull is Pull.UNPROVEN
        await driver.press("enter")
        await driver.sees("Anybody may pull it")
        assert driver.journey.pull is Pull.PUBLIC


async def test_leaving_the_preview_changes_nothing_and_goes_on_waiting() -> None:
    async with driven(size=(120, 40)) as driver:
        await to_cloud_push(driver)
        await driver.press("a")
        await driver.on("fix")
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.pushed, "a push")
        await driver.press("enter")
        await driver.until(lambda: driver.journey.verified, "a verdict")
        await driver.sees("g let it be done")
        await driver.press("g")
        await driver.on("fix")
        await driver.press("escape")
        await driver.sees("waiting for it to become public")
        assert driver.journey.pull is Pull.UNPROVEN


async def test_the_clusters_own_identity_is_asked_for_and_checked() -> None:
    async with driven(size=(120, 40)) as driver:
        await to_cloud_push(driver)
        await driver.press("a")
        await driver.on("fix")
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.pushed, "a push")
        await driver.press("enter")
        await driver.until(lambda: driver.journey.verified, "a verdict")
        await driver.sees("k keep it private")
        await driver.press("k", "down", "enter")
        await driver.sees("Which account or identity")
        await driver.typing()
        await driver.press("tab", *"nobody", "enter")
        await driver.sees("an identity is an ARN")
        assert driver.journey.pull is Pull.UNPROVEN
