"""Amazon ECR Public in the app: the alias is found, all is said before the repository is made."""

from __future__ import annotations

from tests.support.pilot import Driver, driven
from wizard.core.checks import Pull


async def to_public(driver: Driver) -> None:
    """The registry's form, by keys alone."""
    await driver.to_registry()
    await driver.press("escape")
    await driver.sees("Amazon ECR Public")
    await driver.sees("Found here: an alias of AWS keys in the environment")
    kinds = [provider.kind for provider in driver.view.registries]
    await driver.press(*["down"] * kinds.index("ecr-public"), "enter")
    await driver.typing()


async def test_from_a_found_alias_to_an_image_for_everybody() -> None:
    async with driven(size=(120, 40)) as driver:
        await to_public(driver)
        await driver.sees("Filled in from: an alias of AWS keys in the environment")
        await driver.sees("Images will be called public.ecr.aws/practice/")
        await driver.press("enter")
        await driver.on("login")
        await driver.sees("from AWS keys in the")
        await driver.press("enter")
        await driver.sees("use it, store it there")
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.login, "a login")
        await driver.press("enter")
        await driver.on("push")
        await driver.press("enter")
        await driver.sees("push.repository-missing")
        await driver.press("a")
        await driver.on("fix")
        await driver.sees("Everybody can pull what is pushed there, at once and without a login.")
        await driver.sees("aws ecr-public create-repository --repository-name ")
        assert driver.journey.pushed is None
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.pushed, "a push")
        await driver.press("enter")
        await driver.until(lambda: driver.journey.verified, "a verdict")
        assert driver.journey.pull is Pull.PUBLIC
        await driver.sees("Anybody may pull it")
