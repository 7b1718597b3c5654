"""Whose login is there, does it work, and adding one: step Login."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import replace

from wizard.core.checks import Change, Check, Status, Step, failed, passed
from wizard.core.diagnosis import Diagnosis, Evidence, Problem, Stage, diagnose
from wizard.core.events import Began, Changed, Checked, Event, LoggedIn, LoginSeen
from wizard.core.ports import FoundLogin, Parts, StoreChoice, StorePlan
from wizard.core.secret import Credential
from wizard.core.state import Journey
from wizard.steps import sessions
from wizard.steps.order import FOUND
from wizard.steps.registry import Destination, destination
from wizard.steps.run import Trouble, attempt
from wizard.steps.whose import prove

ACCEPTED = "login.accepted"
STORED = "login.stored"

DOCKER = "docker"
"""How `FoundLogin.tools` calls the command line that builds and pushes."""
PODMAN = "podman"

FIND_LIMIT_S = 10.0
"""Helpers have 5 s each and are asked in parallel; this bounds the whole search."""
SESSION_EVERY_S = 3.0
STORE_LIMIT_S = 65.0
"""A system may ask the person for consent with a window of its own (credentials.md 2.1)."""


async def find(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Each login that a tool here would use, whose it is, and whether it still works."""
    to = destination(parts, journey)
    if journey.ping is not None and journey.ping.scheme == "none":
        yield Checked(passed(FOUND, Step.LOGIN, f"{to.endpoint.host} asks for no login"))
        return
    yield Began(FOUND, Step.LOGIN, f"looking for logins to {to.endpoint.host}", FIND_LIMIT_S)
    began = parts.clock.monotonic()
    outcome = await attempt(
        parts,
        parts.logins.find(to.provider, to.endpoint),
        to.provider.signs,
        about=to.repository,
        stage=Stage.STORE,
        limit_s=FIND_LIMIT_S,
    )
    if isinstance(outcome, Trouble):
        yield Checked(outcome.row(FOUND, Step.LOGIN))
        return
    seen = await asyncio.gather(*(_look_at(parts, to, login) for login in outcome.value))
    for row in seen:
        yield row
    # What the engine finds by itself builds and pushes; any other login must be stored yet.
    family = _family(journey)
    used = next((row for row in seen if family in row.login.tools), None)
    elsewhere = [row for row in seen if row is not used]
    hides = used is not None and _hides_a_good_one(used, elsewhere)
    for row in seen:
        warning = row.login.warning
        if warning is not None and not (hides and row is used):
            yield Checked(failed(f"{FOUND}.{warning.cause}", Step.LOGIN, warning))
    if used is not None and used.identity is not None:
        yield LoggedIn(used.login, used.identity)
    verdict = _verdict(parts, to, used, elsewhere, family)
    yield Checked(replace(verdict, seconds=parts.clock.monotonic() - began))


async def _look_at(parts: Parts, to: Destination, login: FoundLogin) -> LoginSeen:
    if login.problem is not None:
        return LoginSeen(login, None, failed(f"login.{login.id}", Step.LOGIN, login.problem))
    credential = parts.logins.credential(login)
    if not isinstance(credential, Credential):
        return LoginSeen(login, None, failed(f"login.{login.id}", Step.LOGIN, _missing(parts, to)))
    outcome = await prove(parts, to, credential, login.identity, is_stored=True)
    if isinstance(outcome, Trouble):
        return LoginSeen(login, None, outcome.row(f"login.{login.id}", Step.LOGIN))
    identity = outcome.value
    summary = f"{identity.who}, found in {login.source}"
    row = passed(f"login.{login.id}", Step.LOGIN, summary, *identity.evidence)
    return LoginSeen(login, identity, row)


def _family(journey: Journey) -> str:
    """Whose login counts: Podman looks in places of its own first."""
    chosen = journey.engine.engine if journey.engine is not None else journey.choices.engine
    return PODMAN if chosen == PODMAN else DOCKER


def _hides_a_good_one(used: LoginSeen, elsewhere: list[LoginSeen]) -> bool:
    """It does not work, and is asked before one that does: by a variable, or by podman's file."""
    warning = used.login.warning
    is_before = warning is not None and warning.cause.startswith("config.")
    return used.identity is None and is_before and any(row.identity for row in elsewhere)


def _verdict(
    parts: Parts,
    to: Destination,
    used: LoginSeen | None,
    elsewhere: list[LoginSeen],
    family: str,
) -> Check:
    if used is not None and used.identity is not None:
        summary = f"logged in as {used.identity.who}, found in {used.login.source}"
        return passed(FOUND, Step.LOGIN, summary, *used.identity.evidence)
    if used is not None:
        return _why(to, used, elsewhere)
    works = [row for row in elsewhere if row.identity is not None]
    session = None if works else sessions.ended(to, elsewhere)
    row = failed(FOUND, Step.LOGIN, session or _missing(parts, to))
    notes = tuple(f"{row.login.source} has one that {family} does not find" for row in works)
    return replace(row, evidence=(*row.evidence, *notes))


