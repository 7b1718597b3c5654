"""The engine's push failed: is the engine or the registry to blame? A control push decides."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace

from wizard.core.checks import Check, Step, failed
from wizard.core.diagnosis import Diagnosis, Evidence, Fix, Problem, Stage, diagnose
from wizard.core.image import TestImage
from wizard.core.names import Reference
from wizard.core.ports import EngineStatus, FoundEngine, Parts
from wizard.core.secret import AnyCredential
from wizard.steps.order import IMAGE
from wizard.steps.refused import compared
from wizard.steps.registry import Destination
from wizard.steps.run import Trouble, attempt, naming

# Broken before any registry was asked: a control push would tell nothing.
_ENGINE_ALONE = (
    "engine.disk-full",
    "engine.not-running",
    "engine.permission-denied",
    "engine.platform-unsupported",
    "engine.too-old",
    "engine.no-builder",
)

_UNEXPLAINED = ("network.", "internal.undecided")
PASS_PARTS = Fix(
    "Let the proxy before the registry pass PATCH requests and bodies without a length, as the "
    "uploads of engines are (nginx: chunked_transfer_encoding on, proxy_request_buffering off)",
    ask="whoever runs the registry",
)
PUSH_LIMIT_S = 120.0


async def blame(
    parts: Parts,
    to: Destination,
    engine: FoundEngine,
    problem: Problem,
    what: tuple[Reference, TestImage, AnyCredential],
) -> Check:
    """The engine's push failed. If the wizard's own works, the engine is to blame."""
    tables = (parts.engine(engine.engine).signs, to.provider.signs, parts.common_signs)
    theirs = diagnose(naming(parts.registries, problem, what[0]), parts.catalogue, *tables)
    if theirs.cause in _ENGINE_ALONE:
        return failed(IMAGE, Step.PUSH, theirs)
    if engine.engine == "none":  # whose rights nobody asked about before
        return failed(IMAGE, Step.PUSH, await compared(parts, to, what[2], theirs))
    pushing = _own_push(parts, *what)
    own = await attempt(parts, pushing, to.provider.signs, about=what[0], limit_s=PUSH_LIMIT_S)
    if isinstance(own, Trouble):
        both = (*theirs.evidence, *own.found.evidence)
        return failed(IMAGE, Step.PUSH, replace(own.found, evidence=both))
    control = Evidence(
        Stage.UPLOAD, "control: the same image, pushed by the wizard itself", "accepted"
    )
    if theirs.cause.startswith(_UNEXPLAINED):
        refused = await _in_parts(parts, to, what, (*theirs.evidence, control))
        if refused is not None:
            return failed(IMAGE, Step.PUSH, refused)
    return failed(IMAGE, Step.PUSH, _engine_fault(parts, theirs, control))


async def _in_parts(
    parts: Parts,
    to: Destination,
    what: tuple[Reference, TestImage, AnyCredential],
    known: tuple[Evidence, ...],
) -> Diagnosis | None:
    """Engines upload in parts, the wizard at once: proxies may let only the latter through.

    None where parts are taken too: the way from the engine is then what differs.
    """
    reference, _, credential = what
    api = parts.api(to.endpoint, credential)
    try:
        await api.takes_parts(reference.repository)
    except Problem as problem:
        problem = Problem(*known, *problem.evidence, fixes=(PASS_PARTS,))
        return diagnose(problem, parts.catalogue, to.provider.signs, parts.common_signs)
    return None


def _engine_fault(parts: Parts, theirs: Diagnosis, control: Evidence) -> Diagnosis:
    """What the registry accepts from us and not from the engine lies on the engine's way to it."""
    evidence = (*theirs.evidence, control)
    if theirs.cause.startswith(_UNEXPLAINED):
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
