"""Try credential helpers before anybody is asked for a secret: does what goes in come back?

Source: credentials.md 2.2, 2.3 and 3.4; 4.3 rows 33 to 36 and 52.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping

from wizard.clients.helper_answers import MINTING, fitness_of
from wizard.clients.helper_protocol import PREFIX, QUICK_S, Helper, find_helper
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Cause, Evidence, Fault, Fix, Problem, Stage, diagnose
from wizard.core.ports import Fitness, Outside, StoreVerdict
from wizard.core.secret import Credential, Secret

SELF_TEST = "selftest.registry-wizard.invalid"
"""The end of every throw-away entry's name, which nobody can ever own."""
_OURS = re.compile(rf"https://([0-9a-f]{{1,10}})-[0-9a-f]{{16}}\.{re.escape(SELF_TEST)}")
_STALE_MIN = 10
SLOW_S = 2.0
"""A push asks one to three times, and docker's SDK asks for every login there is."""
MINT_S = 8.0
"""gcloud's helper starts a whole Python and then asks its service."""

_ASK = {
    "ecr-login": (
        Fix("See whether AWS knows you, and as whom", command="aws sts get-caller-identity"),
        Fix("See what the helper wrote down: it keeps a log in ~/.ecr/log."),
    ),
    "gcloud": (Fix("See who is signed in to gcloud", command="gcloud auth list"),),
    "gcr": (
        Fix(
            "Sign in for programs, which is what this helper uses",
            command="gcloud auth application-default login",
        ),
    ),
}
_FOR_PASS = {
    Fitness.UNINITIALISED: Fix(
        "For pass: initialise it with your GPG key (GPG-ID stands for the key's id)",
        command="pass init GPG-ID",
        system="linux",
    ),
    Fitness.TERMINAL: Fix("For pass: open its key once in a terminal, where GPG can ask for it."),
    Fitness.LOCKED: Fix("For pass: open its key once in a terminal, where GPG can ask for it."),
}
_SAID = {
    Fitness.WORKS: "a test login went in, came back and was erased",
    Fitness.SLOW: "it works, and takes {seconds:.0f} s for one answer: every push waits for it",
    Fitness.MINTS: "it stores nothing and makes each login afresh",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A helper to try."""

    name: str
    settings: tuple[str, ...] = ()
    """Who names it; empty where it is only installed."""
    host: str = ""
    """Whose login it shall make, where it makes them."""


async def round_trip(helper: Helper, wait_s: float = QUICK_S) -> float:
    """Store, get and erase a random login; how long the answer took, in seconds.

    Raises Problem: store.helper-*, store.locked.
    """
    for stale in [name for name in await _listed(helper) if _is_stale(name)]:
        with contextlib.suppress(Problem):
            await helper.erase(stale)
    probe = Credential("registry-wizard", Secret(secrets.token_urlsafe(24)))
    # Its own name: another wizard may be trying the same store.
    key = f"https://{_minute():x}-{secrets.token_hex(8)}.{SELF_TEST}"
    try:
        await helper.store(key, probe, wait_s)
        began = time.monotonic()
        came_back = await helper.get(key, wait_s)
        seconds = time.monotonic() - began
    except Problem:
        # What failed first is what to say; a store that fails will not erase either.
        with contextlib.suppress(Problem):
            await helper.erase(key)
        raise
    await helper.erase(key)
    if came_back != probe:
        words = "a test value did not come back as it went in"
        # One that takes a login and then has none makes its own, as gcloud's does (seen).
        fitness = Fitness.MINTS if came_back is None and helper.name in MINTING else Fitness.LIES
        facts = {"helper": helper.name, "message": words, "fitness": fitness.value}
        asked = f"{PREFIX}{helper.name} store, get"
        seen = Evidence(Stage.STORE, asked, words, fault=Fault.NONSENSE, facts=facts)
        raise Problem(seen, cause="store.helper-failing")
    return seconds


async def _listed(helper: Helper) -> Iterable[str]:
    """Docker never asks for it, and helpers of companies often have no answer: not their fault.

    A bus that hangs shows here, before a wait that is meant for a person. Raises Problem.
    """
    try:
        return await helper.list()
    except Problem as problem:
        if fitness_of(problem) is Fitness.HANGS:
            raise
        return ()


def _minute() -> int:
    return int(time.time() // 60)


def _is_stale(name: str) -> bool:
    """A throw-away entry that a killed run left behind: no trial takes that long."""
    found = _OURS.fullmatch(name)
    return found is not None and _minute() - int(found[1], 16) > _STALE_MIN


class Bench:
    """All helpers at once, and each only once in a run."""

    def __init__(
        self, outside: Outside, catalogue: Mapping[str, Cause], title: Callable[[str], str]
    ) -> None:
        self._outside = outside
        self._catalogue = catalogue
        self._title = title
        self._tried: dict[tuple[str, str], asyncio.Task[StoreVerdict]] = {}

    async def run(
        self, candidates: tuple[Candidate, ...], *, again: bool = False
    ) -> tuple[StoreVerdict, ...]:
        """In the order of the candidates; `again` tries those anew that did not work."""
        if again:
            self._tried = {key: task for key, task in self._tried.items() if _works(task)}
        for one in candidates:
            if (one.name, one.host) not in self._tried:
                self._tried[one.name, one.host] = asyncio.create_task(self._try(one))
        tasks = [self._tried[one.name, one.host] for one in candidates]
        try:
            return tuple(await asyncio.gather(*tasks))
        except asyncio.CancelledError:
            self._tried.clear()
            raise

    async def _try(self, candidate: Candidate) -> StoreVerdict:
        began, version, problem, seconds = time.monotonic(), "", None, 0.0
        fitness = Fitness.WORKS
        try:
            helper = find_helper(candidate.name, self._outside)
            version = await helper.version()
            if candidate.name in MINTING:
                await _minted(helper, candidate.host)
                fitness = Fitness.MINTS
            else:
                seconds = await round_trip(helper)
                fitness = Fitness.SLOW if seconds > SLOW_S else Fitness.WORKS
        except Problem as found:
            problem, fitness = found, fitness_of(found)
        told = problem.evidence[-1].answered if problem and problem.evidence else ""
        if problem and candidate.name == "pass" and fitness in _FOR_PASS:
            # What the catalogue says first is meant for a desktop's keyring.
            fixes = (_FOR_PASS[fitness], *problem.fixes)
            problem = Problem(*problem.evidence, cause=problem.cause, fixes=fixes)
        return StoreVerdict(
            candidate.name,
            self._title(candidate.name),
            fitness,
            told or _SAID[fitness].format(seconds=seconds),
            candidate.settings,
            version,
            time.monotonic() - began,
            diagnose(problem, self._catalogue) if problem else None,
        )


def _works(task: asyncio.Task[StoreVerdict]) -> bool:
    return not task.done() or (not task.cancelled() and task.result().is_fit)


async def _minted(helper: Helper, host: str) -> None:
    """Raises Problem where it makes no login for `host`; without one, that it runs is enough."""
    if host and await helper.get(host, MINT_S) is None:
        raise no_login(helper.name, host)


def no_login(name: str, host: str) -> Problem:
    """The sentence for "not found" is what these say of every failure (seen with ecr-login)."""
    words = "it gives no login here, and does not say why"
    facts = {"helper": name, "message": words, "host": host, "fitness": Fitness.FAILS.value}
    asked = f"{PREFIX}{name} get {host}"
    seen = Evidence(Stage.STORE, asked, words, host, message=words, facts=facts)
    return Problem(seen, cause="store.helper-failing", fixes=_ASK.get(name, ()))
