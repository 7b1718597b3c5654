"""Push a tiny real image by the chosen engine and read it back: step Test push."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

import wizard
from wizard.core.checks import Check, Step, failed, passed, skipped
from wizard.core.diagnosis import Evidence, Problem, Stage, diagnose
from wizard.core.events import Began, Checked, Event, Progressed, Pushed
from wizard.core.image import TestImage, make_test_image
from wizard.core.names import Reference
from wizard.core.ports import (
    EngineProgress,
    EnginePushed,
    FoundEngine,
    Parts,
    RegistryApi,
)
from wizard.core.secret import AnyCredential
from wizard.core.state import Journey
from wizard.steps.blame import PUSH_LIMIT_S, blame
from wizard.steps.login import DOCKER
from wizard.steps.order import DELETED, IMAGE
from wizard.steps.read_back import read_back
from wizard.steps.refused import compared
from wizard.steps.registry import Destination, destination
from wizard.steps.repository import Consent, credential_of, ensure
from wizard.steps.run import Trouble, attempt, crash

RIGHTS = "push.rights"

NONCE_SHOWN = 4
"""Bytes of the nonce that make the tag: enough to be fresh, short enough to read aloud."""


def planned(journey: Journey, nonce: bytes, to: Destination) -> Reference:
    """The reference that a push would create."""
    tag = journey.choices.tag or f"wizard-check-{nonce[:NONCE_SHOWN].hex()}"
    return to.repository.tagged(tag)


async def rights(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """May this login push there? Asked without leaving anything behind."""
    to = destination(parts, journey)
    yield Began(RIGHTS, Step.PUSH, f"asking whether {to.repository} may be pushed to")
    credential = credential_of(parts, journey)
    api = parts.api(to.endpoint, credential)
    limit_s = parts.outside.timeout_s * 2
    outcome = await attempt(
        parts,
        _both_words(parts, to, credential, api),
        to.provider.signs,
        about=to.repository,
        stage=Stage.UPLOAD,
        limit_s=limit_s,
    )
    if isinstance(outcome, Trouble):
        told = _told_apart(parts, journey, outcome)
        found = await compared(parts, to, credential, told.found)
        yield Checked(replace(told, found=found).row(RIGHTS, Step.PUSH))
        return
    said = f"{to.repository} may be pushed to"
    yield Checked(passed(RIGHTS, Step.PUSH, said, *outcome.value, seconds=outcome.seconds))


def _told_apart(parts: Parts, journey: Journey, refused: Trouble) -> Trouble:
    """A login that was taken a moment ago is not wrong: what it may not do is push here."""
    if refused.found.cause != "login.rejected" or journey.identity is None:
        return refused
    told = Evidence(Stage.TOKEN, "the same login, without asking for the right to push", "taken")
    problem = Problem(*refused.found.evidence, told, cause="push.not-permitted")
    return Trouble(diagnose(problem, parts.catalogue), refused.seconds)


async def permitted(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Is there a place to push to, and may this login? Nothing is made, nothing left behind."""
    looking = replace(journey, choices=replace(journey.choices, create_repository=False))
    async with aclosing(ensure(parts, looking)) as events:
        async for event in events:
            yield event
            if isinstance(event, Checked) and event.check.cause:
                return
    async with aclosing(rights(parts, journey)) as events:
        async for event in events:
            yield event


async def _both_words(
    parts: Parts, to: Destination, credential: AnyCredential, api: RegistryApi
) -> tuple[str, ...]:
    """An upload begun and cancelled, and what the management side says, asked at the same time.

    Raises Problem when either says no; the management side knows the missing right by name.
    """
    said, probed = await asyncio.gather(
        to.provider.rights(to.repository, credential, parts.outside),
        api.may_push(to.repository),
        return_exceptions=True,
    )
    for wrong in (said, probed):
        if isinstance(wrong, BaseException) and not isinstance(wrong, Problem):
            raise wrong
    if isinstance(said, Problem) and isinstance(probed, Problem):
        evidence = (*probed.evidence, *said.evidence)
        fixes = (*said.fixes, *probed.fixes)
        raise Problem(*evidence, cause=said.cause or probed.cause, fixes=fixes)
    if isinstance(said, BaseException):
        raise said
    if isinstance(probed, BaseException):
        raise probed
    return (probed, *said)


