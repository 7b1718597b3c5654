"""Let somebody pull, by the registry's management side, and see that it works."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from wizard.core.checks import Pull, Step, passed
from wizard.core.events import Began, Checked, Event, Verified
from wizard.core.names import Reference
from wizard.core.ports import Parts
from wizard.core.state import Journey
from wizard.steps.access import audience_of
from wizard.steps.registry import destination
from wizard.steps.repository import credential_of
from wizard.steps.run import Trouble, attempt
from wizard.steps.visibility import look, verify

OPENED = "visibility.opened"
OPEN_LIMIT_S = 30.0
LOOKS = 10
"""After a change, policies take some seconds to reach every server (seen up to a minute)."""
BETWEEN_LOOKS_S = 3.0


async def open_up(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Make the change that was shown, then pull again until it has reached every server."""
    seen_before = journey.verified.reference if journey.verified else None
    to = destination(parts, journey)
    repository = seen_before.repository if seen_before else to.repository
    yield Began(OPENED, Step.VISIBILITY, f"changing who may pull {repository}", OPEN_LIMIT_S)
    opening = to.provider.open_to(
        repository,
        audience_of(to.provider, journey.choices),
        credential_of(parts, journey),
        parts.outside,
    )
    done = await attempt(parts, opening, to.provider.signs, about=repository, limit_s=OPEN_LIMIT_S)
    if isinstance(done, Trouble):
        yield Checked(done.row(OPENED, Step.VISIBILITY))
        return
    yield Checked(passed(OPENED, Step.VISIBILITY, done.value, seconds=done.seconds))
    if journey.pushed is None and seen_before is None:
        return  # there is no image yet by which it could be seen
    for number in range(LOOKS):
        is_open = False
        held: list[Event] = []
        async with aclosing(_again(parts, journey, seen_before)) as events:
            async for event in events:
                if isinstance(event, Verified):
                    is_open = event.pull is not Pull.UNPROVEN
                held.append(event)
        if is_open or number == LOOKS - 1:
            for event in held:
                yield event
            return
        await parts.clock.sleep(BETWEEN_LOOKS_S)


def _again(
    parts: Parts, journey: Journey, seen_before: Reference | None
) -> AsyncGenerator[Event, None]:
    """The image that was pushed, or else the one that was looked at."""
    if journey.pushed is not None or seen_before is None:
        return verify(parts, journey)
    return look(parts, journey, seen_before)
