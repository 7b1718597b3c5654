"""Running other programs: no shell, a session of their own, bounded output, a hard deadline.

Source: credentials.md 4.3 rows 33 to 35.
"""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import PurePath
from typing import Final

from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.ports import ProgramResult
from wizard.core.text import clean

MOST_OUTPUT: Final = 64 * 1024
PIPE_GRACE_S: Final = 0.3
"""How long output is waited for after the program ended: a daemon it left may hold the pipe."""


def find_program(program: str, environ: Mapping[str, str]) -> str | None:
    """Its absolute path, or None.

    Relative PATH entries are passed over: they mean whatever folder we are in, perhaps a
    stranger's checkout.
    """
    if os.sep in program:
        return shutil.which(program) if PurePath(program).is_absolute() else None
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    absolute = os.pathsep.join(f for f in folders if PurePath(f).is_absolute())
    return shutil.which(program, path=absolute) if absolute else None


async def run_program(
    argv: Sequence[str], *, stdin: bytes, timeout_s: float, environ: Mapping[str, str]
) -> ProgramResult:
    """Run it to its end or its deadline; then, or when cancelled, its whole group is killed.

    Raises Problem with Fault.MISSING, DENIED or INVALID where it cannot be started.
    """
    path = find_program(argv[0], environ)
    if path is None:
        raise _cannot_start(argv[0], Fault.MISSING, "it is not on PATH")
    try:
        process = await asyncio.create_subprocess_exec(
            path,
            *argv[1:],
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={name: value for name, value in environ.items() if name != "GPG_TTY"},
            # Away from our terminal: a program that asks there would break the screen and wait.
            start_new_session=True,
        )
    except PermissionError:
        raise _cannot_start(argv[0], Fault.DENIED, "it may not be run") from None
    except (OSError, ValueError) as error:
        is_format = getattr(error, "errno", None) == errno.ENOEXEC
        words = "it is not a program for this machine" if is_format else "it cannot be started"
        raise _cannot_start(argv[0], Fault.INVALID, words) from None
    return await _converse(process, stdin, timeout_s)


async def _converse(process: Process, stdin: bytes, timeout_s: float) -> ProgramResult:
    assert process.stdin and process.stdout and process.stderr  # noqa: S101, PT018 - all are pipes
    stdout, stderr = bytearray(), bytearray()
    pipes = [
        asyncio.create_task(_feed(process.stdin, stdin)),
        asyncio.create_task(_collect(process.stdout, stdout)),
        asyncio.create_task(_collect(process.stderr, stderr)),
    ]
    code: int | None = None
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                code = await process.wait()
                await asyncio.wait(pipes[1:], timeout=PIPE_GRACE_S)
    finally:
        if process.returncode is None:
            _kill_group(process)
            await process.wait()
        for pipe in pipes:
            pipe.cancel()
        await asyncio.gather(*pipes, return_exceptions=True)
        # asyncio keeps the pipes open while somebody else holds their other end.
        process._transport.close()  # type: ignore[attr-defined] # noqa: SLF001
    return ProgramResult(code, bytes(stdout), bytes(stderr))


async def _feed(pipe: StreamWriter, content: bytes) -> None:
    # A program may end without reading what it is told.
    with suppress(ConnectionError):
        pipe.write(content)
        await pipe.drain()
    pipe.close()


async def _collect(pipe: StreamReader, into: bytearray) -> None:
    """Keep the first bytes and let the rest go by, so that the program does not block."""
    while chunk := await pipe.read(MOST_OUTPUT):
        into.extend(chunk[: MOST_OUTPUT - len(into)])


def _kill_group(process: Process) -> None:
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # pragma: no cover - Windows
            process.kill()


def _cannot_start(program: str, fault: Fault, words: str) -> Problem:
    name = clean(program)
    return Problem(
        Evidence(
            Stage.API,
            asked=name,
            answered=words,
            message=words,
            fault=fault,
            facts={"program": name},
        )
    )
