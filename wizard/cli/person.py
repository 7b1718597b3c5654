"""Who answers while the steps run: somebody at a terminal, `--yes`, or nobody."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Collection, Sequence

from wizard.cli.left import LeftError
from wizard.cli.output import Output
from wizard.cli.questions import Questions
from wizard.core.diagnosis import Diagnosis, Problem, diagnose
from wizard.core.ports import Parts, RegistryProvider, StoreChoice, StorePlan, WayIn
from wizard.core.secret import Credential
from wizard.core.state import Choices, Journey
from wizard.core.text import clean
from wizard.steps import login, stores
from wizard.steps.ways import WayHere, ways_here

_WIDTH = 72
_SESSION_WAIT_S = 600.0


class StoreChosenError(Exception):
    """The person wants the login kept another way: the steps begin again with that choice."""

    def __init__(self, store: StoreChoice) -> None:
        super().__init__(store.value)
        self.store = store


class Beforehand:
    """`--yes`, and the options that consent to more; a credential is there or is not.

    What is made or published elsewhere needs a yes of its own: its option, named as `needs`.
    """

    def __init__(
        self, output: Output, credential: Credential | None, given: Collection[str] = ()
    ) -> None:
        self._output = output
        self._credential = credential
        self._given = given

    async def confirm(self, question: str, details: Sequence[str] = (), *, needs: str = "") -> bool:
        if not needs or needs in self._given:
            return True
        self._output.aside(f"Not done without consent: {question}", *(f"  {d}" for d in details))
        self._output.aside(f"  Consent beforehand with {needs}")
        return False

    async def may_store(self, credential: Credential) -> bool:  # noqa: ARG002 - `--yes` says it
        return True

    async def credential(
        self,
        provider: RegistryProvider,  # noqa: ARG002
        username: str,  # noqa: ARG002
    ) -> Credential | None:
        return self._credential


def given_beforehand(choices: Choices) -> frozenset[str]:
    """The options that consent to what is made or published elsewhere."""
    options = {
        "--create-repository": choices.create_repository,
        "--make-public": choices.make_public,
        "--grant-cluster": choices.grant_cluster,
    }
    return frozenset(option for option, is_given in options.items() if is_given)


class Nobody:
    """No terminal and no `--yes`, or `--dry-run`: says what would be done, and does none of it."""

    def __init__(self, output: Output, choices: Choices, credential: Credential | None) -> None:
        self._output = output
        self._choices = choices
        self._credential = credential
        self.was_asked = False

    async def confirm(self, question: str, details: Sequence[str] = (), *, needs: str = "") -> bool:
        self.was_asked = True
        self._output.aside(f"Not done without consent: {question}", *(f"  {d}" for d in details))
        if needs:
            self._output.aside(f"  Consent beforehand with {needs}")
        return False

    async def may_store(self, credential: Credential) -> bool:  # noqa: ARG002 - nobody is here
        return False

    async def credential(self, provider: RegistryProvider, username: str) -> Credential | None:
        if self._credential is not None and self._choices.store is StoreChoice.NONE:
            return self._credential
        self.was_asked = True
        if self._credential is not None:
            whose = f" of {username}" if username else ""
            said = f"check the login{whose} for {provider.title} and store it"
            self._output.aside(f"Not done without consent: {said}.")
        else:
            self._output.aside(
                f"A login for {provider.title} is needed, and nobody is here to ask.",
                "  Give one: --username U --password-stdin --yes < FILE",
            )
        return None


class AtTerminal:
    """Asks, and shows beforehand where a login would go and what would change."""

    def __init__(self, parts: Parts, choices: Choices, questions: Questions) -> None:
        self._parts = parts
        self._journey = Journey(choices)
        self._questions = questions

    async def confirm(self, question: str, details: Sequence[str] = (), *, needs: str = "") -> bool:
        self._questions.say("", *(_diff_line(line) for line in details))
        # What is made or published elsewhere is never begun by pressing Enter alone.
        return self._questions.confirm(question, default=not needs)

    async def may_store(self, credential: Credential) -> bool:
        return await self._agreed(credential)

    async def credential(self, provider: RegistryProvider, username: str) -> Credential | None:
        way = self._way(provider)
        if way is None:
            return None
        if way.command:
            self._questions.say("Run this in another terminal:", f"  {way.command}")
        if way.url:
            self._questions.say("The page that makes the token:", f"  {way.url}")
        if not way.wants_secret:
            return await self._session(provider)
        if way.needs_username:
            username = self._questions.ask("User name", username)
        if not await self._agreed(username):
            return None
        secret = self._questions.secret("Token or password (not shown)")
        return Credential(username, secret) if secret else None

    def _way(self, provider: RegistryProvider) -> WayIn | None:
        prefix = self._journey.choices.prefix
        ways = ways_here(self._parts, prefix) if prefix else ()
        options = ["\n     ".join([one.way.title, *_told(one)]) for one in ways]
        picked = self._questions.choose(
            f"How do you log in to {provider.title}?", [*options, "Not now"]
        )
        return ways[picked].way if picked < len(ways) else None

    async def _session(self, provider: RegistryProvider) -> Credential | None:
        """Wait until the other program's login works: it goes on by itself then."""
        self._questions.say("Waiting until that login works; Ctrl-C leaves.")
        try:
            async with asyncio.timeout(_SESSION_WAIT_S):
                found = await login.session_at_last(self._parts, self._journey)
        except TimeoutError:
            self._questions.say(f"No login for {provider.title} came in {_SESSION_WAIT_S:g} s.")
            return None
        credential = self._parts.logins.credential(found) if found else None
        if found is None or not isinstance(credential, Credential):
            return None
        self._questions.say(f"Found: {clean(found.source)}")
        return credential if await self._agreed(credential) else None

    async def _agreed(self, username: Credential | str) -> bool:
        """Show the plan before the secret is asked for; True when it may be stored so."""
        if self._journey.choices.store is StoreChoice.NONE:
            return True
        try:
            plan = await login.plan(self._parts, self._journey, username)
        except Problem as problem:
            found = diagnose(problem, self._parts.catalogue, self._parts.common_signs)
            raise await self._elsewhere(found, None) from problem
        self._questions.say("", *plan_lines(plan))
        # Plain text is stored after a yes to that very question only, never by pressing Enter.
        if not self._questions.confirm("Store it there?", default=plan.is_encrypted):
            raise await self._elsewhere(None, plan)
        return True

    async def _elsewhere(self, found: Diagnosis | None, plan: StorePlan | None) -> StoreChosenError:
        """Another place for the login. Raises LeftError when there shall be none."""
        if found is not None:
            self._questions.say("", clean(found.summary), *textwrap.wrap(found.explanation, _WIDTH))
        verdicts = await stores.bench(self._parts, self._journey)
        cause = found.cause if found else ""
        places = stores.other_places(verdicts, plan, self._journey.choices.store, cause)
        options = ["\n     ".join([p.title, *textwrap.wrap(p.why, _WIDTH)]) for p in places]
        picked = self._questions.choose("Where may the login go?", [*options, "Do not log in"])
        if picked == len(places):
            raise LeftError
        return StoreChosenError(places[picked].store)


def _told(one: WayHere) -> list[str]:
    lacking = [f"{one.lacks} is not on this machine yet."] if one.lacks else []
    return [*textwrap.wrap(one.way.explanation, _WIDTH), *lacking]


def plan_lines(plan: StorePlan) -> list[str]:
    """Where a login would go and what would change, in full: nothing else is changed."""
    lines = [f"The login goes to: {plan.title}", f"  {plan.reason}"]
    if plan.is_minted:
        lines = [f"No secret is kept: a fresh login is made each time by {plan.title}"]
        lines.append(f"  {plan.reason}")
    if plan.lasts:
        lines.append(f"  It lasts {clean(plan.lasts)}")
    lines += [f"  Note: {clean(found.summary)}  ({found.cause})" for found in plan.warnings]
    for file, diff in plan.diffs:
        lines.append(f"  {file} changes:")
        lines += [f"    {_diff_line(line)}" for line in diff.splitlines()]
    return lines


def _diff_line(line: str) -> str:
    """Cleaned, with its indentation kept: that is where a change in JSON can be read."""
    mark, rest = line[:1], line[1:].expandtabs(2)
    return f"{clean(mark)}{' ' * (len(rest) - len(rest.lstrip()))}{clean(rest)}"
