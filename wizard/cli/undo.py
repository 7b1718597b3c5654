"""`undo`: take back what the wizard changed, the last change or all of them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from wizard.cli.document import plain_document
from wizard.cli.exit_codes import ExitCode
from wizard.cli.output import Output
from wizard.cli.questions import Questions
from wizard.cli.session import run_with_parts
from wizard.cli.style import Style
from wizard.cli.world import World
from wizard.core.ports import Parts, Undone


def run(arguments: Namespace, world: World) -> ExitCode:
    return run_with_parts(arguments, world, undo)


async def undo(arguments: Namespace, world: World, output: Output, parts: Parts) -> ExitCode:
    everything: bool = arguments.all
    would = await parts.journal.undo(everything=everything, dry_run=True)
    if not would:
        output.document(_document((), is_done=False))
        output.aside("The wizard has changed nothing here that could be taken back.")
        return ExitCode.DONE
    if not _consented(arguments, world, output, would):
        output.document(_document(would, is_done=False))
        output.lines(would_lines(would, output.style))
        if arguments.dry_run:
            return ExitCode.DONE
        output.aside("Nothing was changed. To do it: registry-wizard undo --yes")
        return ExitCode.NOT_READY
    undone = await parts.journal.undo(
        everything=everything,
        dry_run=False,
        over_others=not arguments.yes and _over_others(world, output, would),
        keeps_others=arguments.yes,
    )
    output.document(_document(undone, is_done=True))
    output.lines(undone_lines(undone, output.style))
    if arguments.yes and any(row.is_others for row in undone):
        output.aside(
            "What something else changed since is taken back only after a yes of its own.",
            "To be asked: registry-wizard undo, at a terminal.",
        )
    return ExitCode.DONE if all(row.done for row in undone) else ExitCode.NOT_READY


def _consented(
    arguments: Namespace, world: World, output: Output, would: tuple[Undone, ...]
) -> bool:
    if arguments.dry_run:
        return False
    if arguments.yes:
        return True
    if not world.is_interactive:
        return False
    output.aside(*would_lines(would, output.style))
    return Questions(world, output).confirm("Take this back?", default=True)


def _over_others(world: World, output: Output, would: tuple[Undone, ...]) -> bool:
    """Somebody's later work would be lost: Enter alone leaves it as it is."""
    others = [row for row in would if row.is_others]
    if not others:
        return False
    output.aside("", "Changed by something else since:", *(f"  {_named(row)}" for row in others))
    question = "Put back what stood there before the wizard all the same?"
    return Questions(world, output).confirm(question, default=False)


def would_lines(would: tuple[Undone, ...], style: Style) -> Iterator[str]:
    yield style.strong("Would be taken back")
    for row in would:
        yield f"  {_named(row)}"
        if row.runs:
            yield f"    runs: {row.runs}"
        if row.is_others:
            yield "    something else changed it since: that is asked about"
        elif row.why_not:
            yield f"    cannot be: {row.why_not}"


def undone_lines(undone: tuple[Undone, ...], style: Style) -> Iterator[str]:
    for row in undone:
        said = "taken back" if row.done else f"kept, since {row.why_not}"
        yield f"{_named(row)}: {style.strong(said)}"
        if row.runs:
            yield f"  {'ran' if row.done else 'by hand'}: {row.runs}"
    if any(row.change.file for row in undone):
        yield ""
        yield "A token stays valid at its registry until it is revoked there."


def _named(row: Undone) -> str:
    """A command that was run changed no file that is known."""
    return f"{row.change.file}: {row.change.what}" if row.change.file else row.change.what


def _document(rows: tuple[Undone, ...], *, is_done: bool) -> dict[str, Any]:
    changes = [
        {
            "file": row.change.file,
            "what": row.change.what,
            "undo": row.change.undo,
            "done": is_done and row.done,
            "why_not": row.why_not or None,
            "changed_since": row.is_others,
            "runs": row.runs or None,
        }
        for row in rows
    ]
    return plain_document("undo", dry_run=not is_done, changes=changes)
