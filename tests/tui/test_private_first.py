"""Docker Hub: a repository that is private from the start is a question of the push page."""

from __future__ import annotations

from tests.support.pilot import Driver, driven
from wizard.core.checks import Visibility
from wizard.registries import parse_prefix
from wizard.tui import intents


async def to_hub_push(driver: Driver) -> None:
    await driver.to_registry()
    prefix, _ = parse_prefix("docker.io/practice")
    driver.app.page.post_message(intents.UseRegistry(prefix, "my-app"))
    await driver.on("login")
    await driver.sees("access token")
    await driver.press("enter")
    await driver.typing()
    await driver.press("enter")
    await driver.sees("ctrl+t")
    await driver.typing()
    await driver.press("ctrl+t", "enter")
    await driver.until(lambda: driver.is_settled and driver.journey.login, "a login")
    await driver.press("enter")
    await driver.on("push")


async def test_private_first_is_asked_with_its_consequence_and_then_made_and_pushed_to() -> None:
    async with driven() as driver:
        await to_hub_push(driver)
        await driver.sees("the push makes it, public or private as the default privacy")
        await driver.press("v")
        await driver.sees("made private before the push")
        await driver.press("enter")
        await driver.on("fix")
        await driver.sees("Create the private repository practice/my-app on Docker Hub")
        await driver.sees("the cluster then needs an image-pull secret")
        assert driver.journey.pushed is None
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.pushed, "a push")
        await driver.press("enter")
        await driver.until(lambda: driver.journey.verified, "a verdict")

        assert driver.journey.visibility is Visibility.PRIVATE


async def test_not_now_leaves_nothing_behind_and_the_push_may_decide_again() -> None:
    async with driven() as driver:
        await to_hub_push(driver)
        await driver.press("v", "enter")
        await driver.on("fix")
        await driver.press("escape")
        await driver.on("push")
        await driver.sees("push.repository-missing")
        await driver.press("v")
        await driver.sees("the push makes it, public or private")
        assert not driver.journey.choices.wants_private


async def test_where_the_push_decides_nothing_it_is_no_question() -> None:
    async with driven() as driver:
        await driver.to_push()

        assert "private" not in driver.words
