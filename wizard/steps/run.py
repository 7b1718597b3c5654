"""Where exceptions become verdicts: one place, so that no check can stop another."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncGenerator, Awaitable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import PurePath
from typing import Generic, TypeVar

from wizard.core.diagnosis import Diagnosis, Evidence, Fault, Problem, Sign, Stage, diagnose
from wizard.core.ports import Parts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """Either a value or a trouble, and how long it took."""

    value: T | None
    trouble: Diagnosis | None
    seconds: float
    problem: Problem | None = None


async def attempt(
    parts: Parts,
    work: Awaitable[T],
    *tables: Iterable[Sign],
    stage: Stage = Stage.API,
    limit_s: float | None = None,
) -> Outcome[T]:
    """Await `work`; a Problem is diagnosed, the deadline a timeout, anything else our fault."""
    began = parts.clock.monotonic()
    try:
        async with asyncio.timeout(limit_s):
            value = await work
    except Problem as problem:
        return _trouble(parts, began, problem, tables)
    except TimeoutError:
        evidence = Evidence(stage, answered=f"no answer in {limit_s:g} s", fault=Fault.TIMEOUT)
        return _trouble(parts, began, Problem(evidence), tables)
    except Exception as error:  # noqa: BLE001 - the one place where our own faults become a row
        return _trouble(parts, began, crash(error), tables)
    return Outcome(value, None, parts.clock.monotonic() - began)


def _trouble(
    parts: Parts, began: float, problem: Problem, tables: tuple[Iterable[Sign], ...]
) -> Outcome[T]:
    found = diagnose(problem, parts.catalogue, *tables, parts.common_signs)
    return Outcome(None, found, parts.clock.monotonic() - began, problem)


def crash(error: Exception) -> Problem:
    """A fault of the wizard, told by type and place only: its text could hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    evidence = Evidence(Stage.API, answered=f"{type(error).__name__} at {place}")
    return Problem(evidence, cause="internal.check-crashed")


async def merged(*streams: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """The items of all streams as they come. Leaving it closes every stream and waits for that."""
    queue: asyncio.Queue[T | None] = asyncio.Queue()

    async def pump(stream: AsyncGenerator[T, None]) -> None:
        try:
            async with aclosing(stream) as items:
                async for item in items:
                    queue.put_nowait(item)
        finally:
            queue.put_nowait(None)

    tasks = [asyncio.create_task(pump(stream)) for stream in streams]
    open_streams = len(tasks)
    try:
        while open_streams:
            item = await queue.get()
            if item is None:
                open_streams -= 1
            else:
                yield item
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
