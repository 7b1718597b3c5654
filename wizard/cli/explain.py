"""`explain`: the page of a cause, the list of all, or what a message can mean."""

from __future__ import annotations

import difflib
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from wizard.causes import CATALOGUE
from wizard.causes.page import page_of
from wizard.causes.transcripts import said_for, silence_of
from wizard.cli.cause_page import cause_lines, wrapped
from wizard.cli.document import error_member, fix_rows, plain_document
from wizard.cli.exit_codes import ExitCode
from wizard.cli.log_lines import read_bounded
from wizard.cli.meanings import Reading, read
from wizard.cli.output import Output
from wizard.cli.session import guarded
from wizard.cli.style import Style
from wizard.cli.world import World
from wizard.core.diagnosis import Cause
from wizard.core.filling import fill
from wizard.core.text import clean


def run(arguments: Namespace, world: World) -> ExitCode:
    return guarded(arguments, world, lambda output: explain(arguments, world, output))


def explain(arguments: Namespace, world: World, output: Output) -> ExitCode:
    if arguments.message is not None:
        text = arguments.message if arguments.message != "-" else _pasted(world, output)
        return _message(output, read(text, world.sign_tables()))
    if arguments.cause is None:
        return _list(output)
    cause = CATALOGUE.get(arguments.cause)
    if cause is None:
        return _unknown(output, arguments.cause)
    output.document(plain_document("explain", causes=[_page(cause)]))
    output.lines(cause_lines(page_of(cause), output.style))
    return ExitCode.DONE


def _pasted(world: World, output: Output) -> str:
    if world.stdin.isatty():
        keys = "Ctrl-Z and Enter" if world.system == "win32" else "Ctrl-D"
        output.aside(f"Paste the message, then press {keys} on a line of its own.")
    return read_bounded(world.stdin)


def _list(output: Output) -> ExitCode:
    rows = [{"cause": c.id, "summary": fill(c.summary, {})} for c in CATALOGUE.values()]
    output.document(plain_document("explain", causes=rows))
    width = max(len(row["cause"]) for row in rows)
    output.lines(f"{row['cause']:<{width}}  {output.style.text(row['summary'])}" for row in rows)
    return ExitCode.DONE


def _message(output: Output, found: Reading) -> ExitCode:
    rows = [{"cause": m.cause, "summary": m.summary, "probe": m.probe} for m in found.meanings]
    output.document(plain_document("explain", causes=rows))
    if not found.meanings:
        output.aside("Nothing in the catalogue fits this message.")
        output.aside("What looks for the cause itself: registry-wizard doctor")
        output.aside("The list of causes: registry-wizard explain")
        return ExitCode.NOT_READY
    output.lines(_reading_lines(found, output.style))
    return ExitCode.DONE


def _reading_lines(found: Reading, style: Style) -> Iterator[str]:
    if found.is_one_of_many:
        yield style.strong("The line that says most")
        yield f"  {style.text(found.line)}"
        yield ""
    several = len(found.meanings) > 1
    likeliest = ", the likeliest first" if several else ""
    yield style.strong(
        f"It says little; what it can come from{likeliest}"
        if found.is_vague
        else f"What it can come from{likeliest}"
    )
    for number, meaning in enumerate(found.meanings, start=1):
        yield from wrapped(style.text(meaning.summary), style, f"  {number}. ")
        yield f"     {style.faint(meaning.cause)}"
    yield ""
    yield style.strong("What tells them apart" if several else "What decides it")
    command, how = found.deciding
    yield f"  {command}"
    yield from wrapped(style.text(how), style, "    ")
    yield ""
    yield f"More about the first: registry-wizard explain {found.meanings[0].cause}"


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
        "said": [
            {"tool": one.tool, "command": one.command, "lines": list(one.lines)}
            for one in said_for(cause.id)
        ],
        "silent": silence_of(cause.id) or None,
    }
