"""The repository that must exist before a push: looked for, and made after consent."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace

from wizard.core.actions import CREATE_REPOSITORY
from wizard.core.checks import Check, Step, failed, passed
from wizard.core.diagnosis import Evidence, Fix, Problem, Stage, diagnose
from wizard.core.events import Began, Checked, Event
from wizard.core.ports import NewRepository, Parts
from wizard.core.secret import ANONYMOUS, AnyCredential
from wizard.core.state import Journey
from wizard.steps.registry import Destination, destination
from wizard.steps.run import Trouble, attempt

REPOSITORY = "push.repository"
CREATE_LIMIT_S = 60.0
"""Clouds make a repository in seconds, and take some more until every part of them knows it."""

Consent = Callable[[NewRepository], Awaitable[bool]]


async def ensure(
    parts: Parts, journey: Journey, consent: Consent | None = None
) -> AsyncGenerator[Event, None]:
    """A row only where there is something to say: made, or missing.

    Without `consent` the journey's own choice decides.
    """
    to = destination(parts, journey)
    credential = credential_of(parts, journey)
    limit_s = parts.outside.timeout_s * 2
    provider = to.provider
    wants_private = journey.choices.wants_private
    look = provider.missing_private if wants_private else provider.missing_repository
    looked = await attempt(
        parts,
        look(to.repository, credential, parts.outside),
        to.provider.signs,
        about=to.repository,
        stage=Stage.API,
        limit_s=limit_s,
    )
    if isinstance(looked, Trouble):
        yield Checked(looked.row(REPOSITORY, Step.PUSH))
        return
    missing = looked.value
    if missing is None:
        return
    agreed = await consent(missing) if consent else journey.choices.create_repository
    if not agreed:
        yield Checked(_missing(parts, to, missing))
        return
    yield Began(REPOSITORY, Step.PUSH, f"making {missing.title}", CREATE_LIMIT_S)
    made = await attempt(
        parts,
        to.provider.create_repository(to.repository, credential, parts.outside),
        to.provider.signs,
        about=to.repository,
        stage=Stage.API,
        limit_s=CREATE_LIMIT_S,
    )
    if isinstance(made, Trouble):
        yield Checked(made.row(REPOSITORY, Step.PUSH))
        return
    yield Checked(passed(REPOSITORY, Step.PUSH, made.value, seconds=made.seconds))


async def agree(_missing: NewRepository) -> bool:
    """For a person who just chose to have it made."""
    return True


def credential_of(parts: Parts, journey: Journey) -> AnyCredential:
    """The journey's login, or none."""
    return parts.logins.credential(journey.login) if journey.login else ANONYMOUS


def _missing(parts: Parts, to: Destination, missing: NewRepository) -> Check:
    seen = Evidence(
        Stage.API,
        f"{to.repository}",
        f"{missing.title} does not exist yet",
        to.endpoint.host,
        facts={"reference": str(to.repository), "repository": str(to.repository)},
    )
    fix = Fix(
        f"Create {missing.title}",
        command=missing.command,
        action=CREATE_REPOSITORY,
        changes="\n".join(missing.details),
    )
    problem = Problem(seen, cause="push.repository-missing", fixes=(fix,))
    found = diagnose(problem, parts.catalogue)
    # What helps is known exactly: the catalogue's fixes speak of every registry at once.
    return failed(REPOSITORY, Step.PUSH, replace(found, fixes=(fix,)))
