"""What the doctor looks at beyond the engine: registry, login, rights and the last proven image."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from wizard.core.checks import Step, unknown
from wizard.core.events import Checked, Event
from wizard.core.names import InvalidNameError, Reference
from wizard.core.ports import Parts
from wizard.core.state import Journey
from wizard.steps import login, push, registry, tools, visibility
from wizard.steps.graph import Link
from wizard.steps.order import ENGINE, FOUND, IMAGE, PULL, REACH

PUSH_S = 400.0
"""An engine's push and the control push after it have 120 s each, and looks before and after."""
TRIED = "visibility.tried"


def registry_links(parts: Parts, *, with_push: bool) -> tuple[Link, ...]:
    """The links behind a registry. Without a push, rights and pull do not need the engine."""
    reach = Link(REACH, Step.REGISTRY, registry.reach)
    # Where Podman may be the engine, it decides whose login counts; else nobody waits for one.
    engine = (ENGINE,) if _has_podman_alone(parts) else ()
    found = Link(FOUND, Step.LOGIN, login.find, needs=(REACH,), after=engine)
    if with_push:
        tried: tuple[Link, ...] = ()
        pushed = Link(IMAGE, Step.PUSH, push.push, needs=(ENGINE, REACH, FOUND), limit_s=PUSH_S)
        pulled = Link(PULL, Step.VISIBILITY, visibility.verify, needs=(IMAGE,))
    else:
        pushed = Link(IMAGE, Step.PUSH, push.permitted, needs=(REACH, FOUND))
        tried = (Link(TRIED, Step.VISIBILITY, _tried, needs=(REACH,), is_quiet=True),)
        pulled = Link(PULL, Step.VISIBILITY, _proven, needs=(REACH, FOUND), after=(TRIED,))
    told = Link(
        tools.TOOLS, Step.LOGIN, tools.compare, needs=(REACH,), after=(FOUND,), is_quiet=True
    )
    links = (reach, found, told, pushed, *tried, pulled)
    if parts.code is None:
        return links
    from wizard.steps import sdk

    waits = (ENGINE, IMAGE, PULL, sdk.ENGINE)
    return (*links, Link(sdk.EXISTS, Step.SDK, sdk.exists, after=waits, is_quiet=True))


def _has_podman_alone(parts: Parts) -> bool:
    which = parts.outside.which
    return which("docker") is None and which("podman") is not None


async def _tried(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Pull the last proven image without a login while the login is looked at."""
    reference = _last_reference(parts, journey)
    if reference is not None:
        async with aclosing(visibility.ahead(parts, journey, reference)) as events:
            async for event in events:
                yield event


async def _proven(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Look at the image that was proven last, or at the one that was named."""
    reference = _last_reference(parts, journey)
    if reference is None:
        said = "no image has been proven yet; run with --push, or name one with --image NAME:TAG"
        yield Checked(unknown(PULL, Step.VISIBILITY, said))
        return
    looking = visibility.look(parts, journey, reference, tried=journey.pull_tried)
    async with aclosing(looking) as events:
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
