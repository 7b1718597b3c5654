"""Where exceptions become verdicts: one place, so that no check can stop another."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncGenerator, Awaitable, Iterable
from contextlib import aclosing
from dataclasses import replace
from pathlib import PurePath
from typing import Generic, TypeVar

from wizard.core.checks import Check, Step, failed
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Diagnosis, Evidence, Fault, Problem, Sign, Stage, diagnose
from wizard.core.names import Reference, Repository
from wizard.core.ports import Parts, RegistryProvider

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """It worked, and how long it took."""

    value: T
    seconds: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """It did not, and why."""

    found: Diagnosis
    seconds: float

    def row(self, id_: str, step: Step) -> Check:
        return failed(id_, step, self.found, self.seconds)


async def attempt(
    parts: Parts,
    work: Awaitable[T],
    *tables: Iterable[Sign],
    about: Reference | Repository | None = None,
    stage: Stage = Stage.API,
    limit_s: float | None = None,
) -> Done[T] | Trouble:
    """Await `work`; a Problem is diagnosed, the deadline a timeout, anything else our fault.

    `about` is what the sentences and commands of a diagnosis name.
    """
    clock = parts.clock.monotonic
    began = clock()
    try:
        async with asyncio.timeout(limit_s):
            return Done(await work, clock() - began)
    except Problem as raised:
        problem = raised
    except TimeoutError:
        evidence = Evidence(stage, answered=f"no answer in {limit_s:g} s", fault=Fault.TIMEOUT)
        problem = Problem(evidence)
    except Exception as error:  # noqa: BLE001 - the one place where our own faults become a row
        problem = crash(error)
    named = problem if about is None else naming(parts.registries, problem, about)
    found = diagnose(named, parts.catalogue, *tables, parts.common_signs)
    return Trouble(found, clock() - began)


def naming(
    registries: Iterable[RegistryProvider], problem: Problem, about: Reference | Repository
) -> Problem:
    """The evidence, knowing what it is about; what it says of that itself comes first.

    The host is always the registry's: a token service has another, and no login is kept for it.
    """
    repository = about.repository if isinstance(about, Reference) else about
    provider = next((p for p in registries if p.claims(repository.host)), None)
    facts = {
        **(provider.facts(repository) if provider else {}),
        "reference": str(about),
        "repository": str(repository),
        "owner": repository.path.partition("/")[0],
        "host": repository.host,
    }
    evidence = (replace(seen, facts={**facts, **seen.facts}) for seen in problem.evidence)
    return Problem(*evidence, cause=problem.cause, fixes=problem.fixes)


def crash(error: Exception) -> Problem:
    """A fault of the wizard, told by type and place only: its text could hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    evidence = Evidence(Stage.API, answered=f"{type(error).__name__} at {place}")
    return Problem(evidence, cause="internal.check-crashed")


async def in_order(one: Awaitable[T], other: Awaitable[U]) -> tuple[T, U]:
    """Both at once. When both fail, what the first one raised is what is raised."""
    found, also = await asyncio.gather(one, other, return_exceptions=True)
    if isinstance(found, BaseException):
        raise found
    if isinstance(also, BaseException):
        raise also
    return found, also


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
