"""Exceptions become verdicts in one place; streams are merged and always closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from wizard.steps.run import merged


async def ticking(name: str, times: int, closed: list[str]) -> AsyncGenerator[str, None]:
    try:
        for tick in range(times):
            await asyncio.sleep(0)
            yield f"{name}{tick}"
    finally:
        closed.append(name)


async def failing(closed: list[str]) -> AsyncGenerator[str, None]:
    try:
        yield "first"
        raise ValueError("broken")
    finally:
        closed.append("failing")


async def collect(stream: AsyncGenerator[str, None], seen: list[str]) -> None:
    """Into `seen`, so that what came before a failure counts too."""
    async for item in stream:
        seen.append(item)  # noqa: PERF401 - a comprehension would lose what came before


async def test_merged_gives_every_item_of_every_stream() -> None:
    closed: list[str] = []

    items = [item async for item in merged(ticking("a", 3, closed), ticking("b", 2, closed))]

    assert sorted(items) == ["a0", "a1", "a2", "b0", "b1"]
    assert sorted(closed) == ["a", "b"]


async def test_merged_closes_all_streams_when_the_reader_leaves_early() -> None:
    closed: list[str] = []

    async with aclosing(merged(ticking("a", 100, closed), ticking("b", 100, closed))) as items:
        async for _ in items:
            break

    assert sorted(closed) == ["a", "b"]
    assert len(asyncio.all_tasks()) == 1


async def test_a_failing_stream_does_not_take_the_items_of_the_others_away() -> None:
    closed: list[str] = []
    seen: list[str] = []

    with pytest.raises(ValueError, match="broken"):
        await collect(merged(failing(closed), ticking("a", 3, closed)), seen)

    assert sorted(seen) == ["a0", "a1", "a2", "first"]
    assert sorted(closed) == ["a", "failing"]
