"""In a small window: one line for the chain, and the key that goes on is always told."""

from __future__ import annotations

import pytest

from tests.support.pilot import driven


@pytest.mark.parametrize("size", [(60, 16), (79, 24)])
async def test_the_chain_is_one_line_from_the_first_picture_on(size: tuple[int, int]) -> None:
    async with driven(size=size) as driver:
        await driver.on("home")

        folded = "○ Engine  ○ Registry  ○ Login  ○ Push  ○ Visibility"
        assert folded in driver.text


async def test_the_narrowest_window_says_so_and_keeps_the_key_that_goes_on() -> None:
    async with driven(size=(40, 12)) as driver:
        await driver.on("home")
        await driver.sees("This window is small: 60 by 16 shows all.")
        await driver.press("enter")
        await driver.on("engine")
        await driver.press("enter")
        await driver.on("registry")
        await driver.typing()

        await driver.sees("enter check this registry")
        await driver.sees("ctrl+q leave, keep")
