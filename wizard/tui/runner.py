"""One step at a time, owned by the App: changing the page never ends a push.

Tasks of our own and no Textual workers: a worker that is cancelled before its first turn never
counts as finished (Textual 8.2), and waiting for one with a deadline reports it ended too early.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

LEAVE_LIMIT_S = 5.0

Job = Callable[[], Awaitable[None]]


class Runner:
    """A new job starts only when the one before has finished cleaning up."""

    def __init__(self, ended: Callable[[Exception | None], None]) -> None:
        self._ended = ended
        """Told when nothing runs any more; with what the job raised, if it did."""
        self._task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        return self._task is not None and not self._task.done()

    def run(self, job: Job) -> None:
        """End what runs, wait for its end, then do this."""
        before = self._task
        if before is not None:
            before.cancel()
        self._task = asyncio.create_task(_after(before, job), name="step")
        self._task.add_done_callback(self._tell)

    async def stop(self, limit_s: float = LEAVE_LIMIT_S) -> bool:
        """End what runs and wait for its cleaning up; False when the time was not enough."""
        task = self._task
        if task is None or task.done():
            return True
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=limit_s)
        return bool(done)

    def _tell(self, task: asyncio.Task[None]) -> None:
        if task is not self._task:
            return
        error = None if task.cancelled() else task.exception()
        self._ended(error if isinstance(error, Exception) else None)


async def _after(before: asyncio.Task[None] | None, job: Job) -> None:
    if before is not None:
        await asyncio.wait({before})
    await job()
