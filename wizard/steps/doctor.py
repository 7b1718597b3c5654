"""Every check for a profile or prefix, as a graph of links; changes nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from wizard.core.checks import Step, unknown
from wizard.core.events import Checked, Event
from wizard.core.ports import Parts
from wizard.core.state import Journey
from wizard.steps import detect
from wizard.steps.graph import Link, walk
from wizard.steps.order import ENGINE, FOUND, IMAGE, NAME, PULL, REACH

SDK = "sdk.python"


async def examine(
    parts: Parts, journey: Journey, *, with_push: bool
) -> AsyncGenerator[Event, None]:
    """All links; those that do not need each other at the same time.

    With `with_push` the real test push is done and pulled; else the rights are probed and the
    last proven image (or `choices.tag`) is looked at.
    """
    if journey.choices.prefix is None:
        links = _unchosen(parts)
    else:
        from wizard.steps.links import registry_links

        links = (*_engine(parts, is_chosen=True), *registry_links(parts, with_push=with_push))
    async with aclosing(walk(parts, journey, links)) as events:
        async for event in events:
            yield event


def _engine(parts: Parts, *, is_chosen: bool) -> tuple[Link, ...]:
    """The engine and, beside it, the SDK of the project: only a guess where it has no Python."""
    engine = Link(ENGINE, Step.ENGINE, detect.detect)
    if parts.code is None or (not is_chosen and not parts.code.has_environment):
        return (engine,)
    from wizard.steps import sdk

    return (
        engine,
        Link(SDK, Step.SDK, sdk.look, is_quiet=True),
        Link(sdk.ENGINE, Step.SDK, sdk.fits, after=(ENGINE, SDK), is_quiet=True),
    )


def _unchosen(parts: Parts) -> tuple[Link, ...]:
    """No registry has been chosen: the engine is all that can be looked at."""
    return (
        *_engine(parts, is_chosen=False),
        Link(REACH, Step.REGISTRY, _no_registry, needs=(ENGINE,)),
        Link(FOUND, Step.LOGIN, _no_registry, needs=(REACH,)),
        Link(IMAGE, Step.PUSH, _no_registry, needs=(REACH,)),
        Link(PULL, Step.VISIBILITY, _no_registry, needs=(REACH,)),
    )


async def _no_registry(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    del parts, journey
    yield Checked(unknown(NAME, Step.REGISTRY, "no registry has been chosen yet"))
