"""`doctor`: every check at once, and the report. Changes nothing unless `--fix` is given."""

from __future__ import annotations

from argparse import Namespace

from wizard.cli import document
from wizard.cli.choices import UsageError, mends, read_choices
from wizard.cli.exit_codes import ExitCode
from wizard.cli.output import Output
from wizard.cli.realm import trust_realm
from wizard.cli.render import report_lines
from wizard.cli.session import announce_account, announce_practice, follow, run_with_parts
from wizard.cli.world import World
from wizard.core.checks import Change, Status
from wizard.core.ports import Parts
from wizard.core.state import Choices, Journey
from wizard.steps import doctor


def run(arguments: Namespace, world: World) -> ExitCode:
    return run_with_parts(arguments, world, examine)


async def examine(arguments: Namespace, world: World, output: Output, parts: Parts) -> ExitCode:
    if arguments.password_stdin and not arguments.fix:
        raise UsageError("--password-stdin gives a login to --fix, which is not there")
    announce_practice(output, parts)
    choices = _choices(arguments, output, parts)
    trust_realm(arguments, output, parts, choices.prefix)
    announce_account(output, parts, choices.prefix)
    journey = await _examined(arguments, output, parts, choices)
    if arguments.fix:
        journey = await _mended(arguments, world, output, parts, journey)
    report = document.report("doctor", journey, output.system)
    said = _since(parts, journey)
    output.document({**report.document(), "since": said or None})
    output.lines(report_lines(report, output.style, output.system))
    if said:
        output.lines([f"{'':<10}Since it was proven last: {said}"])
    return ExitCode.DONE if report.ready else ExitCode.NOT_READY


def _since(parts: Parts, journey: Journey) -> str:
    """What is new against the last proof; nothing where none is kept."""
    from wizard.core.since import since_proof

    profile = parts.settings.load().profile(journey.choices.profile)
    return since_proof(profile, journey)


async def _mended(
    arguments: Namespace, world: World, output: Output, parts: Parts, journey: Journey
) -> Journey:
    """Mend one thing after the other, each checked again, until nothing is left to mend."""
    from wizard.cli.fixes import MOST_ROUNDS, Mending, knowing

    mending = Mending(arguments, world, output, parts, set())
    changes: tuple[Change, ...] = ()
    for _ in range(MOST_ROUNDS):
        done = await mending.once(journey)
        if done is None:
            break
        changes += tuple(change for change in done.changes if change not in changes)
        journey = await _examined(arguments, output, parts, done.choices)
    journey = knowing(journey, mending.refusals)
    if not mending.tried:
        bad = (Status.FAIL, Status.UNKNOWN)
        is_broken = any(check.status in bad for check in journey.checks)
        can = "can be mended by the wizard itself" if is_broken else "needs mending"
        output.aside(f"Nothing here {can}.")
    return document.with_changes(journey, changes) if changes else journey


def _choices(arguments: Namespace, output: Output, parts: Parts) -> Choices:
    typed = arguments.prefix or ""
    choices = read_choices(parts, arguments, typed)
    if typed:
        output.aside(*(f"Note: {mend}" for mend in mends(parts, typed)))
    elif choices.prefix is None and parts.is_sandbox:
        return read_choices(parts, arguments, parts.practice.prefix)
    elif choices.prefix is None:
        from wizard.cli.project import tell_preset

        tell_preset(output, parts, "doctor")
    return choices


async def _examined(
    arguments: Namespace, output: Output, parts: Parts, choices: Choices
) -> Journey:
    begun = Journey(choices)
    events = doctor.examine(parts, begun, with_push=arguments.push)
    return await follow(events, begun, output, shows_rows=False)
