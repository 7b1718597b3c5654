"""The places where a login could be kept, tried before a secret is asked for: step Login."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from typing import Final

from wizard.core.checks import Check, Status, Step, failed, passed
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Problem, diagnose
from wizard.core.events import Began, Checked, Event
from wizard.core.ports import Fitness, Parts, StoreChoice, StorePlan, StoreVerdict
from wizard.core.state import Journey
from wizard.steps.registry import destination

TRIED: Final = "login.stores"
LIMIT_S: Final = 30.0
"""All are tried at once, and each question to one has 5 to 8 s; this bounds them together."""
_OWN: Final = "registry-wizard"
"""The wizard's own helper, which serves the system's keyring."""
_GIVEN: Final = (StoreChoice.NONE, StoreChoice.PLAINTEXT)
"""What the person chose needs no helper."""


@dataclass(frozen=True, slots=True)
class Place:
    """Another place that a person may choose."""

    store: StoreChoice
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What trying showed, and where a login would go by that."""

    host: str
    verdicts: tuple[StoreVerdict, ...] = ()
    plan: StorePlan | None = None
    problem: Check | None = None
    """Set where no place is to be had."""
    is_running: bool = False

    @property
    def unfit(self) -> tuple[StoreVerdict, ...]:
        return tuple(verdict for verdict in self.verdicts if not verdict.is_fit)


async def bench(parts: Parts, journey: Journey, *, again: bool = False) -> tuple[StoreVerdict, ...]:
    """Each helper of this machine, tried once in a run; none in practice, which has its own.

    `again` tries those anew that did not work. Nothing where it takes longer than it may.
    """
    if parts.is_sandbox or journey.choices.store in _GIVEN:
        return ()
    try:
        async with asyncio.timeout(LIMIT_S):
            return await parts.logins.bench(destination(parts, journey).endpoint, again=again)
    except TimeoutError:
        return ()


async def trial(parts: Parts, journey: Journey, *, again: bool = False) -> Trial:
    """The helpers, and then where a login of somebody not known yet would go."""
    to = destination(parts, journey)
    verdicts = await bench(parts, journey, again=again)
    try:
        plan = await parts.logins.plan(to.endpoint, "", journey.choices.store)
    except Problem as problem:
        found = diagnose(problem, parts.catalogue, parts.common_signs)
        return Trial(to.endpoint.host, verdicts, problem=failed(TRIED, Step.LOGIN, found))
    return Trial(to.endpoint.host, verdicts, plan)


async def tried(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """One row for all that work, and one with cause and fix for each that does not."""
    if parts.is_sandbox or journey.choices.store in _GIVEN:
        return
    yield Began(TRIED, Step.LOGIN, "trying where a login could be kept", LIMIT_S)
    for row in rows(await bench(parts, journey)):
        yield Checked(row)


def rows(verdicts: tuple[StoreVerdict, ...]) -> Iterator[Check]:
    """What is unfit is a warning: whether a login can be kept is said when it is."""
    works = [verdict for verdict in verdicts if verdict.is_fit]
    seconds = max((verdict.seconds for verdict in verdicts), default=0.0)
    said = f"{len(works)} of {len(verdicts)} helpers here can keep a login"
    if not verdicts:
        said = "no helper that keeps logins is installed"
    evidence = (f"{verdict.title}: {verdict.said}" for verdict in works)
    yield passed(TRIED, Step.LOGIN, said, *evidence, seconds=seconds)
    yield from (row for verdict in verdicts if (row := unfit_row(verdict)) is not None)


def unfit_row(verdict: StoreVerdict) -> Check | None:
    """None for one that works."""
    if verdict.problem is None:
        return None
    row = failed(f"{TRIED}.{verdict.helper}", Step.LOGIN, verdict.problem, verdict.seconds)
    summary = "; ".join((f"{verdict.title}: {verdict.said}", *named(verdict)))
    return replace(row, status=Status.WARN, summary=summary)


def named(verdict: StoreVerdict) -> tuple[str, ...]:
    """Who has docker use it: `named by credsStore`, `found by docker`; empty where nobody does."""
    return tuple(
        setting if setting.startswith("found") else f"named by {setting}"
        for setting in verdict.settings
    )


def other_places(
    verdicts: tuple[StoreVerdict, ...],
    plan: StorePlan | None,
    chosen: StoreChoice,
    cause: str = "",
) -> tuple[Place, ...]:
    """Where else a login may go.

    `plan` is where it would go now; None: nowhere as things are, for this `cause`. A file of
    docker's that cannot be used (`config.*`) stands in the way of every place but one.
    """
    now = plan.store if plan is not None else chosen
    is_blocked = cause.startswith("config.")
    return tuple(
        place
        for place in _places(verdicts)
        if place.store is not now and not (is_blocked and place.store is not StoreChoice.NONE)
    )


def _places(verdicts: tuple[StoreVerdict, ...]) -> Iterator[Place]:
    keeps = [v for v in verdicts if v.fitness in (Fitness.WORKS, Fitness.SLOW)]
    for native in [verdict for verdict in keeps if verdict.helper != _OWN][:1]:
        yield Place(StoreChoice.HELPER, f"Keep it in {native.title}", native.said)
    for own in [verdict for verdict in keeps if verdict.helper == _OWN]:
        yield Place(StoreChoice.KEYRING, f"Keep it in {own.title}", own.said)
    yield Place(StoreChoice.NONE, "Keep it for this run only", "Nothing is written.")
    yield Place(
        StoreChoice.PLAINTEXT,
        "Keep it unencrypted in docker's config.json",
        "Every program that runs as you can read it; it is asked about once more.",
    )
