"""`doctor --fix`: what the wizard can mend itself, shown, agreed to, done, and checked again."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import field, replace

from wizard.causes import fixes_for
from wizard.cli.credentials import given_credential
from wizard.cli.output import Output
from wizard.cli.person import (
    AtTerminal,
    Beforehand,
    Nobody,
    StoreChosenError,
    given_beforehand,
)
from wizard.cli.questions import Questions
from wizard.cli.session import follow
from wizard.cli.world import World
from wizard.core.actions import LOG_IN, OPEN_ACCESS, TRUST_REALM
from wizard.core.checks import Check, Status
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix
from wizard.core.ports import Parts, Person, StoreChoice
from wizard.core.realm import OPTION
from wizard.core.secret import Credential
from wizard.core.state import Choices, Journey
from wizard.core.text import clean
from wizard.steps import fixes, login
from wizard.steps import journey as steps
from wizard.steps.access import audience_of
from wizard.steps.order import FOUND
from wizard.steps.registry import destination

MOST_ROUNDS = 6
"""Each round mends one cause and checks again: what a fix uncovers is mended as well."""


@dataclass
class Mending:
    """One `doctor --fix`: no fix is tried twice."""

    arguments: Namespace
    world: World
    output: Output
    parts: Parts
    tried: set[tuple[str, Fix]]
    refusals: list[Check] = field(default_factory=list)
    """Why a fix was not taken: what only trying it could show."""
    given: Credential | None = None
    """From standard input, which can be read only once."""
    is_given_read: bool = False

    async def once(self, journey: Journey) -> Journey | None:
        """Apply the next fix there is; None when there is none left to apply."""
        for check, fix in offered(journey, self.output.system):
            if (check.id, fix) in self.tried:
                continue
            if check.status is Status.WARN and self.arguments.yes:
                continue  # it stops nothing: only who is asked about it may want it done
            self.tried.add((check.id, fix))
            if self.arguments.dry_run:
                self._show(check, fix, "Would do")
                continue
            person = self._person(journey.choices)
            if fix.action == LOG_IN:
                done = await self._log_in(journey, person)
            else:
                done = await self._apply(journey, check, fix, person)
            if done is not None:
                return done
        return None

    async def _apply(
        self, journey: Journey, check: Check, fix: Fix, person: Person
    ) -> Journey | None:
        needs = _needs(self.parts, fix, journey)
        if not await person.confirm(f"{fix.title}?", _preview(fix), needs=needs):
            return None
        begun = replace(journey, checks=(check,))
        events = fixes.apply(self.parts, begun, fix, check)
        done = await follow(events, begun, self.output, shows_rows=True)
        self.refusals += [row for row in done.checks if row.cause not in ("", check.cause)]
        return done

    async def _log_in(self, journey: Journey, person: Person) -> Journey | None:
        choices = journey.choices
        if choices.store is StoreChoice.NONE and not self.arguments.store:
            # That was for one run, long ago; a mend that keeps nothing mends nothing.
            choices = replace(choices, store=StoreChoice.AUTO)
            person = self._person(choices)
        while True:
            begun = replace(journey, choices=choices, checks=(), login=None, identity=None)
            try:
                events = steps.log_in(self.parts, begun, person)
                done = await follow(events, begun, self.output, shows_rows=False)
            except StoreChosenError as chosen:
                choices = replace(choices, store=chosen.store)
                person = self._person(choices)
                continue
            if done.login is not None and choices.store is not StoreChoice.NONE:
                return done
            for row in filter(None, (done.check(login.ACCEPTED), done.check(login.STORED))):
                if row.cause or row.id == login.STORED:
                    self.output.row(row)
                    self.refusals += [row] if row.id == login.STORED else []
            return None

    def _person(self, choices: Choices) -> Person:
        questions = Questions(self.world, self.output)
        if choices.prefix is not None and not self.is_given_read:
            self.is_given_read = True
            self.given = given_credential(
                self.arguments, self.world, questions, self.parts, choices.prefix
            )
        if self.arguments.yes:
            return Beforehand(self.output, self.given, given_beforehand(choices))
        if self.world.is_interactive:
            return AtTerminal(self.parts, choices, questions)
        return Nobody(self.output, choices, None)

    def _show(self, check: Check, fix: Fix, what: str) -> None:
        self.output.aside(f"{what} for {check.cause}: {fix.title}", *map(_indented, _preview(fix)))


def offered(journey: Journey, system: str) -> Iterator[tuple[Check, Fix]]:
    """What could be mended here, in the order of the checks; one fix only once."""
    seen: set[Fix] = set()
    for check in journey.checks:
        if check.status not in (Status.FAIL, Status.WARN):
            continue
        for fix in fixes_for(check.fixes, system):
            if (fix.action == LOG_IN or fixes.can_apply(fix)) and fix not in seen:
                seen.add(fix)
                yield check, fix


def knowing(journey: Journey, refusals: list[Check]) -> Journey:
    """What still fails, with the cause that came out when it was to be mended."""
    rows = tuple(_known(row, refusals) for row in journey.checks)
    return replace(journey, checks=rows)


def _known(row: Check, refusals: list[Check]) -> Check:
    if row.status is not Status.FAIL:
        return row
    family = row.cause.partition(".")[0]
    for refusal in refusals:
        if refusal.id == login.STORED and row.id == FOUND:
            return _kept_nowhere(row, refusal)
        if refusal.step is row.step and refusal.cause.startswith(f"{family}."):
            return replace(refusal, id=row.id, evidence=(*row.evidence, *refusal.evidence))
    return row


def _kept_nowhere(row: Check, refusal: Check) -> Check:
    """A login that works is in hand, and no place was found or chosen in which it may stay."""
    again = Fix(
        "Give it again and add where it may stay: --store plaintext (unencrypted, readable by you "
        "alone), --store keyring or --store helper",
        command="registry-wizard doctor --fix --store plaintext --username U --password-stdin",
    )
    return replace(
        refusal if refusal.cause else row,
        id=row.id,
        summary=f"the login works, and was kept nowhere: {refusal.summary}",
        evidence=(*row.evidence, *refusal.evidence),
        fixes=(again, *refusal.fixes),
    )


def _needs(parts: Parts, fix: Fix, journey: Journey) -> str:
    """Publishing needs a yes of its own, also under `--yes`; and so does trusting somebody."""
    if fix.action == TRUST_REALM:
        return OPTION
    if fix.action != OPEN_ACCESS:
        return ""
    audience = audience_of(destination(parts, journey).provider, journey.choices)
    return "--make-public" if audience.is_everybody else "--grant-cluster"


def _preview(fix: Fix) -> tuple[str, ...]:
    lines = [fix.command and f"runs: {fix.command}"]
    lines += [f"changes: {line}" for line in fix.changes.splitlines()]
    lines += [fix.risk and f"risk: {fix.risk}", fix.inverse and f"take it back: {fix.inverse}"]
    return tuple(clean(line) for line in lines if line)


def _indented(line: str) -> str:
    return f"  {line}"
