"""Taking back what the wizard changed on this machine: shown first, then done."""

from __future__ import annotations

from dataclasses import replace

from wizard.core.checks import Step
from wizard.core.diagnosis import Problem
from wizard.core.ports import Undone
from wizard.tui.links import cut
from wizard.tui.pushing import Pushing
from wizard.tui.view import TakenBack


class TakingBack(Pushing):
    """The same as the command `undo`, the last change at a time."""

    def show_last_change(self, page: str) -> None:
        """On a page of its own; `page` is where it goes back to."""
        self.change(taken_back=TakenBack(page), said="")
        self.stage.open_page("undo")
        self.run_job(self._look)

    async def _look(self) -> None:
        self._tell(await self._undo(dry_run=True, over_others=False))

    def take_back(self, *, over_others: bool) -> None:
        """`over_others`: also what something else changed since."""

        async def do_it() -> None:
            done = await self._undo(dry_run=False, over_others=over_others)
            if any(row.done for row in done):
                # The login may be gone with it: what was proven by it is void.
                self.change(journey=cut(self.view.journey, Step.LOGIN), plan=None)
            self._tell(await self._undo(dry_run=True, over_others=False), done)

        self.run_job(do_it)

    async def _undo(self, *, dry_run: bool, over_others: bool) -> tuple[Undone, ...]:
        try:
            return await self.parts.journal.undo(
                everything=False,
                dry_run=dry_run,
                over_others=over_others,
                keeps_others=not over_others,
            )
        except Problem as problem:
            self.change(said=self.trouble(problem, "config.undo", Step.LOGIN).summary)
            return ()

    def _tell(self, would: tuple[Undone, ...], done: tuple[Undone, ...] = ()) -> None:
        shown = self.view.taken_back
        if shown is not None:
            self.change(taken_back=replace(shown, would=would, done=done))
