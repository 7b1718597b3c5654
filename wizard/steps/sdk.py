"""Does the user's own SDK find the same engine, and what would it believe about the image?

Its rows stand beside the engine's and block nothing: the chain can be proven without an SDK, and
is not *ready* while the SDK is known to go another way. Source: union-and-flyte.md 1.3 and 6.1.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from wizard.core.checks import Check, Status, Step, failed, passed, skipped
from wizard.core.diagnosis import Diagnosis, Stage, diagnose
from wizard.core.events import Checked, Event, SdkSeen
from wizard.core.flyte_config import Configuration, Need, Program, builder_of, need
from wizard.core.names import Reference
from wizard.core.ports import EngineDetails, FoundEngine, Parts, ProjectCode
from wizard.core.sdk import (
    InstalledSdk,
    ProjectPython,
    assumed,
    elsewhere,
    goes_elsewhere,
    is_docker,
    refused_prefix,
    remarks,
    trouble_with,
    unusable,
)
from wizard.core.state import Journey, fold
from wizard.steps.registry import destination
from wizard.steps.run import Done, Trouble, attempt, merged

PYTHON: Final = "sdk.python"
CONFIG: Final = "sdk.config"
ENGINE: Final = "sdk.engine"
REGISTRY: Final = "sdk.registry"
EXISTS: Final = "sdk.exists"
NO_BUILDER: Final = "engine.no-builder"
NEVER_PUSHED: Final = "wizard-check-exists"
"""A tag that nobody pushes: whether it is there is asked where no image is known."""


async def beside(
    parts: Parts, journey: Journey, engine: AsyncGenerator[Event, None]
) -> AsyncGenerator[Event, None]:
    """The engine's events, the SDK's rows as they come, and in the end how the two fit."""
    async with aclosing(merged(engine, look(parts, journey))) as events:
        async for event in events:
            journey = fold(journey, event)
            yield event
    async with aclosing(fits(parts, journey)) as events:
        async for event in events:
            yield event


async def look(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Which SDK is there, and whether it builds on this machine at all. Without any engine."""
    del journey
    code = parts.code
    python = code.python() if code is not None else None
    if code is None or python is None:
        return
    outcome = await attempt(parts, code.installed(python), stage=Stage.SDK)
    installed = None if isinstance(outcome, Trouble) or not outcome.value.sdks else outcome.value
    configurations = _in_use(code, installed)
    wanted = need(configurations)
    yield SdkSeen(installed, wanted)
    # Whatever Python is first on PATH: that it has no SDK says nothing about the project.
    is_worth_a_row = installed is not None or code.has_environment
    if is_worth_a_row:
        yield Checked(_python_row(outcome))
    if configurations:
        yield Checked(_config_row(configurations, wanted))


def _python_row(outcome: Done[InstalledSdk] | Trouble) -> Check:
    if isinstance(outcome, Trouble):
        return outcome.row(PYTHON, Step.SDK)
    installed, python = outcome.value, outcome.value.python
    if not installed.sdks:
        said = f"no flytekit, union or flyte in {_named(python)}: there is none to check"
        return passed(PYTHON, Step.SDK, said)
    said = f"{', '.join(installed.sdks)} in {_named(python)}"
    notes = (f"Python {installed.version}", *remarks(installed))
    return passed(PYTHON, Step.SDK, said, *notes, seconds=outcome.seconds)


def _named(python: ProjectPython) -> str:
    return f"{python.file}, by {python.found_by}"


def _in_use(code: ProjectCode, installed: InstalledSdk | None) -> tuple[Configuration, ...]:
    """The configurations of the programs that are installed; all of them where that is unknown."""
    found = code.configurations()
    if installed is None or not installed.sdks:
        return found
    programs = {Program.FLYTE} if installed.has_flyte else set()
    if installed.asks_docker:
        programs.add(Program.UNION if "union" in installed.packages else Program.PYFLYTE)
    return tuple(one for one in found if one.program in programs)


def _config_row(configurations: tuple[Configuration, ...], wanted: Need) -> Check:
    lines = tuple(one.line for one in configurations)
    if not wanted.is_needed:
        return passed(CONFIG, Step.SDK, f"you may not need this: {wanted.reason}", *lines)
    return passed(CONFIG, Step.SDK, lines[0], *lines[1:])


