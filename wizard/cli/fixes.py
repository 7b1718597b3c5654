"""`doctor --fix`: the fixes that the wizard can apply by itself, after consent."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

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
from wizard.core.checks import Status
from wizard.core.ports import Parts, Person
from wizard.core.state import Journey
from wizard.steps import journey as steps

LOG_IN = "log-in"
"""The one action there is: ask for a login, check it and store it."""


async def apply_fixes(
    arguments: Namespace, world: World, output: Output, parts: Parts, journey: Journey
) -> Journey | None:
    """The journey after the fixes; None when nothing was, or was to be, done."""
    wanted = [
        (check, fix)
        for check in journey.checks
        if check.status in (Status.FAIL, Status.WARN)
        for fix in check.fixes
        if fix.action == LOG_IN
    ]
    if not wanted:
        output.aside("Nothing here can be mended by the wizard itself.")
        return None
    check, fix = wanted[0]
    if arguments.dry_run:
        output.aside(f"Would do for {check.cause}: {fix.title}")
        return None
    person: Person
    choices = journey.choices
    questions = Questions(world, output)
    given = None
    if choices.prefix is not None:
        given = given_credential(arguments, world, questions, parts, choices.prefix)
    while True:
        if world.is_interactive and not arguments.yes:
            person = AtTerminal(parts, choices, questions)
        elif arguments.yes:
            person = Beforehand(output, given, given_beforehand(choices))
        else:
            person = Nobody(output, choices, None)
        begun = replace(journey, choices=choices, checks=(), login=None, identity=None)
        try:
            events = steps.log_in(parts, begun, person)
            done = await follow(events, begun, output, shows_rows=False)
        except StoreChosenError as chosen:
            choices = replace(choices, store=chosen.store)
            continue
        return done if done.login is not None else None
