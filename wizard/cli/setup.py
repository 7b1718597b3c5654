"""`setup`: the same steps as the app, as lines; questions only where somebody can answer."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from wizard.cli import document
from wizard.cli.choices import UsageError, mends, read_choices
from wizard.cli.credentials import given_credential
from wizard.cli.exit_codes import ExitCode
from wizard.cli.output import Output
from wizard.cli.person import (
    AtTerminal,
    Beforehand,
    Nobody,
    StoreChosenError,
    given_beforehand,
    plan_lines,
)
from wizard.cli.prefix_questions import ask_image, ask_prefix
from wizard.cli.private import settle_visibility
from wizard.cli.project import named_image, take_preset, tell_preset
from wizard.cli.questions import Questions
from wizard.cli.realm import trust_realm
from wizard.cli.render import changes_lines, verdict_lines
from wizard.cli.session import announce_account, announce_practice, follow, run_with_parts
from wizard.cli.world import World
from wizard.core.checks import Status, Step
from wizard.core.diagnosis import Problem
from wizard.core.ports import Parts, Person
from wizard.core.secret import Credential
from wizard.core.state import Choices, Journey
from wizard.steps import journey as steps
from wizard.steps import login, push
from wizard.steps.project import images
from wizard.steps.registry import destination
from wizard.steps.remember import keep_place, remember


def run(arguments: Namespace, world: World) -> ExitCode:
    return run_with_parts(arguments, world, set_up)


async def set_up(arguments: Namespace, world: World, output: Output, parts: Parts) -> ExitCode:
    questions = Questions(world, output)
    is_asking = world.is_interactive and not (arguments.yes or arguments.dry_run)
    announce_practice(output, parts)
    choices = await _choices(arguments, output, parts, questions if is_asking else None)
    if choices.prefix is None:
        raise UsageError(
            "no registry is named: registry-wizard setup PREFIX, such as ghcr.io/acme; "
            "or practise: registry-wizard setup --sandbox --yes"
        )
    trust_realm(arguments, output, parts, choices.prefix)
    announce_account(output, parts, choices.prefix)
    given = given_credential(arguments, world, questions, parts, choices.prefix)
    journey = await _journey(arguments, output, parts, (choices, given, questions, is_asking))
    journey = await settle_visibility(parts, journey, output, questions if is_asking else None)
    if is_asking:
        journey = await _offer_deletion(parts, journey, output, questions)
    if is_asking or (arguments.yes and not arguments.dry_run):
        _keep(parts, journey)
    if arguments.dry_run:
        await _show_plan(output, parts, journey)
    return _end(arguments, output, journey, is_practice=parts.is_sandbox)


async def _choices(
    arguments: Namespace, output: Output, parts: Parts, questions: Questions | None
) -> Choices:
    typed = arguments.prefix or ""
    if typed:
        choices = read_choices(parts, arguments, typed)
        output.aside(*(f"Note: {mend}" for mend in mends(parts, typed)))
        return named_image(arguments, output, parts, choices, questions)
    choices = read_choices(parts, arguments)
    if choices.prefix is None and parts.is_sandbox:
        return read_choices(parts, arguments, parts.practice.prefix)
    if choices.prefix is None and questions is not None:
        proposed = take_preset(arguments, output, parts, questions)
        if proposed is not None:
            return named_image(arguments, output, parts, proposed, questions)
        chosen = read_choices(parts, arguments, str(await ask_prefix(parts, questions)))
        found = images(parts)
        return (
            chosen
            if arguments.image
            else replace(chosen, image=ask_image(chosen, questions, found))
        )
    if choices.prefix is None:
        tell_preset(output, parts, "setup")
    return choices


async def _journey(
    arguments: Namespace,
    output: Output,
    parts: Parts,
    start: tuple[Choices, Credential | None, Questions, bool],
) -> Journey:
    """All steps; they begin again when the person chose another place for the login."""
    choices, given, questions, is_asking = start
    person: Person
    while True:
        if arguments.yes and not arguments.dry_run:
            person = Beforehand(output, given, given_beforehand(choices))
        elif is_asking:
            person = AtTerminal(parts, choices, questions)
        else:
            person = Nobody(output, choices, given)
        try:
            events = steps.run(parts, Journey(choices), person)
            journey = await follow(events, Journey(choices), output, shows_rows=True)
        except StoreChosenError as chosen:
            choices = replace(choices, store=chosen.store)
        else:
            if not (is_asking and _goes_without_engine(journey, questions)):
                return journey
            choices = replace(choices, engine="none")
        output.aside("", "Once more from the beginning, with that choice.")


def _goes_without_engine(journey: Journey, questions: Questions) -> bool:
    """Registry, login and visibility can be proven without an engine; the SDK still needs one."""
    if journey.failure(Step.ENGINE) is None or journey.choices.engine == "none":
        return False
    questions.say("", "The rest can be proven without an engine; your SDK still needs one.")
    return questions.confirm("Go on with the wizard's own push?", default=False)


async def _offer_deletion(
    parts: Parts, journey: Journey, output: Output, questions: Questions
) -> Journey:
    if journey.pushed is None or journey.choices.delete_image:
        return journey
    if not questions.confirm(f"Delete the test image {journey.pushed.reference}?", default=False):
        return journey
    return await follow(push.delete(parts, journey), journey, output, shows_rows=True)


def _keep(parts: Parts, journey: Journey) -> None:
    """A profile once something was pushed; else where to go on. Raises Problem."""
    if journey.pushed is not None:
        remember(parts, journey)
        return
    stopped = next((step for step in Step if journey.failure(step)), Step.PUSH)
    keep_place(parts, journey, stopped.value)


async def _show_plan(output: Output, parts: Parts, journey: Journey) -> None:
    """`--dry-run`: what a login would change. The questions have told the rest."""
    if journey.login is not None or journey.failure(Step.REGISTRY):
        return
    to = destination(parts, journey)
    try:
        plan = await login.plan(parts, journey, journey.choices.username)
    except Problem:
        # That no store is to be had is said when a login is really stored.
        return
    output.aside(f"A login for {to.endpoint.host} would be stored:", *plan_lines(plan))


def _end(arguments: Namespace, output: Output, journey: Journey, *, is_practice: bool) -> ExitCode:
    report = document.report("setup", journey, output.system)
    output.document(report.document())
    changes = report.changes
    if is_practice:
        # Its home goes with it: there is nothing left that `undo` could find.
        changes = tuple(replace(change, undo="") for change in changes)
    output.lines(changes_lines(changes, output.style))
    if changes and is_practice:
        output.lines(["  all of it in the practice's own home, which is gone now"])
    output.lines(["", *verdict_lines(report, output.style)])
    if report.ready:
        name = journey.choices.profile
        export = f"For your code: registry-wizard export imagespec --profile {name}"
        output.lines(
            [f"{'':<10}{'Now for real: registry-wizard setup' if is_practice else export}"]
        )
    if arguments.dry_run:
        broken = any(check.status is Status.FAIL for check in report.checks)
        return ExitCode.NOT_READY if broken else ExitCode.DONE
    return ExitCode.DONE if report.ready else ExitCode.NOT_READY
