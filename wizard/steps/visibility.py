"""Would a cluster without credentials pull it: step Visibility."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from wizard.core.checks import Check, Pull, Status, Step, Visibility, failed, passed
from wizard.core.diagnosis import Diagnosis, Evidence, Stage
from wizard.core.events import Began, Checked, Event, Progressed, PullTried, Verified
from wizard.core.image import Manifest
from wizard.core.names import Reference
from wizard.core.ports import Access, Audience, Parts
from wizard.core.secret import ANONYMOUS, Credential
from wizard.core.state import Choices, Journey
from wizard.steps.access import audience_of, judge, opening_fix, refused
from wizard.steps.order import PULL
from wizard.steps.pull import UNDECIDED_PULLS, as_private, private_or_missing, pull
from wizard.steps.registry import Destination, destination
from wizard.steps.run import Done, Trouble, attempt

WATCH = "visibility.watch"
WATCH_EVERY_S = 5.0
WATCH_FOR_S = 1800.0

_IS_THERE = ("pull.private", "pull.never-anonymous")
_SPOILT = ("pull.missing", "pull.platform", "pull.blobs")
"""What no right to pull would help."""
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
    parts: Parts,
    journey: Journey,
    reference: Reference,
    known: Manifest | None = None,
    tried: PullTried | None = None,
) -> AsyncGenerator[Event, None]:
    """The same for any reference; `known` is its manifest when it was just pushed.

    `tried` is what `ahead` found a moment ago: it is not asked for twice.
    """
    to = destination(parts, journey)
    limit_s = parts.outside.timeout_s * 2
    yield Began(PULL, Step.VISIBILITY, f"pulling {reference} without a login", limit_s)
    if tried is None or tried.reference != reference:
        tried = await _try(parts, journey, reference, known)
    trouble = tried.trouble
    if trouble is None:
        said = f"anybody can pull it, the cluster too ({journey.choices.platform})"
        row = passed(PULL, Step.VISIBILITY, said, *tried.evidence, seconds=tried.seconds)
        yield Verified(reference, Visibility.PUBLIC, Pull.PUBLIC)
        yield Checked(row)
        return
    if known is not None and trouble.cause in UNDECIDED_PULLS:
        trouble = as_private(parts, trouble)  # it was read back a moment ago
    elif journey.login is not None and known is None:
        trouble = await _by_login(parts, journey, to, reference, trouble)
    if trouble.cause not in _NOT_FOR_ALL:
        yield Verified(reference, Visibility.UNKNOWN, Pull.UNPROVEN)
        yield Checked(failed(PULL, Step.VISIBILITY, trouble, tried.seconds))
        return
    verified, trouble, unproven = await _private(parts, journey, to, reference, trouble)
    yield verified
    row = _private_row(journey, verified, trouble, tried.seconds)
    yield Checked(replace(row, summary=f"{row.summary}; {unproven}") if unproven else row)


async def _by_login(
    parts: Parts, journey: Journey, to: Destination, reference: Reference, trouble: Diagnosis
) -> Diagnosis:
    """What strangers are told nothing of, the login here sees: is it there, and all of it?"""
    credential = parts.logins.credential(journey.login) if journey.login else ANONYMOUS
    found = await private_or_missing(parts, to.provider, reference, trouble, credential)
    if found.cause not in _IS_THERE or not isinstance(credential, Credential):
        return found
    api = parts.api(to.endpoint, credential)
    seen = await attempt(
        parts,
        pull(api, reference, journey.choices.platform),
        to.provider.signs,
        about=reference,
        limit_s=parts.outside.timeout_s * 2,
    )
    is_spoilt = isinstance(seen, Trouble) and seen.found.cause.startswith(_SPOILT)
    return seen.found if isinstance(seen, Trouble) and is_spoilt else found


async def ahead(
    parts: Parts, journey: Journey, reference: Reference
) -> AsyncGenerator[Event, None]:
    """Pull it while others still ask who one is: whose login it is matters only to a refusal."""
    yield await _try(parts, journey, reference)


async def _try(
    parts: Parts, journey: Journey, reference: Reference, known: Manifest | None = None
) -> PullTried:
    to = destination(parts, journey)
    outcome = await attempt(
        parts,
        pull(parts.api(to.endpoint, ANONYMOUS), reference, journey.choices.platform, known),
        to.provider.signs,
        about=reference,
        limit_s=parts.outside.timeout_s * 2,
    )
    if isinstance(outcome, Done):
        return PullTried(reference, outcome.value.evidence, None, outcome.seconds)
    return PullTried(reference, (), outcome.found, outcome.seconds)


async def _private(
    parts: Parts, journey: Journey, to: Destination, reference: Reference, trouble: Diagnosis
) -> tuple[Verified, Diagnosis, str]:
    """Who can change that, what the management side says of it, and what follows for the row.

    Last, what of a declared right was looked at and could not be proven.
    """
    repository = reference.repository
    asking = attempt(parts, to.provider.owner_kind(repository, parts.outside))
    kind, judged = await asyncio.gather(asking, judge(parts, journey, to, repository))
    owner_kind = kind.value if isinstance(kind, Done) else ""
    is_there = trouble.cause in _IS_THERE
    choices = journey.choices
    audience = audience_of(to.provider, choices)
    access = judged.value if isinstance(judged, Done) else None
    says_no = access is not None and access.is_allowed is False and not audience.is_everybody
    is_declared = bool(declared(choices)) and is_there and not says_no
    if isinstance(judged, Trouble) and judged.found.cause.startswith("pull."):
        trouble = judged.found  # a policy forbids what would have to be done
        is_declared = False
    elif access is not None and says_no and is_there:
        trouble = refused(parts, to, access, audience)
    elif access is not None:
        lines = (access.said, *access.evidence)
        told = (Evidence(Stage.API, answered=line) for line in lines)
        trouble = replace(trouble, evidence=(*trouble.evidence, *told))
    opening = access.opening if access is not None and is_there else None
    verified = Verified(
        reference,
        Visibility.PRIVATE if is_there else Visibility.UNKNOWN,
        Pull.DECLARED if is_declared else Pull.UNPROVEN,
        owner=_who(repository.path.partition("/")[0], owner_kind),
        publish_fixes=to.provider.publish_fixes(repository, owner_kind),
        opening=opening,
    )
    return verified, trouble, _unproven(access, audience, choices) if is_declared else ""


def _unproven(access: Access | None, audience: Audience, choices: Choices) -> str:
    """What the registry has to say to the declaration, told beside it.

    Its policy was looked at and does not decide; or it knows no such identity at all.
    """
    if audience.is_everybody:
        return "" if choices.declared_pull else "this registry knows no such identity by itself"
    return access.said if access is not None and access.is_allowed is None else ""


def _who(owner: str, kind: str) -> str:
    return {
        "user": f"only {owner}",
        "organization": f"an owner of {owner}, or an administrator of the package",
    }.get(kind, f"the owner of {owner}")


def declared(choices: Choices) -> str:
    """How the cluster gets in, in the user's own words; nothing here is proof."""
    if choices.declared_pull:
        return choices.declared_pull
    if choices.cluster_account and not choices.cluster_principal:
        return f"AWS account {choices.cluster_account}"
    return choices.cluster_principal


def _private_row(journey: Journey, verified: Verified, trouble: Diagnosis, seconds: float) -> Check:
    first = (opening_fix(verified.opening),) if verified.opening else ()
    by_hand = {fix.command for fix in first if fix.command}
    own = (*first, *(fix for fix in verified.publish_fixes if fix.command not in by_hand))
    if trouble.cause == "pull.cluster-not-granted":
        own = ()  # its own fixes say it: making it public is another way, not the declared one
    # The registry's own words say where; the catalogue's speak of all registries at once.
    more = tuple(f for f in trouble.fixes if f not in own and (f.command or f.url or f.ask))
    if trouble.cause == "pull.never-anonymous" and any(fix.command for fix in own):
        more = ()  # such a registry knows all its ways out: a pull secret may not even last there
    row = failed(PULL, Step.VISIBILITY, replace(trouble, fixes=(*own, *more)), seconds)
    if verified.pull is not Pull.DECLARED:
        return row
    said = f"private; you declared that the cluster pulls it by: {declared(journey.choices)}"
    # Where nobody is ever let in without a login, what could be declared is declared.
    is_moot = trouble.cause == "pull.never-anonymous"
    return replace(row, status=Status.WARN, summary=said, fixes=first if is_moot else row.fixes)


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
