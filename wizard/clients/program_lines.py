"""Follow a program that takes its time: its lines as they come, and its end.

As programs.py: no shell, a session of its own, bounded output; and when its reader leaves, its
whole group is killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from wizard.clients.programs import PIPE_GRACE_S, find_program, surely
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.text import clean

LONGEST_LINE: Final = 64 * 1024


async def follow(
    argv: Sequence[str],
    *,
    environ: Mapping[str, str],
    silence_s: float,
    stdin: int = asyncio.subprocess.DEVNULL,
) -> AsyncGenerator[str | int, None]:
    """Its cleaned lines, both outputs together, and last its exit code.

    `stdin` is a file descriptor that it reads from; its owner closes it.
    Raises Problem: Fault.MISSING when it cannot be started, Fault.TIMEOUT when it says nothing
    for `silence_s`.
    """
    process = await _started(argv, environ, stdin)
    try:
        while True:
            try:
                line = await _line(process, silence_s)
            except TimeoutError:
                raise _problem(argv, f"not a word for {silence_s:g} s", Fault.TIMEOUT) from None
            except ValueError:
                continue  # longer than any line worth showing: let go by
            if not line:
                break
            if text := clean(line.decode("utf-8", "replace")):
                yield text
        yield await process.wait()
    finally:
        await _end(process)


async def _line(process: asyncio.subprocess.Process, silence_s: float) -> bytes:
    """The next one; empty at its end, also where something that it left behind holds the pipe.

    Raises TimeoutError, and ValueError for a line that is too long.
    """
    assert process.stdout is not None  # noqa: S101 - it was asked for
    reading = asyncio.ensure_future(process.stdout.readline())
    began = asyncio.get_running_loop().time()
    try:
        while (left_s := began + silence_s - asyncio.get_running_loop().time()) > 0:
            has_ended = process.returncode is not None
            await asyncio.wait({reading}, timeout=min(PIPE_GRACE_S, left_s))
            if reading.done():
                return reading.result()
            if has_ended:
                return b""
        raise TimeoutError
    finally:
        reading.cancel()


async def _started(
    argv: Sequence[str], environ: Mapping[str, str], stdin: int
) -> asyncio.subprocess.Process:
    path = find_program(argv[0], environ)
    if path is None:
        raise _problem(argv, "it is not on PATH", Fault.MISSING)
    try:
        return await asyncio.create_subprocess_exec(
            path,
            *argv[1:],
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=dict(environ),
            limit=LONGEST_LINE,
            start_new_session=True,
        )
    except OSError:
        raise _problem(argv, "it cannot be started", Fault.MISSING) from None


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask first: docker tells its builder to stop, which a kill would not; it has its moment."""
    cancelled = None
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, number)
            elif process.returncode is None:  # pragma: no cover - Windows
                process.terminate()
        if process.returncode is None:
            cancelled = await surely(process.wait) or cancelled
    # The pipe stays open while something that it left behind holds its other end.
    process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 - no other way
    if cancelled:
        raise cancelled


def _problem(argv: Sequence[str], words: str, fault: Fault) -> Problem:
    name = clean(argv[0])
    return Problem(
        Evidence(Stage.API, name, words, message=words, fault=fault, facts={"program": name})
    )
