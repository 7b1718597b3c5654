"""Ctrl+C ends what runs, and never the app by accident."""

from __future__ import annotations

from tests.support.pilot import driven


async def test_ctrl_c_stops_what_runs_and_stays() -> None:
    async with driven() as driver:
        await driver.to_visibility()
        assert driver.view.is_busy
        await driver.press("ctrl+c")

        await driver.until(lambda: not driver.view.is_busy, "the end of the watch")
        await driver.press("ctrl+c")
        await driver.sees("Nothing is running. ctrl+q leaves and keeps your place.")
        assert driver.app.page_id == "visibility"
