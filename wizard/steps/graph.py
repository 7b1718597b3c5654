"""Links as data, and the one place that walks them: at once, but for what needs another.

One cause gives one `fail`: what needs the link that broke becomes `skip`, naming it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Final

from wizard.core.checks import Check, Status, Step, failed, skipped
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage, diagnose
from wizard.core.events import Checked, Event, Progressed
from wizard.core.ports import Parts
from wizard.core.state import Journey, fold
from wizard.steps.run import crash

SLOW_S: Final = 3.0
"""After so long without a word from a link, that it is still at work is said."""
_BROKEN: Final = (Status.FAIL, Status.UNKNOWN)

Work = Callable[[Parts, Journey], AsyncGenerator[Event, None]]


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain: its work, and what must hold before."""

    id: str
    """The check that stands for it; also of its row when it is skipped."""
    step: Step
    work: Work
    needs: tuple[str, ...] = ()
    """Links that must hold: when one broke, this one is skipped."""
    after: tuple[str, ...] = ()
    """Links whose end it waits for, whatever came of them: it uses what they found."""
    limit_s: float = 120.0
    """Its checks have deadlines of their own; this one is for a fault of ours."""
    is_quiet: bool = False
    """No row when it is skipped: it is a remark on other links and no link of its own."""


async def walk(
    parts: Parts, journey: Journey, links: Sequence[Link]
) -> AsyncGenerator[Event, None]:
    """The events of all links as they come. Leaving it ends all that runs, and waits for that."""
    walking = _Walk(parts, journey, list(links))
    try:
        async with aclosing(walking.events()) as events:
            async for event in events:
                yield event
    finally:
        await walking.end()


class _Walk:
    """One walk over the links."""

    def __init__(self, parts: Parts, journey: Journey, waiting: list[Link]) -> None:
        self._parts = parts
        self._journey = journey
        self._waiting = waiting
        self._broken: dict[str, Check] = {}
        """By link: the first check that broke it, its own or one that it needed."""
        self._ended: set[str] = set()
        """Links that came to their end or were skipped."""
        self._running: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._told: asyncio.Queue[tuple[Link, Event | None]] = asyncio.Queue()

    async def events(self) -> AsyncGenerator[Event, None]:
        for row in self._begin():
            yield row
        while self._running:
            link, event = await self._told.get()
            if event is None:
                self._running.discard(link.id)
                self._ended.add(link.id)
                for row in self._begin():
                    yield row
                continue
            if isinstance(event, Checked) and event.check.status in _BROKEN:
                self._broken.setdefault(link.id, event.check)
            self._journey = fold(self._journey, event)
            yield event
        if self._waiting:
            raise AssertionError(f"{self._waiting[0].id} waits for a link that there is not")

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self) -> list[Event]:
        """Start every link whose time has come; the rows of those that cannot be tried."""
        rows: list[Event] = []
        is_settled = False
        while not is_settled:
            is_settled = True
            for link in tuple(self._waiting):
                broken = next((self._broken[n] for n in link.needs if n in self._broken), None)
                if broken is not None:
                    # What waits for it, or needs it, may have its turn now.
                    is_settled = False
                    self._waiting.remove(link)
                    self._broken[link.id] = broken
                    self._ended.add(link.id)
                    if not link.is_quiet:
                        rows.append(Checked(skipped(link.id, link.step, "not tried", broken.id)))
                elif self._ended.issuperset((*link.needs, *link.after)):
                    self._waiting.remove(link)
                    self._running.add(link.id)
                    self._tasks.append(asyncio.create_task(self._follow(link), name=link.id))
        return rows

    async def _follow(self, link: Link) -> None:
        """Its events; what goes wrong with it is a row, and stops no other link."""
        notice = asyncio.create_task(self._notice(link))
        try:
            async with (
                asyncio.timeout(link.limit_s),
                aclosing(link.work(self._parts, self._journey)) as events,
            ):
                async for event in events:
                    self._told.put_nowait((link, event))
        except TimeoutError:
            words = f"not at its end after {link.limit_s:g} s"
            late = Problem(Evidence(Stage.API, link.id, words, fault=Fault.TIMEOUT))
            self._tell_fault(link, late)
        except Exception as error:  # noqa: BLE001 - one link's fault is one row
            self._tell_fault(link, crash(error))
        finally:
            notice.cancel()
            await asyncio.gather(notice, return_exceptions=True)
            self._told.put_nowait((link, None))

    def _tell_fault(self, link: Link, problem: Problem) -> None:
        found = diagnose(problem, self._parts.catalogue, self._parts.common_signs)
        self._told.put_nowait((link, Checked(failed(link.id, link.step, found))))

    async def _notice(self, link: Link) -> None:
        """Say that it still runs: nobody should wonder whether anything happens."""
        clock = self._parts.clock
        began = clock.monotonic()
        while True:
            await clock.sleep(SLOW_S)
            running = next((b for b in self._journey.running if b.step is link.step), None)
            seconds = clock.monotonic() - began
            if running is not None:
                self._told.put_nowait(
                    (link, Progressed(running.check, f"{running.text}: {seconds:.0f} s so far"))
                )
