"""What the doctor looks at beyond the engine: registry, login, rights and the last proven image."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from wizard.core.checks import Step, skipped, unknown
from wizard.core.events import Checked, Event
from wizard.core.names import InvalidNameError, Reference
from wizard.core.ports import Parts
from wizard.core.state import Journey, fold
from wizard.steps import login, push, registry, visibility
from wizard.steps.order import FOUND, PULL, blocked
from wizard.steps.run import merged


async def registry_chain(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Reach, then login: the second needs what the first learned."""
    for step, check in ((registry.reach, ""), (login.find, FOUND)):
        failure = journey.failure(Step.REGISTRY)
        if failure is not None:
            yield Checked(skipped(check, Step.LOGIN, "not tried", failure.id))
            return
        async with aclosing(step(parts, journey)) as events:
            async for event in events:
                journey = fold(journey, event)
                yield event


async def last_links(
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
            yield Checked(skipped(PULL, Step.VISIBILITY, "not tried", broken.id))
            return
        last = visibility.verify(parts, journey)
    else:
        last = merged(push.permitted(parts, journey), _proven(parts, journey))
    async with aclosing(last) as events:
        async for event in events:
            yield event


async def _proven(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Look at the image that was proven last, or at the one that was named."""
    reference = _last_reference(parts, journey)
    if reference is None:
        said = "no image has been proven yet; run with --push, or name one with --image NAME:TAG"
        yield Checked(unknown(PULL, Step.VISIBILITY, said))
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
