"""`export`: the hand-over for the user's code and cluster, with the proven values."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from wizard.cli.choices import UsageError, read_choices
from wizard.cli.document import plain_document
from wizard.cli.exit_codes import ExitCode
from wizard.cli.left import LeftError
from wizard.cli.output import Output
from wizard.cli.questions import Questions
from wizard.cli.session import follow, run_with_parts
from wizard.cli.world import World
from wizard.core.handover import HAND_OVERS
from wizard.core.ports import Parts
from wizard.core.settings import Profile
from wizard.core.state import Journey
from wizard.core.text import clean


def run(arguments: Namespace, world: World) -> ExitCode:
    return run_with_parts(arguments, world, export)


async def export(arguments: Namespace, world: World, output: Output, parts: Parts) -> ExitCode:
    what: str = arguments.what
    if what == "kubernetes-secret":
        return await _pull_secret(arguments, world, output, parts)
    if what == "report":
        return await _report(arguments, world, output, parts)
    if what == "message":
        return await _message(arguments, output, parts)
    profile = _profile(arguments, parts)
    try:
        content = HAND_OVERS[what](profile)
    except ValueError as error:
        said = f"profile {profile.name} holds what cannot be handed over: {clean(str(error))}"
        raise UsageError(said) from error
    file = _saved(parts, arguments.output, what, content) if arguments.output else None
    output.document(
        plain_document("export", what=what, profile=profile.name, content=content, file=file)
    )
    if file is None:
        output.lines(content.splitlines())
    else:
        output.lines([f"Saved as {file}; registry-wizard switch keeps it up to date"])
    if profile.proof is None:
        output.aside(f"Note: profile {profile.name} is not proven. Prove it: registry-wizard setup")
    return ExitCode.DONE


def _saved(parts: Parts, output: str, what: str, content: str) -> str:
    """Under another name where that one is taken. Raises UsageError where nothing can be."""
    from wizard.steps import handed

    try:
        return str(handed.save(parts, Path(output), what, content))
    except OSError as error:
        shown = clean(output, 200)
        raise UsageError(f"--output {shown}: it could not be written ({error.strerror})") from error


async def _report(arguments: Namespace, world: World, output: Output, parts: Parts) -> ExitCode:
    """Every check now, as a page that is safe to paste where strangers read."""
    from wizard.cli import document
    from wizard.cli.machine import machine_name, versions
    from wizard.core.masks import Masks
    from wizard.core.report_page import names_of, render_report
    from wizard.steps import doctor

    journey = Journey(read_choices(parts, arguments))
    events = doctor.examine(parts, journey, with_push=False)
    journey = await follow(events, journey, output, shows_rows=False)
    found = document.report("export", journey, output.system)
    names = names_of(journey, str(parts.outside.home), machine_name())
    masks = Masks(names) if arguments.anonymous else None
    content = render_report(found, journey, versions(world), masks=masks)
    profile = journey.choices.profile if not arguments.anonymous else None
    output.document(plain_document("export", what="report", profile=profile, content=content))
    output.lines(content.splitlines())
    return ExitCode.DONE


async def _message(arguments: Namespace, output: Output, parts: Parts) -> ExitCode:
    """For the one who can mend what broke, when that is somebody else."""
    from wizard.core.asking import message_for
    from wizard.steps import doctor

    journey = Journey(read_choices(parts, arguments))
    events = doctor.examine(parts, journey, with_push=False)
    journey = await follow(events, journey, output, shows_rows=False)
    asked = [(check, fix) for check in journey.checks for fix in check.fixes if fix.ask]
    if not asked:
        output.document(plain_document("export", what="message", content=None))
        output.aside("Nothing that broke here is for somebody else to mend.")
        return ExitCode.NOT_READY
    check, fix = asked[0]
    content = message_for(check, fix)
    output.document(plain_document("export", what="message", to=fix.ask, content=content))
    output.lines(content.splitlines())
    output.aside(f"For {clean(fix.ask)}.")
    return ExitCode.DONE


async def _pull_secret(
    arguments: Namespace, world: World, output: Output, parts: Parts
) -> ExitCode:
    """The manifest with the login in it: on stdout, where the person wants it."""
    from wizard.steps.pull_secret import export_pull_secret

    profile = _profile(arguments, parts)
    if arguments.json:
        raise UsageError(
            "a Kubernetes secret holds a login, and no document of ours does: leave --json out"
        )
    if world.stdout.isatty() and not arguments.yes:
        questions = Questions(world, output)
        output.aside(
            "The manifest holds the login: whoever sees this screen could use it.",
            f"  Better: registry-wizard export {arguments.what} | kubectl apply -n NAMESPACE -f -",
        )
        if not questions.confirm("Show it here all the same?", default=False):
            raise LeftError
    arguments.profile = profile.name
    journey = Journey(read_choices(parts, arguments))
    manifest, remarks = await export_pull_secret(parts, journey)
    output.lines(manifest.splitlines())
    output.aside(*remarks)
    return ExitCode.DONE


def _profile(arguments: Namespace, parts: Parts) -> Profile:
    settings = parts.settings.load()
    if arguments.profile:
        named = settings.profile(arguments.profile)
        if named is None:
            raise UsageError(f"there is no profile {clean(arguments.profile, 80)}")
        return named
    if settings.current_profile is None:
        raise UsageError("nothing is set up here yet; begin with: registry-wizard setup")
    return settings.current_profile
