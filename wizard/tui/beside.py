"""What is done beside the steps: nothing waits for it, and it ends with the app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Work = Coroutine[Any, Any, None]


class Beside:
    """Holds the tasks, so that none is forgotten while it runs."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Work) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def start_once(self, name: str, work: Callable[[], Work]) -> None:
        """Unless it is under way already."""
        if not any(task.get_name() == name for task in self._tasks):
            self.start(name, work())

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    @property
    def tasks(self) -> frozenset[asyncio.Task[None]]:
        """Those that have not ended yet."""
        return frozenset(self._tasks)
