"""Who may pull, by the registry's own word, and opening it to them after consent."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from wizard.core.actions import OPEN_ACCESS
from wizard.core.checks import Pull, Step, passed
from wizard.core.diagnosis import Diagnosis, Evidence, Fix, Problem, Stage, diagnose
from wizard.core.events import Began, Checked, Event, Verified
from wizard.core.names import Repository
from wizard.core.ports import Access, Audience, Opening, Parts
from wizard.core.state import Choices, Journey
from wizard.steps.registry import Destination, destination
from wizard.steps.repository import credential_of
from wizard.steps.run import Done, Trouble, attempt

OPENED = "visibility.opened"
OPEN_LIMIT_S = 30.0
LOOKS = 10
"""After a change, policies take some seconds to reach every server (seen up to a minute)."""
BETWEEN_LOOKS_S = 3.0


def audience_of(choices: Choices) -> Audience:
    """Who shall be able to pull: the declared identity, else everybody."""
    return Audience(choices.cluster_account, choices.cluster_principal)


async def judge(
    parts: Parts, journey: Journey, to: Destination, repository: Repository
) -> Done[Access | None] | Trouble:
    """What the management side says of the journey's audience."""
    asking = to.provider.access(
        repository, audience_of(journey.choices), credential_of(parts, journey), parts.outside
    )
    limit_s = parts.outside.timeout_s * 2
    return await attempt(parts, asking, to.provider.signs, about=repository, limit_s=limit_s)


def refused(parts: Parts, to: Destination, access: Access, audience: Audience) -> Diagnosis:
    """The declared identity has no right to pull."""
    seen = Evidence(
        Stage.API,
        f"may {audience} pull {to.repository}",
        access.said,
        to.endpoint.host,
        facts={"reference": str(to.repository), "principal": str(audience)},
    )
    more = tuple(Evidence(Stage.API, answered=line) for line in access.evidence)
    fixes = (*(opening_fix(o) for o in (access.opening,) if o), *access.fixes)
    problem = Problem(*more, seen, cause="pull.cluster-not-granted", fixes=fixes)
    return diagnose(problem, parts.catalogue)


def opening_fix(opening: Opening) -> Fix:
    """The change as a fix that the wizard can apply."""
    return Fix(
        opening.title,
        command=opening.command,
        action=OPEN_ACCESS,
        changes="; ".join(opening.details),
    )


async def open_up(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Make the change that was shown, then pull again until it has reached every server."""
    from wizard.steps.visibility import verify

    verified = journey.verified
    to = destination(parts, journey)
    repository = verified.reference.repository if verified else to.repository
    yield Began(OPENED, Step.VISIBILITY, f"changing who may pull {repository}", OPEN_LIMIT_S)
    opening = to.provider.open_to(
        repository, audience_of(journey.choices), credential_of(parts, journey), parts.outside
    )
    done = await attempt(parts, opening, to.provider.signs, about=repository, limit_s=OPEN_LIMIT_S)
    if isinstance(done, Trouble):
        yield Checked(done.row(OPENED, Step.VISIBILITY))
        return
    yield Checked(passed(OPENED, Step.VISIBILITY, done.value, seconds=done.seconds))
    for look in range(LOOKS):
        is_open = False
        held: list[Event] = []
        async with aclosing(verify(parts, journey)) as events:
            async for event in events:
                if isinstance(event, Verified):
                    is_open = event.pull is not Pull.UNPROVEN
                held.append(event)
        if is_open or look == LOOKS - 1:
            for event in held:
                yield event
            return
        await parts.clock.sleep(BETWEEN_LOOKS_S)
