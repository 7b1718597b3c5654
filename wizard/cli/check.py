"""`check`: would a cluster without credentials pull these? Streams, in the order asked."""

from __future__ import annotations

import json
import tempfile
from argparse import Namespace
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import IO, Any, TextIO

from wizard.causes import fixes_for
from wizard.cli.choices import UsageError, read_platform
from wizard.cli.document import error_member, plain_document
from wizard.cli.exit_codes import ExitCode
from wizard.cli.output import Output
from wizard.cli.render import fix_lines
from wizard.cli.session import run_with_parts
from wizard.cli.style import Style
from wizard.cli.world import World
from wizard.core.checks import Status
from wizard.core.names import LINUX_AMD64
from wizard.core.ports import Parts
from wizard.core.text import clean
from wizard.steps.check import ImageVerdict, check_images

_LONGEST_REFERENCE = 1000
"""Host 255, repository 255, tag 128 and digest 71 characters at most; more is no reference."""
_IN_MEMORY = 1 << 20
_UNITS = ("bytes", "KB", "MB", "GB", "TB")


def run(arguments: Namespace, world: World) -> ExitCode:
    return run_with_parts(arguments, world, check)


async def check(arguments: Namespace, world: World, output: Output, parts: Parts) -> ExitCode:
    platform = read_platform(arguments.platform) if arguments.platform else LINUX_AMD64
    with tempfile.SpooledTemporaryFile(_IN_MEMORY, mode="w+", encoding="utf-8") as spool:
        references = _references(arguments.references, world.stdin, spool)
        verdicts = check_images(parts, references, platform)
        is_single = len(arguments.references) == 1 and arguments.references[0] != "-"
        shown = _as_json if output.is_json else _as_lines
        asked, pullable = await shown(verdicts, output, is_single=is_single)
    if not asked:
        raise UsageError("no reference was given on standard input")
    return ExitCode.DONE if asked == pullable else ExitCode.NOT_READY


def _references(given: list[str], stdin: TextIO, spool: IO[str]) -> Iterator[str]:
    for text in given:
        if text == "-":
            yield from _lines(stdin, spool)
        else:
            yield text


def _lines(stdin: TextIO, spool: IO[str]) -> Iterator[str]:
    """One reference a line; empty lines and comments are left out, overlong lines cut.

    All of it is taken first: a producer that is slower than the registry would else stop the loop
    in the middle of its answers, and make timeouts out of nothing.
    """
    is_rest = False
    while line := stdin.readline(_LONGEST_REFERENCE):
        text = line.strip()
        if text and not is_rest and not text.startswith("#"):
            spool.write(text + "\n")
        is_rest = not line.endswith("\n")
    spool.seek(0)
    for line in spool:
        yield line.rstrip("\n")


async def _as_lines(
    verdicts: AsyncGenerator[ImageVerdict, None], output: Output, *, is_single: bool
) -> tuple[int, int]:
    asked = pullable = 0
    async with aclosing(verdicts) as stream:
        async for verdict in stream:
            asked += 1
            pullable += bool(verdict.pullable)
            output.lines(verdict_lines(verdict, output.style, output.system, is_single=is_single))
    if asked > 1:
        output.lines(["", f"{pullable} of {asked} can be pulled without a login"])
    return asked, pullable


async def _as_json(
    verdicts: AsyncGenerator[ImageVerdict, None],
    output: Output,
    *,
    is_single: bool,  # noqa: ARG001 - one signature for both forms
) -> tuple[int, int]:
    """One document, written as it grows: a million references need no memory."""
    asked = pullable = 0
    head = json.dumps(plain_document("check"), indent=2).removesuffix("\n}")
    error: dict[str, Any] | None = error_member("interrupted before all were asked")
    output.begin_document(f'{head},\n  "images": [')
    try:
        async with aclosing(verdicts) as stream:
            async for verdict in stream:
                row = json.dumps(verdict_row(verdict))
                output.more_document(f"{',' if asked else ''}\n    {row}")
                asked += 1
                pullable += bool(verdict.pullable)
        error = None if asked else error_member("no reference was given on standard input")
    finally:
        # Closed whatever happens, so that what was learned can be read.
        tail = f',\n  "error": {json.dumps(error)}' if error else ""
        output.more_document(f"\n  ]{tail}\n}}\n")
    return asked, pullable


def verdict_row(verdict: ImageVerdict) -> dict[str, Any]:
    return {
        "reference": verdict.reference,
        "pullable": verdict.pullable,
        "cause": verdict.trouble.cause if verdict.trouble else None,
        "platforms": list(verdict.platforms),
        "digest": verdict.digest or None,
        "size": verdict.size_bytes,
        "evidence": list(verdict.evidence),
        "seconds": round(verdict.seconds, 3),
    }


def verdict_lines(
    verdict: ImageVerdict, style: Style, system: str, *, is_single: bool
) -> Iterator[str]:
    """One line for each; for a single one also the evidence and what to do."""
    trouble = verdict.trouble
    status = {True: Status.PASS, False: Status.FAIL, None: Status.UNKNOWN}[verdict.pullable]
    if verdict.pullable and trouble is not None:
        status = Status.WARN
    said = {True: "can be pulled", False: "cannot be pulled", None: "not known"}[verdict.pullable]
    facts = [", ".join(verdict.platforms), _size(verdict.size_bytes)] if verdict.pullable else []
    code = f"  {style.faint(trouble.cause)}" if trouble else ""
    about = f" ({', '.join(fact for fact in facts if fact)})" if any(facts) else ""
    yield f"{style.mark(status)} {clean(verdict.reference)}  {said}{about}{code}"
    if trouble is None:
        return
    yield f"{'':<10}{style.text(clean(trouble.summary))}"
    if not is_single:
        return
    for line in verdict.evidence:
        yield f"{'':<10}{style.faint(f'seen: {clean(line)}')}"
    for line in fix_lines(fixes_for(trouble.fixes, system), style):
        yield f"{'':<10}{line}"


def _size(size_bytes: int | None) -> str:
    if size_bytes is None:
        return ""
    size, unit = float(size_bytes), 0
    while size >= 1000 and unit < len(_UNITS) - 1:  # noqa: PLR2004 - SI prefixes
        size, unit = size / 1000, unit + 1
    return f"{size:.3g} {_UNITS[unit]}"