async def push(
    parts: Parts, journey: Journey, consent: Consent | None = None
) -> AsyncGenerator[Event, None]:
    """Rights first (an engine hides a refusal behind its retries), then push, then read back.

    A repository that must be made first is made when `consent`, or the journey's choice, says so.
    """
    async with aclosing(ensure(parts, journey, consent)) as events:
        async for event in events:
            yield event
            if isinstance(event, Checked) and event.check.cause:
                return
    engine = journey.engine
    if engine is None:
        yield Checked(skipped(IMAGE, Step.PUSH, "no engine was chosen", "engine.detect"))
        return
    if engine.engine != "none":
        # The wizard's own push is its own probe of the rights: asking twice would be waste.
        async with aclosing(rights(parts, journey)) as events:
            async for event in events:
                yield event
                if isinstance(event, Checked) and event.check.cause:
                    return
    to = destination(parts, journey)
    nonce = parts.nonce()
    reference = planned(journey, nonce, to)
    image = make_test_image(journey.choices.platform, _labels(parts, reference), nonce)
    async with aclosing(_push_and_read(parts, journey, to, engine, reference, image)) as events:
        async for event in events:
            yield event


async def _push_and_read(
    parts: Parts,
    journey: Journey,
    to: Destination,
    engine: FoundEngine,
    reference: Reference,
    image: TestImage,
) -> AsyncGenerator[Event, None]:
    began = parts.clock.monotonic()
    yield Began(IMAGE, Step.PUSH, f"pushing {reference}", PUSH_LIMIT_S)
    credential = credential_of(parts, journey)
    done: EnginePushed | None = None
    try:
        pushing = parts.engine(engine.engine).push(
            engine,
            image,
            reference,
            credential,
            parts.outside,
            is_stored=journey.login is None or DOCKER in journey.login.tools,
        )
        async with aclosing(pushing) as items:
            async for item in items:
                if isinstance(item, EngineProgress):
                    yield Progressed(IMAGE, item.text, item.done, item.total)
                else:
                    done = item
    except Problem as problem:
        yield Progressed(IMAGE, "that failed; trying the wizard's own push to tell why")
        yield Checked(await blame(parts, to, engine, problem, (reference, image, credential)))
        return
    except Exception as error:  # noqa: BLE001 - a fault of ours is a row
        yield Checked(failed(IMAGE, Step.PUSH, diagnose(crash(error), parts.catalogue)))
        return
    if done is None:
        raise AssertionError("an engine's push ends with EnginePushed")
    seconds = parts.clock.monotonic() - began
    said = f"pushed {reference} by {done.route}"
    yield Checked(passed(IMAGE, Step.PUSH, said, str(done.digest), seconds=seconds))
    api = parts.api(to.endpoint, credential)
    async with aclosing(read_back(parts, to, api, reference, done, image)) as events:
        async for event in events:
            yield replace(event, seconds=seconds) if isinstance(event, Pushed) else event


def _labels(parts: Parts, reference: Reference) -> dict[str, str]:
    created = parts.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "org.opencontainers.image.title": "registry-wizard test image",
        "org.opencontainers.image.description": (
            "Proves that images can be pushed here and pulled from here. Safe to delete: "
            f"delete the tag {reference.tag}, or run registry-wizard setup --delete-image."
        ),
        # No repository address on purpose: GHCR links the package to whatever stands here.
        "org.opencontainers.image.source": f"registry-wizard {wizard.__version__}",
        "org.opencontainers.image.created": created,
    }


async def delete(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Take the test image away again, by the registry's own way."""
    pushed = journey.pushed
    if pushed is None:
        return
    to = destination(parts, journey)
    yield Began(DELETED, Step.PUSH, f"deleting {pushed.reference}", parts.outside.timeout_s)
    credential = credential_of(parts, journey)

    async def remove() -> str:
        said = await to.provider.delete(pushed.reference, pushed.digest, credential, parts.outside)
        if said is not None:
            return said
        api = parts.api(to.endpoint, credential)
        await api.delete_manifest(pushed.reference.repository, str(pushed.digest))
        return f"deleted {pushed.reference}"

    outcome = await attempt(
        parts,
        remove(),
        to.provider.signs,
        about=pushed.reference,
        stage=Stage.DELETE,
        limit_s=parts.outside.timeout_s * 2,
    )
    if isinstance(outcome, Trouble):
        yield Checked(_kept(outcome))
        return
    yield Checked(passed(DELETED, Step.PUSH, outcome.value, seconds=outcome.seconds))


def _kept(trouble: Trouble) -> Check:
    """A test image that stays behind harms nothing: a warning, with what the registry said."""
    found = replace(trouble.found, is_warning=True)
    row = failed(DELETED, Step.PUSH, found, trouble.seconds)
    return replace(row, summary=f"the test image stays: {row.summary}")