def _why(to: Destination, used: LoginSeen, elsewhere: list[LoginSeen]) -> Check:
    """What is wrong with the login that is used; a helper is mute about a session that ended."""
    hiding = used.login.warning
    if hiding is not None and _hides_a_good_one(used, elsewhere):
        row = failed(FOUND, Step.LOGIN, hiding)
        evidence = (*row.evidence, *used.check.evidence)
        return replace(row, status=Status.FAIL, evidence=evidence)
    own = used.login.problem
    session = sessions.ended(to, elsewhere)
    if own and own.cause == "store.helper-failing" and session:
        told = replace(session, evidence=(*own.evidence, *session.evidence))
        return failed(FOUND, Step.LOGIN, told)
    return replace(used.check, id=FOUND)


def _missing(parts: Parts, to: Destination) -> Diagnosis:
    asked = Evidence(
        Stage.STORE,
        f"logins for {to.endpoint.host}",
        "none found",
        to.endpoint.host,
        facts={"host": to.endpoint.host, "reference": str(to.repository)},
    )
    return diagnose(Problem(asked, cause="login.missing"), parts.catalogue)


async def session_at_last(
    parts: Parts, journey: Journey, is_wanted: Callable[[], bool] = lambda: True
) -> FoundLogin | None:
    """Ask again until a session of another program works: somebody is logging in to it now.

    None when nobody wants it any more.
    """
    to = destination(parts, journey)
    while is_wanted():
        for found in await parts.logins.find(to.provider, to.endpoint):
            if DOCKER not in found.tools and found.problem is None:
                return found
        await parts.clock.sleep(SESSION_EVERY_S)
    return None


async def plan(parts: Parts, journey: Journey, credential: Credential | str) -> StorePlan:
    """Where the login would go and what would change. Raises Problem (store.*, config.*).

    A user name alone while nothing more is known of it.
    """
    to = destination(parts, journey)
    return await parts.logins.plan(to.endpoint, credential, journey.choices.store)


async def log_in(
    parts: Parts, journey: Journey, credential: Credential
) -> AsyncGenerator[Event, None]:
    """Inspect and prove a credential, and only then store it as `choices.store` says."""
    to = destination(parts, journey)
    host = to.endpoint.host
    yield Began(ACCEPTED, Step.LOGIN, f"asking {host} about this login", parts.outside.timeout_s)
    outcome = await prove(parts, to, credential)
    if isinstance(outcome, Trouble):
        yield Checked(outcome.row(ACCEPTED, Step.LOGIN))
        return
    identity = outcome.value
    summary = f"{host} accepts {identity.who}" + (f", {identity.kind}" if identity.kind else "")
    evidence = (*identity.evidence, *identity.notes)
    yield Checked(passed(ACCEPTED, Step.LOGIN, summary, *evidence, seconds=outcome.seconds))
    held = replace(credential, username=identity.username or credential.username)
    if journey.choices.store is StoreChoice.NONE:
        login = parts.logins.hold(to.endpoint, held, "kept for this run only")
        yield Checked(passed(STORED, Step.LOGIN, "kept for this run only, as you chose"))
        yield LoggedIn(login, identity)
        return
    yield Began(STORED, Step.LOGIN, "storing the login", STORE_LIMIT_S)
    stored = await attempt(
        parts,
        _store(parts, journey, held),
        about=to.repository,
        stage=Stage.STORE,
        limit_s=STORE_LIMIT_S,
    )
    if isinstance(stored, Trouble):
        yield Checked(stored.row(STORED, Step.LOGIN))
        return
    store_plan, changes = stored.value
    for change in changes:
        yield Changed(change)
    for row in _stored_rows(store_plan, stored.seconds):
        yield Checked(row)
    login = replace(parts.logins.hold(to.endpoint, held, store_plan.title), tools=(DOCKER,))
    yield LoggedIn(login, identity)


async def _store(
    parts: Parts, journey: Journey, credential: Credential
) -> tuple[StorePlan, tuple[Change, ...]]:
    to = destination(parts, journey)
    store_plan = await parts.logins.plan(to.endpoint, credential, journey.choices.store)
    return store_plan, await parts.logins.store(store_plan, to.endpoint, credential)


def _stored_rows(store_plan: StorePlan, seconds: float) -> Iterator[Check]:
    """That it is stored; a login that lies open is told in that very row."""
    said = f"stored in {store_plan.title}"
    if store_plan.is_minted:
        said = f"from now on by {store_plan.title}; no secret is kept"
    elif store_plan.lasts:
        said = f"{said}; it lasts {store_plan.lasts}"
    stored = passed(STORED, Step.LOGIN, said, store_plan.reason, seconds=seconds)
    for warning in store_plan.warnings:
        if warning.cause == "store.plaintext":
            stored = failed(STORED, Step.LOGIN, warning, seconds)
            lasts = (f"it lasts {store_plan.lasts}",) if store_plan.lasts else ()
            stored = replace(stored, evidence=(*stored.evidence, *lasts))
        else:
            yield failed(f"{STORED}.{warning.cause}", Step.LOGIN, warning)
    yield stored
