"""Amazon ECR in the app: never public, so the cluster's account is asked for and let in."""

from __future__ import annotations

from tests.support.pilot import Driver, driven
from wizard.core.checks import Pull
from wizard.registries import parse_prefix
from wizard.sandbox.dialects.aws import FOREIGN_ACCOUNT
from wizard.sandbox.dialects.ecr import Ecr
from wizard.tui import intents


async def to_verdict(driver: Driver) -> None:
    await driver.to_registry()
    prefix, _ = parse_prefix(Ecr.prefix)
    driver.app.page.post_message(intents.UseRegistry(prefix, "my-app"))
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
    await driver.sees("aws ecr create-repository --repository-name practice/my-app")
    await driver.press("enter")
    await driver.until(lambda: driver.is_settled and driver.journey.pushed, "a push")
    await driver.press("enter")
    await driver.until(lambda: driver.journey.verified, "a verdict")


async def test_another_account_is_let_in_after_its_policy_was_shown() -> None:
    async with driven(size=(120, 40)) as driver:
        await to_verdict(driver)
        await driver.sees("k say how it may pull")
        await driver.press("k", "down", "enter")
        await driver.sees("Which account or identity")
        await driver.typing()
        await driver.press(*FOREIGN_ACCOUNT, "enter")
        await driver.sees("g let it be done")
        assert driver.journey.pull is Pull.UNPROVEN
        await driver.press("g")
        await driver.on("fix")
        await driver.sees(f'"AWS": "arn:aws:iam::{FOREIGN_ACCOUNT}:root"')
        await driver.press("enter")
        await driver.until(lambda: driver.journey.pull is Pull.DECLARED, "declared")
        await driver.sees("You declared that the cluster pulls it by")
