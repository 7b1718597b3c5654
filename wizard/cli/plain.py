"""The app as plain numbered questions: for screen readers and simple terminals."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from wizard.cli import doctor, profiles, setup, switch
from wizard.cli.exit_codes import ExitCode
from wizard.cli.left import LeftError
from wizard.cli.output import Output
from wizard.cli.questions import Questions
from wizard.cli.world import World

_Row = tuple[str, str, Callable[[Namespace, World], ExitCode]]

_USES: tuple[_Row, ...] = (
    ("setup", "Set up: engine, registry, login, test push, visibility", setup.run),
    ("doctor", "Find out what is broken; changes nothing", doctor.run),
    ("switch", "Switch to another profile and prove it again", switch.run),
    ("profiles", "Show what is set up here", profiles.run),
)


def run_plain(arguments: Namespace, world: World) -> ExitCode:
    """The three uses as a list that comes back, until the person leaves. The last one's code."""
    output = Output(arguments, world)
    questions = Questions(world, output)
    questions.say(
        "registry-wizard: from nothing to an image that the cluster can pull.",
        "Union Serverless and remote image builders build for you: then nothing is needed here.",
    )
    if arguments.sandbox:
        questions.say("This is practice: each choice below begins with fresh registries.")
    last = ExitCode.DONE
    try:
        while True:
            options = [title for _, title, _ in _USES]
            picked = questions.choose("What is to be done?", [*options, "Leave"])
            if picked == len(_USES):
                return last
            command, _, run = _USES[picked]
            last = run(_for_command(arguments, command), world)
    except LeftError:
        return last


def _for_command(arguments: Namespace, command: str) -> Namespace:
    """What the app's options mean to a command that was picked from the list."""
    named = {"setup": {"prefix": None}, "doctor": {"prefix": None}, "switch": {"name": None}}
    return Namespace(**{**vars(arguments), "command": command, **named.get(command, {})})
