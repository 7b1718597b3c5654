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
    undone = await parts.journal.undo(everything=everything, dry_run=False)
    output.document(_document(undone, is_done=True))
    output.lines(undone_lines(undone, output.style))
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


def would_lines(would: tuple[Undone, ...], style: Style) -> Iterator[str]:
    yield style.strong("Would be taken back")
    for row in would:
        yield f"  {row.change.file}: {row.change.what}"
        if row.why_not:
            yield f"    cannot be: {row.why_not}"


def undone_lines(undone: tuple[Undone, ...], style: Style) -> Iterator[str]:
    for row in undone:
        said = "taken back" if row.done else f"kept, since {row.why_not}"
        yield f"{row.change.file}: {row.change.what}: {style.strong(said)}"
    yield ""
    yield "A token stays valid at its registry until it is revoked there."


def _document(rows: tuple[Undone, ...], *, is_done: bool) -> dict[str, Any]:
    changes = [
        {
            "file": row.change.file,
            "what": row.change.what,
            "undo": row.change.undo,
            "done": is_done and row.done,
            "why_not": row.why_not or None,
        }
        for row in rows
    ]
    return plain_document("undo", dry_run=not is_done, changes=changes)
