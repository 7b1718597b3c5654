"""Push a tiny real image by the chosen engine and read it back: step Test push."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

import wizard
from wizard.core.checks import Check, Step, failed, passed, skipped
from wizard.core.diagnosis import Diagnosis, Evidence, Fault, Problem, Stage, diagnose
from wizard.core.events import Began, Checked, Event, Progressed, Pushed
from wizard.core.image import Manifest, TestImage, config_platform, make_test_image
from wizard.core.names import Reference
from wizard.core.ports import (
    EngineProgress,
    EnginePushed,
    EngineStatus,
    FoundEngine,
    Parts,
    RegistryApi,
)
from wizard.core.secret import ANONYMOUS, AnyCredential
from wizard.core.state import Journey
from wizard.steps.login import DOCKER
from wizard.steps.registry import Destination, destination
from wizard.steps.run import Trouble, attempt, crash

RIGHTS = "push.rights"
IMAGE = "push.image"
READ_BACK = "push.read-back"
DELETED = "push.deleted"

PUSH_LIMIT_S = 120.0
# Broken before any registry was asked: a control push would tell nothing.
_ENGINE_ALONE = (
    "engine.disk-full",
    "engine.not-running",
    "engine.permission-denied",
    "engine.platform-unsupported",
    "engine.too-old",
    "engine.no-builder",
)

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
    api = parts.api(to.endpoint, _credential(parts, journey))
    limit_s = parts.outside.timeout_s * 2
    outcome = await attempt(
        parts,
        api.may_push(to.repository),
        to.provider.signs,
        about=to.repository,
        stage=Stage.UPLOAD,
        limit_s=limit_s,
    )
    if isinstance(outcome, Trouble):
        yield Checked(outcome.row(RIGHTS, Step.PUSH))
        return
    said = f"{to.repository} may be pushed to"
    yield Checked(passed(RIGHTS, Step.PUSH, said, outcome.value, seconds=outcome.seconds))


async def push(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Rights first (an engine hides a refusal behind its retries), then push, then read back."""
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
    credential = _credential(parts, journey)
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
        yield Checked(await _blame(parts, to, engine, problem, (reference, image, credential)))
        return
    except Exception as error:  # noqa: BLE001 - a fault of ours is a row
        yield Checked(failed(IMAGE, Step.PUSH, diagnose(crash(error), parts.catalogue)))
        return
    if done is None:
        raise AssertionError("an engine's push ends with EnginePushed")
    seconds = parts.clock.monotonic() - began
    said = f"pushed {reference} ({done.size_bytes} bytes) by {done.route}"
    yield Checked(passed(IMAGE, Step.PUSH, said, str(done.digest), seconds=seconds))
    api = parts.api(to.endpoint, credential)
    async with aclosing(_read_back(parts, to, api, reference, done, image)) as events:
        async for event in events:
            yield replace(event, seconds=seconds) if isinstance(event, Pushed) else event


async def _blame(
    parts: Parts,
    to: Destination,
    engine: FoundEngine,
    problem: Problem,
    what: tuple[Reference, TestImage, AnyCredential],
) -> Check:
    """The engine's push failed. If the wizard's own works, the engine is to blame."""
    tables = (parts.engine(engine.engine).signs, to.provider.signs, parts.common_signs)
    theirs = diagnose(problem, parts.catalogue, *tables)
    if engine.engine == "none" or theirs.cause in _ENGINE_ALONE:
        return failed(IMAGE, Step.PUSH, theirs)
    pushing = _own_push(parts, *what)
    own = await attempt(parts, pushing, to.provider.signs, about=what[0], limit_s=PUSH_LIMIT_S)
    if isinstance(own, Trouble):
        both = (*theirs.evidence, *own.found.evidence)
        return failed(IMAGE, Step.PUSH, replace(own.found, evidence=both))
    control = Evidence(
        Stage.UPLOAD, "control: the same image, pushed by the wizard itself", "accepted"
    )
    return failed(IMAGE, Step.PUSH, _engine_fault(parts, theirs, control))


