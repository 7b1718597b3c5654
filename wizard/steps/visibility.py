"""Would a cluster without credentials pull it: step Visibility."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from wizard.core.checks import Check, Pull, Status, Step, Visibility, failed, passed
from wizard.core.diagnosis import Diagnosis
from wizard.core.events import Began, Checked, Event, Progressed, Verified
from wizard.core.image import Manifest
from wizard.core.names import Reference
from wizard.core.ports import Parts
from wizard.core.secret import ANONYMOUS
from wizard.core.state import Journey
from wizard.steps.order import PULL
from wizard.steps.pull import UNDECIDED_PULLS, as_private, private_or_missing, pull
from wizard.steps.registry import Destination, destination
from wizard.steps.run import Done, attempt

WATCH = "visibility.watch"
WATCH_EVERY_S = 5.0
WATCH_FOR_S = 1800.0

_NOT_FOR_ALL = ("pull.private", "pull.never-anonymous", "pull.private-or-missing")


async def verify(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Pull the pushed image with no credential at all."""
    pushed = journey.pushed
    if pushed is None:
        return
    stream = look(parts, journey, pushed.reference, pushed.manifest)
    async with aclosing(stream) as events:
        async for event in events:
            yield event


async def look(
    parts: Parts, journey: Journey, reference: Reference, known: Manifest | None = None
) -> AsyncGenerator[Event, None]:
    """The same for any reference; `known` is its manifest when it was just pushed."""
    to = destination(parts, journey)
    limit_s = parts.outside.timeout_s * 2
    yield Began(PULL, Step.VISIBILITY, f"pulling {reference} without a login", limit_s)
    platform = journey.choices.platform
    api = parts.api(to.endpoint, ANONYMOUS)
    outcome = await attempt(
        parts,
        pull(api, reference, platform, known),
        to.provider.signs,
        about=reference,
        limit_s=limit_s,
    )
    if isinstance(outcome, Done):
        said = f"anybody can pull it, the cluster too ({platform})"
        row = passed(PULL, Step.VISIBILITY, said, *outcome.value.evidence, seconds=outcome.seconds)
        yield Verified(reference, Visibility.PUBLIC, Pull.PUBLIC)
        yield Checked(row)
        return
    trouble = outcome.found
    if known is not None and trouble.cause in UNDECIDED_PULLS:
        trouble = as_private(parts, trouble)  # it was read back a moment ago
    elif journey.login is not None:
        credential = parts.logins.credential(journey.login)
        trouble = await private_or_missing(parts, to.provider, reference, trouble, credential)
    if trouble.cause not in _NOT_FOR_ALL:
        yield Verified(reference, Visibility.UNKNOWN, Pull.UNPROVEN)
        yield Checked(failed(PULL, Step.VISIBILITY, trouble, outcome.seconds))
        return
    verified = await _private(parts, journey, to, reference, trouble)
    yield verified
    yield Checked(_private_row(journey, verified, trouble, outcome.seconds))


async def _private(
    parts: Parts, journey: Journey, to: Destination, reference: Reference, trouble: Diagnosis
) -> Verified:
    repository = reference.repository
    kind = await attempt(parts, to.provider.owner_kind(repository, parts.outside))
    owner_kind = kind.value if isinstance(kind, Done) else ""
    fixes = to.provider.publish_fixes(repository, owner_kind)
    owner = repository.path.partition("/")[0]
    who = {
        "user": f"only {owner}",
        "organization": f"an owner of {owner}, or an administrator of the package",
    }.get(owner_kind, f"the owner of {owner}")
    is_there = trouble.cause in ("pull.private", "pull.never-anonymous")
    declared = bool(_declared(journey)) and is_there
    return Verified(
        reference,
        Visibility.PRIVATE if is_there else Visibility.UNKNOWN,
        Pull.DECLARED if declared else Pull.UNPROVEN,
        owner=who,
        publish_fixes=fixes,
    )


def _declared(journey: Journey) -> str:
    """How the cluster gets in, in the user's own words; nothing here is proof."""
    choices = journey.choices
    if choices.declared_pull:
        return choices.declared_pull
    if choices.cluster_account:
        return f"AWS account {choices.cluster_account}"
    return choices.cluster_principal


def _private_row(journey: Journey, verified: Verified, trouble: Diagnosis, seconds: float) -> Check:
    own = (*verified.publish_fixes, *(f for f in trouble.fixes if f not in verified.publish_fixes))
    row = failed(PULL, Step.VISIBILITY, replace(trouble, fixes=own), seconds)
    if verified.pull is not Pull.DECLARED:
        return row
    said = f"private; you declared that the cluster pulls it by: {_declared(journey)}"
    return replace(row, status=Status.WARN, summary=said)


async def watch(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Ask again every few seconds until somebody has made the image public."""
    began = parts.clock.monotonic()
    yield Began(WATCH, Step.VISIBILITY, "waiting for it to become public", WATCH_FOR_S)
    while (waited := parts.clock.monotonic() - began) < WATCH_FOR_S:
        yield Progressed(WATCH, "asking again every 5 s", int(waited), int(WATCH_FOR_S))
        await parts.clock.sleep(WATCH_EVERY_S)
        public = False
        async with aclosing(verify(parts, journey)) as events:
            async for event in events:
                if isinstance(event, Verified):
                    public = event.visibility is Visibility.PUBLIC
                if not isinstance(event, Began):
                    yield event
        if public:
            return
