"""Drive the real app on the practice registries: press keys, wait for what is to be seen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from textual.pilot import Pilot
from textual.widgets import Input

from wizard.core.ports import Parts
from wizard.core.state import Journey
from wizard.tui.app import WizardApp
from wizard.tui.options import StartOptions
from wizard.tui.view import View
from wizard.tui.widgets.secret_input import SecretInput
from wizard.wiring import build

DEADLINE_S = 20.0
MOMENT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class QuickClock:
    """Stands still at one moment; who sleeps gets a turn of the loop and goes on."""

    def now(self) -> datetime:
        return MOMENT

    def monotonic(self) -> float:
        return 1000.0

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002
        await asyncio.sleep(0.02)


Change = Callable[[Parts], Parts]


def unchanged(parts: Parts) -> Parts:
    return parts


@asynccontextmanager
async def practice_parts(change: Change = unchanged) -> AsyncIterator[Parts]:
    """The real parts of a practice run, with a clock that nobody has to wait for."""
    async with build(os.environ, sandbox=True) as parts:
        yield change(replace(parts, clock=QuickClock(), nonce=lambda: bytes(range(32))))


@asynccontextmanager
async def kept_parts(parts: Parts) -> AsyncIterator[Parts]:
    """Parts that outlive one app: for a second run over the same files."""
    yield parts


@dataclass
class Driver:
    app: WizardApp
    pilot: Pilot[str]

    @property
    def view(self) -> View:
        return self.app.conductor.view

    @property
    def journey(self) -> Journey:
        return self.view.journey

    @property
    def text(self) -> str:
        """What is on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    @property
    def words(self) -> str:
        """What a person reads: the page without the breaks of its lines, then everything else."""
        lines = self.text.splitlines()
        column = self.app.page.query_one("#page").region
        page = (line[column.x : column.right] for line in lines[column.y : column.bottom])
        return " ".join(" ".join((*page, *lines)).split())

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Give the app turns until it holds."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not holds():
                    await self.pilot.pause()
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"never came: {what or holds}\n{self.text}") from None
        await self.pilot.pause()

    async def sees(self, words: str) -> None:
        await self.until(lambda: words in self.words or words in self.text, f"“{words}”")

    async def on(self, page: str) -> None:
        """Until this page is open and nothing runs there."""
        await self.until(lambda: self.app.page_id == page and self.is_settled, f"page {page}")

    @property
    def is_settled(self) -> bool:
        is_fresh = self.app.page.view == self.view
        return self.view.is_loaded and not self.view.is_busy and is_fresh

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def typing(self) -> None:
        """Until a field has the focus."""
        fields = (Input, SecretInput)
        await self.until(lambda: isinstance(self.app.screen.focused, fields), "a field")

    # --- the way through ---

    async def to_registry(self) -> None:
        await self.on("home")
        await self.press("enter")
        await self.on("engine")
        await self.press("enter")
        await self.on("registry")
        await self.sees("Images will be called")
        await self.typing()

    async def to_login(self) -> None:
        await self.to_registry()
        await self.press("enter")
        await self.on("login")
        await self.sees("personal access token")

    async def to_secret(self) -> None:
        await self.to_login()
        await self.press("down", "enter")
        await self.sees("ctrl+t")
        await self.typing()

    async def to_push(self) -> None:
        await self.to_secret()
        await self.press("ctrl+t", "enter")
        await self.until(lambda: self.is_settled and self.journey.login, "a login")
        await self.press("enter")
        await self.on("push")

    async def to_visibility(self) -> None:
        await self.to_push()
        await self.press("enter")
        await self.until(lambda: self.is_settled and self.journey.pushed, "a push")
        await self.press("enter")
        await self.until(lambda: self.journey.verified, "a verdict")
        await self.sees("private")

    async def to_ready(self) -> None:
        await self.to_visibility()
        await self.press("p")
        await self.on("visibility")
        await self.sees("Anybody may pull it")
        await self.press("enter")
        await self.on("ready")


@asynccontextmanager
async def driven(
    build_parts: Callable[[], AbstractAsyncContextManager[Parts]] = practice_parts,
    *,
    size: tuple[int, int] = (80, 24),
    options: StartOptions | None = None,
) -> AsyncIterator[Driver]:
    """The app on practice registries; it leaves in order at the end."""
    app = WizardApp(build_parts, options or StartOptions(is_sandbox=True, system="linux"))
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        try:
            await driver.until(lambda: driver.view.is_loaded, "the parts")
            yield driver
        finally:
            await app.leave("")
