"""From a command's name to what runs it: imported one by one, so that each pays for itself."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from importlib import import_module

from wizard.cli.exit_codes import ExitCode
from wizard.cli.world import World

COMMANDS = ("setup", "doctor", "check", "switch", "profiles", "export", "undo", "explain")


def run_command(arguments: Namespace, world: World) -> ExitCode:
    module = import_module(f"wizard.cli.{arguments.command}")
    run: Callable[[Namespace, World], ExitCode] = module.run
    return run(arguments, world)
