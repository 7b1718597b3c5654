"""A program on a real pseudo-terminal: read until a text appears, type a line."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

LIMIT_S = 30.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")


class Terminal:
    """The far end of the terminal: what the person sees and types."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self._process = process
        self._master = master
        self.raw = b""
        self._read_to = 0

    @property
    def text(self) -> str:
        """All that was shown so far, without escape sequences."""
        return _ESCAPES.sub("", self.raw.decode(errors="replace")).replace("\r\n", "\n")

    def expect(self, text: str) -> str:
        """Wait until `text` is shown after what was expected before; what stood before it."""
        deadline = time.monotonic() + LIMIT_S
        while True:
            fresh = self.text[self._read_to :]
            if text in fresh:
                before, _, _ = fresh.partition(text)
                self._read_to += len(before) + len(text)
                return before
            if not self._more(deadline - time.monotonic()):
                raise AssertionError(f"{text!r} was not shown; this was:\n{self.text}")

    def type(self, line: str) -> None:
        os.write(self._master, f"{line}\n".encode())

    def press(self, key: str) -> None:
        os.write(self._master, key.encode())

    def end(self) -> int:
        """Wait for the program's end; its exit code, or minus the signal."""
        deadline = time.monotonic() + LIMIT_S
        while self._more(deadline - time.monotonic()):
            pass
        return self._process.wait(timeout=LIMIT_S)

    def _more(self, limit_s: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, limit_s))
        if not ready:
            return False
        try:
            got = os.read(self._master, 65536)
        except OSError:  # Linux says EIO when the last holder of the terminal is gone
            return False
        self.raw += got
        return bool(got)


@contextmanager
def on_terminal(arguments: Sequence[str], environ: Mapping[str, str]) -> Iterator[Terminal]:
    """`python -m wizard ARGUMENTS` with a controlling terminal of its own, as a person has it."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "wizard", *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=dict(environ),
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - one ioctl, and tests start no threads here
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        os.close(master)


def _take_terminal() -> None:
    """Make the terminal the controlling one: getpass opens it by name, Ctrl-C comes from it."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
