"""Every check for a profile or prefix; changes nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from wizard.core.checks import Check, Status, Step, skipped
from wizard.core.events import Checked, Event
from wizard.core.names import InvalidNameError, Reference
from wizard.core.ports import Parts
from wizard.core.state import Journey, fold
from wizard.steps import detect, login, push, registry, visibility
from wizard.steps.journey import blocked
from wizard.steps.run import merged


async def examine(
    parts: Parts, journey: Journey, *, with_push: bool
) -> AsyncGenerator[Event, None]:
    """Engine and registry do not need each other: both chains run at once.

    With `with_push` the real test push is done and pulled; else the rights are probed and the
    last proven image (or `choices.tag`) is looked at.
    """
    if journey.choices.prefix is None:
        async with aclosing(_engine_only(parts, journey)) as events:
            async for event in events:
                yield event
        return
    chains = (detect.detect(parts, journey), _registry_chain(parts, journey))
    async with aclosing(merged(*chains)) as events:
        async for event in events:
            journey = fold(journey, event)
            yield event
    async with aclosing(_last_links(parts, journey, with_push=with_push)) as events:
        async for event in events:
            yield event


async def _engine_only(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    async with aclosing(detect.detect(parts, journey)) as events:
        async for event in events:
            journey = fold(journey, event)
            yield event
    failure = journey.failure(Step.ENGINE)
    if failure is not None:
        for row in blocked(Step.ENGINE, failure.id):
            yield Checked(row)
        return
    yield Checked(_unknown(registry.NAME, Step.REGISTRY, "no registry has been chosen yet"))
    for row in blocked(Step.REGISTRY, registry.NAME):
        yield Checked(row)


async def _registry_chain(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Reach, then login: the second needs what the first learned."""
    for step, check in ((registry.reach, ""), (login.find, login.FOUND)):
        failure = journey.failure(Step.REGISTRY)
        if failure is not None:
            yield Checked(skipped(check, Step.LOGIN, "not tried", failure.id))
            return
        async with aclosing(step(parts, journey)) as events:
            async for event in events:
                journey = fold(journey, event)
                yield event


async def _last_links(
    parts: Parts, journey: Journey, *, with_push: bool
) -> AsyncGenerator[Event, None]:
    needed = (Step.ENGINE, Step.REGISTRY, Step.LOGIN) if with_push else (Step.REGISTRY, Step.LOGIN)
    failure = next((f for s in needed if (f := journey.failure(s))), None)
    if failure is not None:
        for row in blocked(Step.LOGIN, failure.id):
            yield Checked(row)
        return
    if with_push:
        async with aclosing(push.push(parts, journey)) as events:
            async for event in events:
                journey = fold(journey, event)
                yield event
        broken = journey.failure(Step.PUSH)
        if broken is not None:
            yield Checked(skipped(visibility.PULL, Step.VISIBILITY, "not tried", broken.id))
            return
        last = visibility.verify(parts, journey)
    else:
        last = merged(push.rights(parts, journey), _proven(parts, journey))
    async with aclosing(last) as events:
        async for event in events:
            yield event


async def _proven(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Look at the image that was proven last, or at the one that was named."""
    reference = _last_reference(parts, journey)
    if reference is None:
        said = "no image has been proven yet; run with --push, or name one with --image NAME:TAG"
        yield Checked(_unknown(visibility.PULL, Step.VISIBILITY, said))
        return
    async with aclosing(visibility.look(parts, journey, reference)) as events:
        async for event in events:
            yield event


def _last_reference(parts: Parts, journey: Journey) -> Reference | None:
    to = registry.destination(parts, journey)
    if journey.choices.tag:
        return to.repository.tagged(journey.choices.tag)
    profile = parts.settings.load().profile(journey.choices.profile)
    if profile is None or profile.proof is None or profile.proof.deleted:
        return None
    try:
        reference = Reference.parse(profile.proof.reference)
    except InvalidNameError:
        return None
    return reference if reference.repository == to.repository else None


def _unknown(id_: str, step: Step, summary: str) -> Check:
    return Check(id_, step, Status.UNKNOWN, summary)