async def fits(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Can the SDK use the engine that was chosen, and does it find that very one?"""
    installed, code = journey.sdk, parts.code
    if installed is None or code is None:
        return
    if journey.need is not None and not journey.need.is_needed:
        yield Checked(passed(ENGINE, Step.SDK, "your SDK needs no engine here"))
        return
    if journey.engine is None:
        failure = journey.failure(Step.ENGINE)
        if failure is not None:
            yield Checked(skipped(ENGINE, Step.SDK, "not tried", failure.id))
        return
    yield Checked(await _engine_row(parts, code, installed, (journey.engine, journey.details)))
    prefix = journey.choices.prefix
    if prefix is not None and installed.asks_docker:
        problem = refused_prefix(str(prefix))
        if problem is None:
            yield Checked(passed(REGISTRY, Step.SDK, f'ImageSpec takes registry="{prefix}"'))
        else:
            found = diagnose(problem, parts.catalogue)
            yield Checked(failed(REGISTRY, Step.SDK, found))


async def _engine_row(
    parts: Parts,
    code: ProjectCode,
    installed: InstalledSdk,
    chosen: tuple[FoundEngine, EngineDetails | None],
) -> Check:
    """`chosen` is the engine and the closer look at it, where there was one."""
    engine, details = chosen
    problem = trouble_with(installed, engine, builder_of(code.configurations()))
    if problem is None and goes_elsewhere(installed, engine):
        urls = (engine.endpoint, installed.docker_host)
        outcome = await attempt(parts, code.engine_ids(installed.python, urls), stage=Stage.SDK)
        if isinstance(outcome, Trouble):
            return outcome.row(ENGINE, Step.SDK)
        problem = elsewhere(installed, engine, *outcome.value)
    if problem is not None:
        # Known, not feared: the SDK will not reach this engine.
        found = replace(diagnose(problem, parts.catalogue), is_warning=False)
        return failed(ENGINE, Step.SDK, found)
    if is_docker(engine) and (lacking := _no_builder(details)):
        return failed(ENGINE, Step.SDK, replace(lacking, is_warning=False))
    notes = (f"docker {v}" for v in (installed.packages.get("docker"),) if v)
    by = f"{installed.docker_host}, by {installed.docker_by}" if installed.asks_docker else ""
    said = f"{' and '.join(installed.sdks)} can use {engine.title}"
    return passed(ENGINE, Step.SDK, said, *notes, *((by,) if by else ()))


def _no_builder(details: EngineDetails | None) -> Diagnosis | None:
    """A plain push goes without buildx; no SDK's build does."""
    warnings = details.warnings if details is not None else ()
    return next((warning for warning in warnings if warning.cause == NO_BUILDER), None)


async def exists(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """What the SDK would believe of an image: built when it says no, taken for there else.

    Asked of what was just pushed, or of a tag that nobody pushes. A missing login is no reason not
    to ask: that is when it matters.
    """
    installed, code = journey.sdk, parts.code
    if installed is None or code is None or not _is_worth_asking(journey):
        return
    reference = _asked_about(parts, journey)
    outcome = await attempt(parts, code.exists(installed, reference), stage=Stage.SDK)
    if isinstance(outcome, Trouble):
        yield Checked(outcome.row(EXISTS, Step.SDK))
        return
    answer, why = outcome.value.answer, outcome.value.why
    if answer is None:
        breaks = outcome.value.breaks
        problem = (
            unusable(installed.python, why)
            if breaks
            else assumed(str(reference), f"does {reference} exist", why)
        )
        is_known = breaks or (installed.asks_docker and not _is_explained(journey))
        found = diagnose(problem, parts.catalogue)
        row = replace(found, is_warning=not is_known)
        yield Checked(failed(EXISTS, Step.SDK, row, outcome.seconds))
        return
    said = "it is there" if answer else "it is not there, and would be built"
    told = f"the SDK can tell whether an image exists: {said}"
    yield Checked(passed(EXISTS, Step.SDK, told, str(reference), seconds=outcome.seconds))


def _is_explained(journey: Journey) -> bool:
    """Something before it fails, such as the login: that is the fault, and this follows from it."""
    before = (Step.ENGINE, Step.REGISTRY, Step.LOGIN, Step.PUSH)
    return any(journey.failure(step) is not None for step in before)


def _is_worth_asking(journey: Journey) -> bool:
    """There is a name, an engine that the SDK reaches, and a registry that answered."""
    fitting = journey.check(ENGINE)
    return (
        fitting is not None
        and (fitting.status is Status.PASS or fitting.cause == NO_BUILDER)
        and journey.need is not None
        and journey.need.is_needed
        and journey.choices.prefix is not None
        and journey.ping is not None
    )


def _asked_about(parts: Parts, journey: Journey) -> Reference:
    if journey.pushed is not None:
        return journey.pushed.reference
    return destination(parts, journey).repository.tagged(NEVER_PUSHED)
