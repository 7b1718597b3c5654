"""Do what a fix says, after consent, and tell what came of it."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final

from wizard.core.actions import CREATE_REPOSITORY, OPEN_ACCESS, RUN, TRUST_REALM
from wizard.core.checks import Change, Check, Status, passed
from wizard.core.diagnosis import Fault, Fix, Problem, diagnose
from wizard.core.events import Began, Changed, Checked, Event, Progressed
from wizard.core.ports import Parts
from wizard.core.state import Journey
from wizard.steps.order import APPLIED

SILENCE_S: Final = 60.0
"""A command that says nothing for so long waits for somebody, or for ever."""
_SHOWN_LINES: Final = 12
_NOT_FOUND: Final = 127
"""What a shell says of a program that is not there: nothing was run."""
UNDO: Final = "registry-wizard undo"


def can_apply(fix: Fix) -> bool:
    """Could `apply` do this? A login needs a conversation and belongs to the faces."""
    return fix.action in (RUN, CREATE_REPOSITORY, OPEN_ACCESS, TRUST_REALM)


async def apply(
    parts: Parts, journey: Journey, fix: Fix, broken: Check
) -> AsyncGenerator[Event, None]:
    """The rows of what is done; the last one says whether `fix` did its part.

    What was broken must be checked again afterwards: a fix that ran proves nothing.
    """
    if fix.action == RUN:
        work = _run(parts, fix, broken)
    elif fix.action == CREATE_REPOSITORY:
        from wizard.steps.repository import agree, ensure

        work = ensure(parts, journey, agree)
    elif fix.action == OPEN_ACCESS:
        from wizard.steps.opening import open_up

        work = open_up(parts, journey)
    elif fix.action == TRUST_REALM:
        from wizard.steps.trust import trust

        work = trust(parts, journey, fix, broken)
    else:
        raise ValueError(f"{fix.action!r} cannot be applied here")
    async with aclosing(work) as events:
        async for event in events:
            yield event


async def _run(parts: Parts, fix: Fix, broken: Check) -> AsyncGenerator[Event, None]:
    """Its words without a shell: nothing in them is expanded, piped or redirected."""
    step = broken.step
    words = shlex.split(fix.command)
    yield Began(APPLIED, step, fix.command, SILENCE_S)
    said: deque[str] = deque(maxlen=_SHOWN_LINES)
    code = 0
    ended: Callable[[int | None], None] = _not_noted
    try:
        ended = parts.journal.begin_command(fix.command, fix.inverse)
        async with aclosing(parts.outside.follow(words, silence_s=SILENCE_S)) as lines:
            async for line in lines:
                if isinstance(line, int):
                    code = line
                else:
                    said.append(line)
                    yield Progressed(APPLIED, line)
    except Problem as problem:
        if any(seen.fault is Fault.MISSING for seen in problem.evidence):
            ended(_NOT_FOUND)
        found = diagnose(problem, parts.catalogue, parts.common_signs)
        evidence = (*said, *(seen.line for seen in found.evidence))
        yield Checked(_did_not(broken, fix, "it could not be run to its end", evidence))
        return
    ended(code)
    if code:
        yield Checked(_did_not(broken, fix, f"it ended with {code}", tuple(said)))
        return
    undo = UNDO if fix.inverse else ""
    yield Changed(Change("", f"ran {fix.command}", undo))
    yield Checked(passed(APPLIED, step, f"done: {fix.command}", *said))


def _not_noted(_code: int | None) -> None:
    """It could not be written down, and so it was not run."""


def _did_not(broken: Check, fix: Fix, why: str, evidence: tuple[str, ...]) -> Check:
    """The same cause still stands; the command that was tried is left to the person."""
    rest = tuple(other for other in broken.fixes if other != fix)
    summary = f"{fix.command}: {why}"
    explanation = broken.explanation
    return Check(
        APPLIED, broken.step, Status.FAIL, summary, broken.cause, evidence, "", rest, explanation
    )
