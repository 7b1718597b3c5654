"""Blocking iterators, such as the docker SDK's streams, without blocking the loop.

One thread runs the whole iterator and hands its items over. When its consumer leaves, the same
thread closes it, since a running generator cannot be closed from outside; and it is woken from
the read in which it may rest.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MOST_WAITING: Final = 256
"""Items that may wait for the consumer before the thread does."""
LEAVE_S: Final = 5.0
"""How long the end of a stopped thread is waited for. A daemon: it never holds up the exit."""


class Stop:
    """Told to the thread: do no more. `on_stop` says how it is woken from a read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_set = False
        self._wakes: list[Callable[[], None]] = []

    @property
    def is_set(self) -> bool:
        return self._is_set

    def on_stop(self, wake: Callable[[], None]) -> None:
        """Called from another thread once, or at once if it is too late. OSError is let go by."""
        with self._lock:
            if not self._is_set:
                self._wakes.append(wake)
                return
        with suppress(OSError):
            wake()

    def set(self) -> None:
        with self._lock:
            self._is_set = True
            wakes, self._wakes = self._wakes, []
        for wake in wakes:
            with suppress(OSError):
                wake()


class _End:
    """The last thing that a thread hands over: how it ended."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Thread(Generic[T]):
    """Runs the iterator. `items` holds what it gave and, last, an `_End`."""

    def __init__(self, start: Callable[[Stop], Iterator[T]]) -> None:
        self.items: asyncio.Queue[T | _End] = asyncio.Queue()
        self.stop = Stop()
        self.room = threading.Semaphore(MOST_WAITING)
        self.ended = asyncio.Event()
        self._start = start
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="blocking", daemon=True)
        self._thread.start()

    async def leave(self, limit_s: float) -> None:
        self.stop.set()
        self.room.release()
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self.ended.wait()
            self._thread.join(LEAVE_S)  # its last statement was run: this takes microseconds

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            items = self._start(self.stop)
            try:
                for item in items:
                    self.room.acquire()
                    if self.stop.is_set:
                        break
                    self._tell(self.items.put_nowait, item)
            finally:
                if close := getattr(items, "close", None):
                    close()
        except BaseException as raised:  # noqa: BLE001 - handed over to whoever waits for it
            error = raised
        self._tell(self.items.put_nowait, _End(error))
        self._tell(self.ended.set)

    def _tell(self, call: Callable[..., object], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self._loop.call_soon_threadsafe(call, *arguments)


async def streamed(
    start: Callable[[Stop], Iterator[T]], leave_s: float = LEAVE_S
) -> AsyncGenerator[T, None]:
    """The items of a blocking iterator, which is made and run in a thread of its own.

    Leaving it stops the thread and waits for its end, at most `leave_s`.
    """
    thread = _Thread(start)
    try:
        while True:
            item = await thread.items.get()
            thread.room.release()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        await thread.leave(leave_s)


async def in_thread(work: Callable[[Stop], T], leave_s: float = LEAVE_S) -> T:
    """One blocking call, with the same promises."""

    def once(stop: Stop) -> Iterator[T]:
        yield work(stop)

    items = streamed(once, leave_s)
    try:
        return await anext(items)
    finally:
        await items.aclose()
