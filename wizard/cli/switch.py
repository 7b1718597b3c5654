"""`switch`: make a profile the current one, and prove it again."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from wizard.cli import document
from wizard.cli.choices import UsageError, read_choices
from wizard.cli.exit_codes import ExitCode
from wizard.cli.output import Output
from wizard.cli.person import AtTerminal, Beforehand, Nobody, given_beforehand
from wizard.cli.questions import Questions
from wizard.cli.render import verdict_lines
from wizard.cli.session import follow, run_with_parts
from wizard.cli.world import World
from wizard.core.ports import Parts, Person
from wizard.core.settings import Settings
from wizard.core.state import Journey
from wizard.core.text import clean
from wizard.steps import doctor
from wizard.steps import journey as steps
from wizard.steps.remember import remember


def run(arguments: Namespace, world: World) -> ExitCode:
    return run_with_parts(arguments, world, switch)


async def switch(arguments: Namespace, world: World, output: Output, parts: Parts) -> ExitCode:
    settings = parts.settings.load()
    is_asking = world.is_interactive and not (arguments.yes or arguments.dry_run)
    name = _name(arguments, settings, Questions(world, output) if is_asking else None)
    arguments.profile = name
    choices = read_choices(parts, arguments)
    if not arguments.dry_run:
        parts.settings.save(replace(settings, current=name))
        output.aside(f"{name} is the current profile now: {choices.prefix}")
    begun = Journey(choices)
    person: Person = Nobody(output, choices, None)
    if is_asking:
        person = AtTerminal(parts, choices, Questions(world, output))
    elif arguments.yes:
        person = Beforehand(output, None, given_beforehand(choices))
    if is_asking or (arguments.yes and not arguments.dry_run):
        journey = await follow(steps.run(parts, begun, person), begun, output, shows_rows=True)
        if journey.pushed is not None:
            remember(parts, journey)
    else:
        # Without consent nothing is pushed: the rights are probed, the last image is pulled.
        events = doctor.examine(parts, begun, with_push=False)
        journey = await follow(events, begun, output, shows_rows=True)
    if not arguments.dry_run:
        await _repoint(parts, name, output, person)
    report = document.report("switch", journey, output.system)
    output.document(report.document())
    output.lines(["", *verdict_lines(report, output.style)])
    if report.ready and not arguments.dry_run:
        output.lines([f"{'':<10}For your code: registry-wizard export imagespec"])
    return ExitCode.DONE if report.ready else ExitCode.NOT_READY


async def _repoint(parts: Parts, name: str, output: Output, person: Person) -> None:
    """The files that were handed over, one question each; somebody's own changes stay theirs."""
    from wizard.steps import handed

    profile = parts.settings.load().profile(name)
    if profile is None:
        return
    found, changed = handed.repoints(parts, profile)
    for file in changed:
        output.aside(f"{file} was changed since it was saved: point it to {profile.prefix} by hand")
    for one in found:
        if not await person.confirm(f"Point {one.handed.file} to {profile.prefix}?", one.diff):
            continue
        try:
            done = handed.repoint(parts, one)
        except OSError as error:
            output.aside(f"{one.handed.file} could not be written: {error.strerror}")
            continue
        if done:
            output.aside(f"{one.handed.file} names {profile.prefix} now")


def _name(arguments: Namespace, settings: Settings, questions: Questions | None) -> str:
    """Raises UsageError when none is named and nobody can be asked."""
    names = [profile.name for profile in settings.profiles]
    wanted: str = arguments.name or arguments.profile or ""
    if wanted in names:
        return wanted
    known = ", ".join(names) or "none yet"
    if wanted:
        raise UsageError(f"there is no profile {clean(wanted, 80)}; profiles here: {known}")
    if not names:
        raise UsageError("nothing is set up here yet; begin with: registry-wizard setup")
    if questions is None:
        raise UsageError(f"which profile? registry-wizard switch PROFILE; profiles here: {known}")
    options = [f"{profile.name}  {profile.prefix}" for profile in settings.profiles]
    return names[questions.choose("Which profile?", options)]
