"""Which engines are here, and which one builds: step Engine."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from wizard.core.actions import RUN
from wizard.core.checks import Check, Status, Step, failed, passed
from wizard.core.diagnosis import Diagnosis, Evidence, Fix, Problem, Stage, diagnose
from wizard.core.events import Began, Checked, EngineChosen, EngineSeen, Event
from wizard.core.ports import Engine, FoundEngine, Parts
from wizard.core.state import Journey
from wizard.steps.run import Trouble, attempt, crash, merged

DETECT = "engine.detect"
USABLE = "engine.usable"
EXAMINE_LIMIT_S = 10.0


async def detect(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Probe all engines at once, pick one, look at it closely."""
    began = parts.clock.monotonic()
    yield Began(DETECT, Step.ENGINE, "looking for container engines", parts.outside.timeout_s)
    seen: list[FoundEngine] = []
    try:
        wanted = _wanted(parts, journey)
        ids = {engine.id for engine in wanted}
        streams = [engine.detect(parts.outside) for engine in wanted]
        async with aclosing(merged(*streams)) as found_engines:
            async for found in found_engines:
                if found.shown_by in ids:
                    continue
                seen.append(found)
                yield EngineSeen(found)
    except Exception as error:  # noqa: BLE001 - a crashed detection is a row, not the end
        yield Checked(failed(DETECT, Step.ENGINE, diagnose(crash(error), parts.catalogue)))
        return
    seconds = parts.clock.monotonic() - began
    chosen = choose(seen, journey.choices.engine)
    if chosen is None or not chosen.is_ready:
        yield Checked(
            failed(
                DETECT, Step.ENGINE, _why_none(parts, seen, chosen, journey.choices.engine), seconds
            )
        )
        return
    yield Checked(_found_row(seen, chosen, seconds))
    async with aclosing(examine(parts, journey, chosen)) as events:
        async for event in events:
            yield event


async def examine(
    parts: Parts, journey: Journey, chosen: FoundEngine
) -> AsyncGenerator[Event, None]:
    """The closer look at one engine; also when the user picks another one from the list."""
    engine = parts.engine(chosen.engine)
    platform = journey.choices.platform
    yield Began(USABLE, Step.ENGINE, f"a closer look: {chosen.title}", EXAMINE_LIMIT_S)
    outcome = await attempt(
        parts,
        engine.examine(chosen, platform, parts.outside),
        engine.signs,
        stage=Stage.ENGINE,
        limit_s=EXAMINE_LIMIT_S,
    )
    if isinstance(outcome, Trouble):
        yield Checked(outcome.row(USABLE, Step.ENGINE))
        return
    details = outcome.value
    for warning in details.warnings:
        yield Checked(_warning(warning))
    yield EngineChosen(chosen, details)
    yield Checked(
        passed(USABLE, Step.ENGINE, details.summary, *details.notes, seconds=outcome.seconds)
    )


def choose(seen: list[FoundEngine], wanted: str) -> FoundEngine | None:
    """The one that the command line would use if it answers; the SDK needs a real engine.

    `none` is taken only when it was asked for or nothing else could be had at all (sandbox).
    """
    if wanted != "auto":
        candidates = [found for found in seen if found.engine == wanted]
    else:
        candidates = [found for found in seen if found.engine != "none"] or seen
    by_rule = [found for found in candidates if found.chosen_by and not _is_nowhere(found)]
    if by_rule:
        # What the docker command uses goes first: it is what the SDK calls.
        return min(by_rule, key=lambda found: found.engine != "docker")
    ready = [found for found in candidates if found.is_ready]
    there = [found for found in candidates if not _is_nowhere(found)]
    return next(iter(ready or there or candidates), None)


def _is_nowhere(found: FoundEngine) -> bool:
    """The usual place of an engine that was never installed chooses nothing."""
    return found.problem is not None and found.problem.cause == "engine.none-found"


def _is_nonsense(found: FoundEngine) -> bool:
    return found.problem is not None and found.problem.cause == "engine.endpoint-invalid"


def _wanted(parts: Parts, journey: Journey) -> list[Engine]:
    wanted = journey.choices.engine
    return [engine for engine in parts.engines if wanted in ("auto", engine.id)]


def _found_row(seen: list[FoundEngine], chosen: FoundEngine, seconds: float) -> Check:
    others = [found.title for found in seen if found is not chosen and found.is_ready]
    notes = [f"{chosen.endpoint}, by {chosen.chosen_by}"] if chosen.chosen_by else []
    if others and chosen.engine != "none":
        notes.append(f"also here: {', '.join(others)}")
    said = f"{chosen.title} answers" if chosen.engine != "none" else "going on without an engine"
    return passed(DETECT, Step.ENGINE, said, *notes, seconds=seconds)


