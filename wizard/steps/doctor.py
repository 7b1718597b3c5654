"""Every check for a profile or prefix; changes nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from wizard.core.checks import Step, unknown
from wizard.core.events import Checked, Event
from wizard.core.ports import Parts
from wizard.core.state import Journey, fold
from wizard.steps import detect
from wizard.steps.order import NAME, blocked
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
    from wizard.steps.links import last_links, registry_chain

    chains = (_engine(parts, journey), registry_chain(parts, journey))
    async with aclosing(merged(*chains)) as events:
        async for event in events:
            journey = fold(journey, event)
            yield event
    async with aclosing(last_links(parts, journey, with_push=with_push)) as events:
        async for event in events:
            journey = fold(journey, event)
            yield event
    if parts.code is not None:
        from wizard.steps import sdk

        async with aclosing(sdk.exists(parts, journey)) as events:
            async for event in events:
                yield event


def _engine(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """The engine and, beside it, the SDK of the project: only a guess where it has no Python."""
    if parts.code is None or (journey.choices.prefix is None and not parts.code.has_environment):
        return detect.detect(parts, journey)
    from wizard.steps import sdk

    return sdk.beside(parts, journey, detect.detect(parts, journey))


async def _engine_only(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    async with aclosing(_engine(parts, journey)) as events:
        async for event in events:
            journey = fold(journey, event)
            yield event
    failure = journey.failure(Step.ENGINE)
    if failure is not None:
        for row in blocked(Step.ENGINE, failure.id):
            yield Checked(row)
        return
    yield Checked(unknown(NAME, Step.REGISTRY, "no registry has been chosen yet"))
    for row in blocked(Step.REGISTRY, NAME):
        yield Checked(row)
