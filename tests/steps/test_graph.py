"""Links run at once but for what they need; one that breaks is one failure and stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

import pytest

from tests.support.pilot import practice_parts
from wizard.core.checks import Status, Step, passed, unknown
from wizard.core.events import Began, Checked, Event, Progressed
from wizard.core.ports import Parts
from wizard.core.state import Journey
from wizard.steps.graph import Link, walk


@pytest.fixture
async def parts() -> AsyncIterator[Parts]:
    async with practice_parts() as made:
        yield made


Work = Callable[[Parts, Journey], AsyncGenerator[Event, None]]


def holds(name: str, order: list[str], *, gate: asyncio.Event | None = None) -> Work:
    async def work(_parts: Parts, _journey: Journey) -> AsyncGenerator[Event, None]:
        order.append(f"{name} begins")
        if gate is not None:
            await gate.wait()
        yield Checked(passed(name, Step.ENGINE, "it holds"))
        order.append(f"{name} ends")

    return work


async def breaks(_parts: Parts, _journey: Journey) -> AsyncGenerator[Event, None]:
    yield Checked(unknown("broken", Step.ENGINE, "nobody knows"))


async def crashes(_parts: Parts, _journey: Journey) -> AsyncGenerator[Event, None]:
    yield Checked(passed("first", Step.ENGINE, "so far"))
    raise ValueError("secret value")


async def hangs(_parts: Parts, _journey: Journey) -> AsyncGenerator[Event, None]:
    yield Began("slow", Step.ENGINE, "asking")
    await asyncio.Event().wait()


async def rows(parts: Parts, *links: Link) -> dict[str, tuple[Status, str, str]]:
    found = {}
    async with aclosing(walk(parts, Journey(), links)) as events:
        async for event in events:
            if isinstance(event, Checked):
                check = event.check
                found[check.id] = (check.status, check.cause, check.blocked_by)
    return found


async def test_links_that_need_nothing_run_at_the_same_time(parts: Parts) -> None:
    order: list[str] = []
    gate = asyncio.Event()

    async def opens(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
        gate.set()
        async for event in holds("b", order)(parts, journey):
            yield event

    await asyncio.wait_for(
        rows(
            parts,
            Link("a", Step.ENGINE, holds("a", order, gate=gate)),
            Link("b", Step.ENGINE, opens),
        ),
        5,
    )

    assert order[0] == "a begins"
    assert order.index("b begins") < order.index("a ends")


async def test_a_link_begins_when_what_it_needs_has_ended(parts: Parts) -> None:
    order: list[str] = []

    await rows(
        parts,
        Link("b", Step.ENGINE, holds("b", order), needs=("a",)),
        Link("a", Step.ENGINE, holds("a", order)),
    )

    assert order == ["a begins", "a ends", "b begins", "b ends"]


async def test_one_cause_is_one_failure_and_names_what_it_blocks(parts: Parts) -> None:
    order: list[str] = []

    found = await rows(
        parts,
        Link("a", Step.ENGINE, breaks),
        Link("b", Step.LOGIN, holds("b", order), needs=("a",)),
        Link("c", Step.PUSH, holds("c", order), needs=("b",)),
        Link("free", Step.REGISTRY, holds("free", order)),
    )

    assert found["b"] == found["c"] == (Status.SKIP, "", "broken")
    assert found["free"][0] is Status.PASS
    assert order == ["free begins", "free ends"]


async def test_what_only_waits_for_a_link_runs_though_it_broke(parts: Parts) -> None:
    order: list[str] = []

    await rows(
        parts,
        Link("a", Step.ENGINE, breaks),
        Link("skipped", Step.LOGIN, holds("skipped", order), needs=("a",), is_quiet=True),
        Link("after", Step.SDK, holds("after", order), after=("a", "skipped")),
    )

    assert order == ["after begins", "after ends"]


async def test_a_crash_in_one_is_a_row_without_values_and_stops_no_other(parts: Parts) -> None:
    order: list[str] = []

    found = await rows(
        parts,
        Link("bad", Step.ENGINE, crashes),
        Link("good", Step.REGISTRY, holds("good", order)),
        Link("next", Step.PUSH, holds("next", order), needs=("bad",)),
    )

    assert found["bad"] == (Status.UNKNOWN, "internal.check-crashed", "")
    assert found["good"][0] is Status.PASS
    assert found["next"] == (Status.SKIP, "", "bad")


async def test_a_link_that_hangs_is_told_of_and_ends_at_its_deadline(parts: Parts) -> None:
    notices = []
    late = None
    link = Link("slow", Step.ENGINE, hangs, limit_s=0.3)
    async with aclosing(walk(parts, Journey(), (link,))) as events:
        async for event in events:
            if isinstance(event, Progressed):
                notices.append(event.text)
            if isinstance(event, Checked):
                late = event.check

    assert any("so far" in text for text in notices)
    assert late is not None
    assert late.status is not Status.PASS


async def test_leaving_early_ends_everything_that_runs(parts: Parts) -> None:
    links = (Link("a", Step.ENGINE, hangs), Link("b", Step.ENGINE, hangs))
    async with aclosing(walk(parts, Journey(), links)) as events:
        async for _ in events:
            break

    assert not {"a", "b"} & {task.get_name() for task in asyncio.all_tasks()}
