"""Fixes in the app: shown first, then applied, then what was broken is checked again."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import Final

from wizard.core.checks import Check
from wizard.core.diagnosis import Fix
from wizard.core.state import Journey, fold
from wizard.tui.starts import Starts
from wizard.tui.view import ShownFix

WATCH_EVERY_S: Final = 10.0


class Mending(Starts):
    """From a fix on some page to that page again, mended or not."""

    def retry(self, page: str) -> None:
        """Of the subclass: the step of a page, once more."""
        raise NotImplementedError

    def remember(self) -> None:
        """Of the subclass: keep what was proven."""
        raise NotImplementedError

    async def watch_checks(self) -> None:
        """Check everything again and again while its page is open and somebody watches.

        Beside the steps, and shown when it is complete: nothing on the page jumps.
        """
        from wizard.steps import doctor

        while self.view.is_watching and self.stage.page_id == "examine":
            await self.parts.clock.sleep(WATCH_EVERY_S)
            if self.runner.is_busy or not self.view.is_watching:
                continue
            seen = self.view.journey
            journey = Journey(seen.choices)
            async with aclosing(doctor.examine(self.parts, journey, with_push=False)) as events:
                async for event in events:
                    journey = fold(journey, event)
            if self.view.journey is seen:
                self.change(journey=journey, now=self.parts.clock.now())
        self.change(is_watching=False)

    def preview_fix(self, fix: Fix, check: Check, page: str) -> None:
        """Nothing is done before it was seen what would be. A watch that runs ends for it."""
        if self.runner.is_busy:

            async def nothing() -> None:
                """Ends what runs by coming after it."""

            self.run_job(nothing)
        if page == "fix" and self.view.fix is not None:
            page = self.view.fix.page  # one of those on the page of its cause was taken instead
        self.change(fix=ShownFix(fix, check, page), said="")
        self.stage.open_page("fix")

    def apply_fix(self) -> None:
        from wizard.steps import fixes
        from wizard.steps.order import APPLIED

        shown = self.view.fix
        if shown is None or self.runner.is_busy:
            return
        checks = tuple(c for c in self.view.journey.checks if c.id != APPLIED)
        self.change(journey=replace(self.view.journey, checks=checks))
        self.run(
            lambda parts, now: fixes.apply(parts, now, shown.fix, shown.check), self._after_fix
        )

    def _after_fix(self) -> None:
        """Back to where it was taken from, and look there again: a fix that ran proves nothing."""
        from wizard.core.actions import OPEN_ACCESS

        shown = self.view.fix
        if shown is None:
            return
        failed = next((c for c in self.view.journey.checks[-1:] if c.cause), None)
        if failed is not None and shown.fix.action != OPEN_ACCESS:
            self.change(fix=replace(shown, is_done=True))
            return
        self.change(fix=None)
        self.stage.open_page(shown.page)
        if shown.fix.action != OPEN_ACCESS:
            self.retry(shown.page)
        else:
            self.remember()