def _why_none(
    parts: Parts, seen: list[FoundEngine], chosen: FoundEngine | None, wanted: str
) -> Diagnosis:
    """The chosen one is dead while another answers: that is its own cause.

    Not where the address itself makes no sense: there nothing is that could be dead.
    """
    ready = [found for found in seen if found.is_ready and found.engine != "none"]
    others = [found for found in ready if chosen is None or found.engine == chosen.engine]
    if chosen is not None and others and chosen.endpoint and not _is_nonsense(chosen):
        facts = {
            "endpoint": chosen.endpoint,
            "by": chosen.chosen_by or "default",
            "other": others[0].title,
            "other_endpoint": others[0].endpoint,
        }
        evidence = (
            *(chosen.problem.evidence if chosen.problem else ()),
            Evidence(Stage.ENGINE, others[0].endpoint, f"{others[0].title} answers", facts=facts),
        )
        fixes = _way_to(others[0], chosen.chosen_by)
        problem = Problem(*evidence, cause="engine.wrong-context", fixes=fixes)
        named = diagnose(problem, parts.catalogue)
        if chosen.engine != "docker" and chosen.problem is not None:
            # No docker context leads to it, and its own fixes undo what chose it.
            return replace(named, fixes=chosen.problem.fixes)
        if chosen.chosen_by.startswith("DOCKER_"):
            return named
        # No variable decided it: to forget one would change nothing.
        return replace(named, fixes=tuple(f for f in named.fixes if not _forgets(f)))
    if chosen is not None and chosen.problem is not None:
        # Another engine is a way too, though not the one that the SDK goes by itself.
        # To ask for the same engine by name would end at the same place again.
        other = [f for f in ready if f.engine == "docker" or f.engine != chosen.engine]
        ways = [fix for found in other for fix in _way_to(found, chosen.chosen_by)]
        if _is_nonsense(chosen):
            # Docker refuses to go back to a context that it cannot use.
            ways = [replace(fix, inverse="") for fix in ways]
        return replace(chosen.problem, fixes=(*chosen.problem.fixes, *ways))
    return _nothing(parts, wanted)


def _nothing(parts: Parts, wanted: str) -> Diagnosis:
    """Of all engines, or of the one that was asked for: then another may be here."""
    if wanted == "auto":
        seen = Evidence(Stage.ENGINE, "engines looked for", "none found")
        return diagnose(Problem(seen, cause="engine.none-found"), parts.catalogue)
    title = parts.engine(wanted).title.replace(" and ", " or ")
    facts = {"wanted": title}
    seen = Evidence(Stage.ENGINE, f"--engine {wanted}", "none found by itself", facts=facts)
    other = Fix("Take whichever engine is here", "registry-wizard setup --engine auto")
    problem = Problem(seen, cause="engine.none-found", fixes=(other,))
    return diagnose(problem, parts.catalogue)


def _forgets(fix: Fix) -> bool:
    return fix.command.startswith(("unset ", "Remove-Item"))


def _way_to(found: FoundEngine, chosen_by: str = "") -> tuple[Fix, ...]:
    """The docker context that leads there; the address itself where none does."""
    from shlex import quote

    # A variable is asked before the current context: changing that one would not help.
    is_by_variable = chosen_by.startswith("DOCKER_")
    current = chosen_by.removeprefix("context ")
    names = [alias.removeprefix("context ") for alias in found.aliases if "context " in alias]
    if names and not is_by_variable:
        return (
            Fix(
                f"Make {found.title} the current one",
                f"docker context use {quote(names[0])}",
                action=RUN,
                changes=f"docker and your SDK talk to {found.title} from now on",
                inverse=f"docker context use {quote(current or 'default')}",
            ),
        )
    if found.engine != "docker":
        command = f"registry-wizard setup --engine {found.engine}"
        return (Fix(f"Use {found.title} instead", command),)
    command = f"export DOCKER_HOST={quote(found.endpoint)}"
    return (Fix(f"Use {found.title} in this shell", command),)


def _warning(found: Diagnosis) -> Check:
    """What the closer look noticed stops nothing by itself, whatever its cause is elsewhere."""
    return replace(failed(found.cause, Step.ENGINE, found), status=Status.WARN)