def _engine_fault(parts: Parts, theirs: Diagnosis, control: Evidence) -> Diagnosis:
    """What the registry accepts from us and not from the engine lies on the engine's way to it."""
    evidence = (*theirs.evidence, control)
    if theirs.cause.startswith(("network.", "internal.undecided")):
        problem = Problem(*evidence, cause="engine.registry-unreachable")
        return diagnose(problem, parts.catalogue)
    return replace(theirs, evidence=evidence)


async def _own_push(
    parts: Parts, reference: Reference, image: TestImage, credential: AnyCredential
) -> None:
    """The control: the same image by the engine that is none."""
    own = parts.engine("none")
    found = FoundEngine("none", own.title, "", EngineStatus.READY)
    async with aclosing(own.push(found, image, reference, credential, parts.outside)) as items:
        async for _ in items:
            pass


async def _read_back(
    parts: Parts,
    to: Destination,
    api: RegistryApi,
    reference: Reference,
    done: EnginePushed,
    image: TestImage,
) -> AsyncGenerator[Event, None]:
    yield Began(READ_BACK, Step.PUSH, f"reading {reference} back", parts.outside.timeout_s)
    outcome = await attempt(
        parts,
        _compare(api, reference, done, image),
        to.provider.signs,
        about=reference,
        stage=Stage.MANIFEST,
        limit_s=parts.outside.timeout_s * 2,
    )
    if isinstance(outcome, Trouble):
        yield Checked(outcome.row(READ_BACK, Step.PUSH))
        return
    manifest = outcome.value
    size = sum(part.size for part in (manifest.config, *manifest.layers) if part)
    digest = str(done.digest)
    said = f"it is there, for {image.platform}, with the digest that was pushed"
    yield Checked(passed(READ_BACK, Step.PUSH, said, digest, seconds=outcome.seconds))
    yield Pushed(reference, done.digest, image.platform, size, 0.0, done.route, manifest)


async def _compare(
    api: RegistryApi, reference: Reference, done: EnginePushed, image: TestImage
) -> Manifest:
    """The platform's manifest as the registry serves it. Raises Problem when it is another's."""
    repository = reference.repository
    top = await api.get_manifest(repository, reference.version)
    if top.digest != done.digest:
        answered = f"{top.digest.short}, but {done.digest.short} was pushed"
        raise Problem(
            Evidence(Stage.MANIFEST, f"the digest of {reference}", answered, fault=Fault.DIGEST),
            cause="push.interrupted",
        )
    if top.digest == image.manifest.digest:
        return top  # our own bytes: platform and content are known
    own = top
    if top.is_index:
        child = top.child(image.platform)
        if child is None:
            raise _other_platform(reference, image, "another platform")
        own = await api.get_manifest(repository, str(child.digest))
    if own.config is None:
        raise _other_platform(reference, image, "no platform at all")
    stated = config_platform(await api.get_blob(repository, own.config))
    if (stated.os, stated.architecture) != (image.platform.os, image.platform.architecture):
        raise _other_platform(reference, image, str(stated))
    return own


def _other_platform(reference: Reference, image: TestImage, stated: str) -> Problem:
    facts = {"platform": str(image.platform), "reference": str(reference)}
    asked = f"the platform of {reference}"
    return Problem(
        Evidence(Stage.MANIFEST, asked, f"{stated}, not {image.platform}", facts=facts),
        cause="engine.platform-unsupported",
    )


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


def _credential(parts: Parts, journey: Journey) -> AnyCredential:
    return parts.logins.credential(journey.login) if journey.login else ANONYMOUS


async def delete(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Take the test image away again, by the registry's own way."""
    pushed = journey.pushed
    if pushed is None:
        return
    to = destination(parts, journey)
    yield Began(DELETED, Step.PUSH, f"deleting {pushed.reference}", parts.outside.timeout_s)
    credential = _credential(parts, journey)

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
