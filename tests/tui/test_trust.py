"""A token service on another host: nothing goes there before the person has said that it may."""

from __future__ import annotations

from tests.support.pilot import Driver, driven

ELSEWHERE = "https://tokens.elsewhere.test/token"


async def to_the_question(driver: Driver) -> None:
    driver.app.conductor.parts.practice.switch_fault("foreign-realm", True)
    await driver.to_secret()
    await driver.press("ctrl+t", "enter")
    await driver.sees("login.realm-refused")
    await driver.press("d")
    await driver.on("fix")


async def test_the_question_says_who_would_see_the_login_before_it_is_trusted() -> None:
    async with driven(size=(120, 40)) as driver:
        await to_the_question(driver)

        await driver.sees("whoever runs that service gets to see the login")
        await driver.sees(f"send logins for ghcr.io to {ELSEWHERE}")
        settings = driver.app.conductor.parts.settings
        assert settings.load().realms_of("ghcr.io") == ()
        await driver.press("enter")
        await driver.on("login")
        assert settings.load().realms_of("ghcr.io") == (ELSEWHERE,)
        await driver.sees("ctrl+t paste the practice token")


async def test_not_now_trusts_nobody() -> None:
    async with driven(size=(120, 40)) as driver:
        await to_the_question(driver)
        await driver.press("escape")
        await driver.on("login")

        assert not driver.app.conductor.parts.settings.load().realms
