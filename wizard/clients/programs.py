"""Running other programs: no shell, a session of their own, bounded output, a hard deadline.

Source: credentials.md 4.3 rows 33 to 35.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Final

from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.ports import ProgramResult
from wizard.core.text import clean

MOST_OUTPUT: Final = 64 * 1024
ENDLESS: Final = 4 << 20
"""After so much of it, what a program says has no end."""
PIPE_GRACE_S: Final = 0.3
"""How long output is waited for after the program ended: a daemon it left may hold the pipe."""
KILL_GRACE_S: Final = 3.0
"""How long a program is waited for that was told to end."""

TOKEN_VARIABLES: Final = frozenset({"GH_TOKEN", "GITHUB_TOKEN", "DOCKER_AUTH_CONFIG"})
"""Secrets that people keep in the environment (credentials.md 4.3 row 2)."""


def find_program(program: str, environ: Mapping[str, str]) -> str | None:
    """Its absolute path, or None.

    Relative PATH entries are passed over: they mean whatever folder we are in, perhaps a
    stranger's checkout.
    """
    if os.sep in program:
        return _which(program, "") if PurePath(program).is_absolute() else None
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    absolute = (folder for folder in folders if PurePath(folder).is_absolute())
    return next(filter(None, (_which(program, folder) for folder in absolute)), None)


def _which(program: str, folder: str) -> str | None:
    if sys.platform == "win32":
        from shutil import which  # knows what else a program may be called there

        return which(program, path=folder or None)
    # Elsewhere that would load every archive format for these two questions.
    path = Path(folder, program)
    return str(path) if os.access(path, os.X_OK) and path.is_file() else None


async def run_program(
    argv: Sequence[str], *, stdin: bytes, timeout_s: float, environ: Mapping[str, str]
) -> ProgramResult:
    """Run it to its end or its deadline; then, or when cancelled, its whole group is killed.

    Raises Problem with Fault.MISSING, DENIED or INVALID where it cannot be started.
    """
    path = find_program(argv[0], environ)
    if path is None:
        raise _cannot_start(argv[0], Fault.MISSING, "it is not on PATH")
    running = _Running()
    try:
        transport, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: running,
            path,
            *argv[1:],
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
    except asyncio.CancelledError:
        await surely(running.ended.wait)  # asyncio has killed it: not gone before it is
        raise
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await running.talk(transport, stdin)
    finally:
        code = transport.get_returncode()
        if code is None:
            _kill_group(transport.get_pid())
        transport.close()
        if cancelled := await surely(running.ended.wait):
            raise cancelled
    out, err = bytes(running.outputs[1]), bytes(running.outputs[2])
    return ProgramResult(code, out, err, code is None and running.is_endless)


class _Running(asyncio.SubprocessProtocol):
    """Collects what a program says.

    Not asyncio's own Process: that waits for the pipes to close before it tells of the end.
    """

    def __init__(self) -> None:
        self.outputs = {1: bytearray(), 2: bytearray()}
        self.ended = asyncio.Event()
        self._open = {1, 2}
        self._silent = asyncio.Event()
        self._said = 0
        self._over = asyncio.Event()
        """It ended, or never would."""

    @property
    def is_endless(self) -> bool:
        return self._said > ENDLESS

    async def talk(self, transport: asyncio.SubprocessTransport, stdin: bytes) -> None:
        """Feed it and wait for its end, and a moment for what it said last."""
        pipe = transport.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)  # noqa: S101 - it was asked for
        pipe.write(stdin)
        pipe.close()
        await self._over.wait()
        if not self.ended.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(PIPE_GRACE_S):
                await self._silent.wait()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        # The first bytes are kept and the rest let go by, so that the program does not block.
        kept = self.outputs[fd]
        kept.extend(data[: MOST_OUTPUT - len(kept)])
        self._said += len(data)
        if self.is_endless:
            self._over.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        self._open.discard(fd)
        if not self._open:
            self._silent.set()

    def process_exited(self) -> None:
        self.ended.set()
        self._over.set()


async def surely(end: Callable[[], Awaitable[object]]) -> asyncio.CancelledError | None:
    """Wait for a killed program's end; the cancellation that came meanwhile, to be raised then.

    A face that closes cancels, and its event loop does so again: who leaves at the second one
    leaves a program behind that nobody waits for.
    """
    cancelled = None
    until = asyncio.get_running_loop().time() + KILL_GRACE_S
    while True:
        try:
            async with asyncio.timeout_at(until):
                await end()
        except TimeoutError:
            return cancelled
        except asyncio.CancelledError as error:
            cancelled = error
        else:
            return cancelled


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:  # pragma: no cover - Windows
            os.kill(pid, signal.SIGTERM)


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
