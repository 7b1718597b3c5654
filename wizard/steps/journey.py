"""All steps in their order, as `setup` and `switch` take them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from wizard.core.checks import Check, Pull, Step, skipped
from wizard.core.events import Checked, Event, Verified
from wizard.core.ports import NewRepository, Opening, Parts, Person
from wizard.core.secret import Credential
from wizard.core.state import Journey, fold
from wizard.steps import detect, login, push, registry, sdk, stores, visibility
from wizard.steps.access import audience_of
from wizard.steps.opening import open_up
from wizard.steps.order import FOUND, IMAGE, REACH, STEPS, blocked


async def run(parts: Parts, journey: Journey, person: Person) -> AsyncGenerator[Event, None]:
    """Each step needs the one before: the first failure turns the rest into `skip` rows."""
    steps: dict[Step, Callable[[Journey], AsyncGenerator[Event, None]]] = {
        Step.ENGINE: lambda now: sdk.beside(parts, now, detect.detect(parts, now)),
        Step.REGISTRY: lambda now: registry.reach(parts, now),
        Step.LOGIN: lambda now: log_in(parts, now, person),
        Step.PUSH: lambda now: push_with_consent(parts, now, person),
        Step.VISIBILITY: lambda now: verify_with_consent(parts, now, person),
    }
    for step in STEPS:
        async with aclosing(steps[step](journey)) as events:
            async for event in events:
                journey = fold(journey, event)
                yield event
        failure = journey.failure(step)
        if failure is not None and step is not Step.VISIBILITY:
            for row in blocked(step, failure.id):
                yield Checked(row)
            break
    async with aclosing(sdk.exists(parts, journey)) as events:
        async for event in events:
            yield event
    if journey.choices.delete_image and journey.pushed is not None:
        async with aclosing(push.delete(parts, journey)) as events:
            async for event in events:
                yield event


async def log_in(parts: Parts, journey: Journey, person: Person) -> AsyncGenerator[Event, None]:
    """Use the login that is there; else one of another program; else ask for one.

    A credential that was given beforehand (`--username`) is always tried first. Where it could be
    kept is tried before anybody is asked for one.
    """
    verdict: Check | None = None
    if not journey.choices.username:
        async with aclosing(login.find(parts, journey)) as events:
            async for event in events:
                if isinstance(event, Checked):
                    verdict = event.check
                    if event.check.cause:
                        continue  # held back: it may be mended below
                journey = fold(journey, event)
                yield event
        if verdict is None or not verdict.cause:
            return
    async with aclosing(stores.tried(parts, journey)) as events:
        async for event in events:
            yield event
    credential = await _other(parts, journey, person)
    if credential is None:
        said = "no login was given or agreed to"
        yield Checked(verdict or skipped(FOUND, Step.LOGIN, said, REACH))
        return
    async with aclosing(login.log_in(parts, journey, credential)) as events:
        async for event in events:
            yield event


async def _other(parts: Parts, journey: Journey, person: Person) -> Credential | None:
    """A working session of another program, after consent; else whatever the person gives."""
    for seen in journey.logins:
        works = seen.identity is not None and login.DOCKER not in seen.login.tools
        if not works:
            continue
        question = f"Use the login of {seen.login.username} from {seen.login.source}?"
        if await person.confirm(question, seen.check.evidence):
            found = parts.logins.credential(seen.login)
            may = isinstance(found, Credential) and await person.may_store(found)
            return found if isinstance(found, Credential) and may else None
    to = registry.destination(parts, journey)
    return await person.credential(to.provider, journey.choices.username)


async def push_with_consent(
    parts: Parts, journey: Journey, person: Person
) -> AsyncGenerator[Event, None]:
    to = registry.destination(parts, journey)
    tag = journey.choices.tag or "wizard-check-…"
    question = f"Push a test image as {to.repository}:{tag}?"
    details = (
        f"It is under 2 KB, for {journey.choices.platform}, and says in its labels what it is.",
        "Pushed under the image's real name, since visibility belongs to that name.",
    )
    if not await person.confirm(question, details):
        yield Checked(_declined())
        return

    async def make_it(missing: NewRepository) -> bool:
        by_hand = (f"By hand: {missing.command}",) if missing.command else ()
        question = f"Create {missing.title}?"
        return await person.confirm(
            question, (*missing.details, *by_hand), needs="--create-repository"
        )

    async with aclosing(push.push(parts, journey, make_it)) as events:
        async for event in events:
            yield event


async def verify_with_consent(
    parts: Parts, journey: Journey, person: Person
) -> AsyncGenerator[Event, None]:
    """Pull it as the cluster would; where it may not and we could change that, ask."""
    opening: Opening | None = None
    async with aclosing(visibility.verify(parts, journey)) as events:
        async for event in events:
            journey = fold(journey, event)
            if isinstance(event, Verified) and event.pull is Pull.UNPROVEN:
                opening = event.opening
            yield event
    if opening is None:
        return
    by_hand = (f"By hand: {opening.command}",) if opening.command else ()
    details = (*opening.details, *opening.diff.splitlines(), *by_hand)
    audience = audience_of(registry.destination(parts, journey).provider, journey.choices)
    needs = "--make-public" if audience.is_everybody else "--grant-cluster"
    if not await person.confirm(f"{opening.title}?", details, needs=needs):
        return
    async with aclosing(open_up(parts, journey)) as events:
        async for event in events:
            yield event


def _declined() -> Check:
    row = skipped(IMAGE, Step.PUSH, "you chose not to push, so nothing is proven", "")
    return replace(row, blocked_by="")
