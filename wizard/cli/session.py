"""What all commands share: the loop, the parts, and how what goes wrong is said."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import wizard
from wizard.causes import CATALOGUE, fixes_for
from wizard.cli.choices import UsageError
from wizard.cli.document import error_member, plain_document
from wizard.cli.exit_codes import ExitCode
from wizard.cli.left import LeftError
from wizard.cli.output import Output
from wizard.cli.world import World
from wizard.core.checks import Check, Report, Status, Step, failed
from wizard.core.diagnosis import Diagnosis, Problem, diagnose
from wizard.core.events import Checked, Event
from wizard.core.ports import Parts
from wizard.core.prefix import Prefix
from wizard.core.state import Journey, fold
from wizard.steps.run import crash

Work = Callable[[Namespace, World, Output, Parts], Awaitable[ExitCode]]

_EMPTY: dict[str, dict[str, Any]] = {
    "check": {"images": []},
    "profiles": {"current": None, "profiles": []},
    "export": {"what": None, "content": None},
    "undo": {"changes": []},
    "explain": {"causes": []},
}
"""The members of the documents that are no reports, when there is nothing to say in them."""


def run_with_parts(arguments: Namespace, world: World, work: Work) -> ExitCode:
    """Build the parts and do the work, guarded."""

    async def run(output: Output) -> ExitCode:
        async with world.parts(arguments) as parts:
            parts.listen_for_waits(
                lambda host, seconds: output.aside(f"{host} asks us to wait {seconds:g} s")
            )
            return await work(arguments, world, output, parts)

    return guarded(arguments, world, lambda output: asyncio.run(run(output)))


def guarded(arguments: Namespace, world: World, work: Callable[[Output], ExitCode]) -> ExitCode:
    """Do the work, and end with one document and an exit code whatever happens."""
    output = Output(arguments, world)
    try:
        return work(output)
    except UsageError as error:
        if error.found is not None:
            code = ExitCode.USAGE
            return refuse(output, arguments.command, error.found, code, error.suggestion)
        return refuse_usage(output, arguments.command, str(error))
    except Problem as problem:
        found = diagnose(problem, CATALOGUE)
        return refuse(output, arguments.command, found, ExitCode.NOT_READY)
    except LeftError:
        output.aside("Left; nothing more was done.")
        return ExitCode.NOT_READY
    except BaseException as error:
        # Scripts read one document whatever happens; what to say on stderr is __main__'s.
        output.last_document(_broken_off(arguments.command, error))
        raise
    finally:
        output.settle()


def _broken_off(command: str, error: BaseException) -> dict[str, Any]:
    if isinstance(error, Exception):
        found = diagnose(crash(error), CATALOGUE)
        row = failed("registry.settings", Step.REGISTRY, found)
        return _document(command, row, error_member(found.summary, found.cause))
    row = Check("registry.settings", Step.REGISTRY, Status.UNKNOWN, "interrupted")
    return _document(command, row, error_member("interrupted"))


def refuse(
    output: Output, command: str, found: Diagnosis, code: ExitCode, suggestion: str = ""
) -> ExitCode:
    """Nothing could be begun: why, on stderr or in the document of this command."""
    found = replace(found, fixes=fixes_for(found.fixes, output.system))
    error = error_member(found.summary, found.cause, suggestion)
    id_ = "registry.name" if found.cause.startswith("reference.") else "registry.settings"
    output.last_document(_document(command, failed(id_, Step.REGISTRY, found), error))
    output.trouble(found)
    return code


def refuse_usage(output: Output, command: str, message: str) -> ExitCode:
    row = Check("registry.settings", Step.REGISTRY, Status.UNKNOWN, message)
    output.last_document(_document(command, row, error_member(message)))
    output.aside(f"registry-wizard: {message}")
    return ExitCode.USAGE


def _document(command: str, row: Check, error: dict[str, Any]) -> dict[str, Any]:
    if command in _EMPTY:
        return plain_document(command, **_EMPTY[command], error=error)
    return {**Report(command, wizard.__version__, (row,)).document(), "error": error}


async def follow(
    events: AsyncGenerator[Event, None], journey: Journey, output: Output, *, shows_rows: bool
) -> Journey:
    """Fold a step's events into the journey; rows are shown as they come where that is wanted."""
    async with aclosing(events) as stream:
        async for event in stream:
            journey = fold(journey, event)
            output.progress(event)
            if shows_rows and isinstance(event, Checked):
                output.row(event.check)
    return journey


def announce_practice(output: Output, parts: Parts) -> None:
    """Said plainly in every practice run."""
    if not parts.is_sandbox:
        return
    output.aside(
        "Practice registries in this process: nothing leaves this machine, none of it is kept.",
        *(f"  {prefix}" for prefix in parts.practice.prefixes),
    )


def announce_account(output: Output, parts: Parts, prefix: Prefix | None) -> None:
    """Who to be at the practice registry that was chosen."""
    if not parts.is_sandbox or prefix is None:
        return
    if prefix.host not in parts.practice.hosts:
        output.aside(f"The practice has no {prefix.host}: choose one of those above.")
        return
    account = parts.practice.account_for(prefix.host)
    output.aside(
        f"Practice account for {prefix.host}: {account.about}",
        f"  user name {account.login}, token {account.secret}",
    )
