"""`explain`: the page of a cause, the list of all, or what a message can mean."""

from __future__ import annotations

import difflib
from argparse import Namespace
from typing import Any

from wizard.causes import CATALOGUE
from wizard.cli.document import error_member, fix_rows, plain_document
from wizard.cli.exit_codes import ExitCode
from wizard.cli.meanings import Meaning, meanings
from wizard.cli.output import Output
from wizard.cli.render import cause_lines
from wizard.cli.session import guarded
from wizard.cli.world import World
from wizard.core.diagnosis import Cause, fill
from wizard.core.text import clean

_MOST_CHARACTERS = 64 * 1024
"""Of a message; the head of a log is where its cause stands."""


def run(arguments: Namespace, world: World) -> ExitCode:
    return guarded(arguments, world, lambda output: explain(arguments, world, output))


def explain(arguments: Namespace, world: World, output: Output) -> ExitCode:
    if arguments.message is not None:
        is_stdin = arguments.message == "-"
        message = world.stdin.read(_MOST_CHARACTERS) if is_stdin else arguments.message
        return _message(output, meanings(message[:_MOST_CHARACTERS], world.sign_tables()))
    if arguments.cause is None:
        return _list(output)
    cause = CATALOGUE.get(arguments.cause)
    if cause is None:
        return _unknown(output, arguments.cause)
    output.document(plain_document("explain", causes=[_page(cause)]))
    output.lines(cause_lines(cause, output.style, CATALOGUE))
    return ExitCode.DONE


def _list(output: Output) -> ExitCode:
    rows = [{"cause": c.id, "summary": fill(c.summary, {})} for c in CATALOGUE.values()]
    output.document(plain_document("explain", causes=rows))
    width = max(len(row["cause"]) for row in rows)
    output.lines(f"{row['cause']:<{width}}  {output.style.text(row['summary'])}" for row in rows)
    return ExitCode.DONE


def _message(output: Output, found: tuple[Meaning, ...]) -> ExitCode:
    rows = [{"cause": m.cause, "summary": m.summary, "probe": m.probe} for m in found]
    output.document(plain_document("explain", causes=rows))
    style = output.style
    if not found:
        output.aside("Nothing in the catalogue fits this message.")
        output.aside("The list of causes: registry-wizard explain")
        return ExitCode.NOT_READY
    for number, meaning in enumerate(found, start=1):
        output.lines(
            [
                f"{number}. {style.strong(meaning.summary)}  {style.faint(meaning.cause)}",
                f"   decides it: {style.text(meaning.probe)}",
            ]
        )
    output.lines(["", f"More about the first: registry-wizard explain {found[0].cause}"])
    return ExitCode.DONE


def _unknown(output: Output, asked: str) -> ExitCode:
    shown = clean(asked, 80)
    near = difflib.get_close_matches(asked[:80], CATALOGUE, n=3, cutoff=0.4)
    family = [id_ for id_ in CATALOGUE if id_.partition(".")[2] == asked]
    near = [*family, *(id_ for id_ in near if id_ not in family)]
    summary = f"`{shown}` is no cause"
    error = error_member(summary, suggestion=near[0] if near else "")
    output.document(plain_document("explain", causes=[], error={**error, "near": near}))
    output.aside(f"registry-wizard: {summary}")
    output.aside(*(f"  close to it: {id_}" for id_ in near))
    output.aside("The list of all: registry-wizard explain")
    return ExitCode.USAGE


def _page(cause: Cause) -> dict[str, Any]:
    return {
        "cause": cause.id,
        "summary": fill(cause.summary, {}),
        "explanation": fill(cause.explanation, {}),
        "evidence": cause.evidence,
        "warning": cause.is_warning,
        "fixes": [
            {
                name: fill(value, {}) if isinstance(value, str) else value
                for name, value in r.items()
            }
            for r in fix_rows(cause.fixes)
        ],
        "told_apart": list(cause.told_apart),
    }
