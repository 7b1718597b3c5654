"""In practice every registry's form is filled in: nobody could guess the names that work there."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.support.pilot import driven


@pytest.mark.parametrize(
    ("downs", "prefix", "parts"),
    [
        (
            2,
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/practice",
            ("123456789012", "us-east-1", "practice"),
        ),
        (4, "us-docker.pkg.dev/practice-project/images", ("us", "practice-project", "images")),
    ],
)
async def test_a_form_is_filled_with_what_can_be_practised(
    downs: int, prefix: str, parts: tuple[str, ...]
) -> None:
    async with driven(size=(120, 40)) as driver:
        await driver.to_registry()
        await driver.press("escape")
        await driver.sees("use GitHub Container Registry")
        await driver.press(*(["down"] * downs), "enter")

        await driver.sees("Images will be called")
        typed = [field.value for field in driver.app.page.query(Input) if field.is_on_screen]
        assert tuple(typed[:3]) == parts
        await driver.press("enter")
        await driver.on("login")
        assert str(driver.journey.choices.prefix) == prefix
