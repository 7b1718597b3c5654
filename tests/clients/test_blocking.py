"""A blocking iterator runs in one thread, and nothing of it is left when its consumer leaves."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from wizard.clients.blocking import MOST_WAITING, Stop, in_thread, streamed


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "blocking"]


class Endless:
    """An iterator that records which thread ran and closed it."""

    def __init__(self) -> None:
        self.made = 0
        self.ran_in: set[int] = set()
        self.closed_in = 0

    def start(self, stop: Stop) -> Iterator[int]:
        assert not stop.is_set
        try:
            while True:
                self.ran_in.add(threading.get_ident())
                self.made += 1
                yield self.made
        finally:
            self.closed_in = threading.get_ident()


async def test_items_arrive_in_order_from_one_other_thread() -> None:
    seen_in: set[int] = set()

    def count(stop: Stop) -> Iterator[int]:
        assert not stop.is_set
        for number in range(1000):
            seen_in.add(threading.get_ident())
            yield number

    assert [item async for item in streamed(count)] == list(range(1000))
    assert len(seen_in) == 1
    assert threading.get_ident() not in seen_in
    assert not threads()


async def test_leaving_early_closes_the_iterator_in_its_own_thread() -> None:
    endless = Endless()

    async with aclosing(streamed(endless.start)) as items:
        assert await anext(items) == 1

    assert {endless.closed_in} == endless.ran_in
    assert not threads()


async def test_a_slow_consumer_holds_the_thread_back() -> None:
    endless = Endless()

    async with aclosing(streamed(endless.start)) as items:
        for _ in range(3):
            await anext(items)
        await asyncio.sleep(0.05)

        assert endless.made <= MOST_WAITING + 4


async def test_an_error_in_the_thread_reaches_the_consumer() -> None:
    def breaks(stop: Stop) -> Iterator[int]:
        assert not stop.is_set
        yield 1
        raise LookupError("inside")

    items = streamed(breaks)
    assert await anext(items) == 1
    with pytest.raises(LookupError, match="inside"):
        await anext(items)
    assert not threads()


async def test_cancelling_wakes_a_thread_that_rests_in_a_read() -> None:
    ours, theirs = socket.socketpair()
    reading = asyncio.Event()
    loop = asyncio.get_running_loop()

    def read(stop: Stop) -> Iterator[bytes]:
        stop.on_stop(lambda: ours.shutdown(socket.SHUT_RDWR))
        loop.call_soon_threadsafe(reading.set)
        yield ours.recv(1)

    async def consume() -> None:
        async with aclosing(streamed(read)) as items:
            async for _ in items:
                pass

    with ours, theirs:
        task = asyncio.create_task(consume())
        await reading.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            async with asyncio.timeout(2):
                await task

    assert not threads()


async def test_a_wake_that_comes_too_late_is_called_at_once() -> None:
    stop, woken = Stop(), []
    stop.set()

    stop.on_stop(lambda: woken.append("late"))

    assert woken == ["late"]


async def test_one_call_gives_its_value_or_its_error() -> None:
    def fails(stop: Stop) -> int:
        raise ValueError(stop.is_set)

    assert await in_thread(lambda stop: (stop.is_set, threading.current_thread().name)) == (
        False,
        "blocking",
    )
    with pytest.raises(ValueError, match="False"):
        await in_thread(fails)
    assert not threads()
