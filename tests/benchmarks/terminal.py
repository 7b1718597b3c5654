"""An app in a pseudo-terminal: what it writes and when, and what its process uses."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SIZE: Final = (40, 120)
_FRAME_END: Final = b"\x1b[?2026l"
_QUIET_S: Final = 0.35
"""A picture is complete when nothing more comes for this long."""
_START_LIMIT_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Frames:
    """`first_s` is the end of the first frame with something to see, `whole_s` of the last."""

    first_s: float
    whole_s: float
    size_bytes: int


class Terminal:
    def __init__(self, pid: int, descriptor: int, began: float) -> None:
        self.pid = pid
        self._descriptor = descriptor
        self._began = began

    def frames(self) -> Frames:
        """Wait for the first picture."""
        text, first_s, whole_s = b"", 0.0, 0.0
        for at, chunk in self._chunks(_START_LIMIT_S):
            text += chunk
            if _FRAME_END in text and _is_seen(text):
                first_s, whole_s = first_s or at - self._began, at - self._began
        return Frames(first_s, whole_s, len(text))

    def press(self, key: bytes) -> tuple[float, int]:
        """Seconds until the last byte of the answer, and its bytes."""
        pressed = time.perf_counter()
        os.write(self._descriptor, key)
        painted, size = pressed, 0
        for at, chunk in self._chunks(_QUIET_S):
            painted, size = at, size + len(chunk)
        return painted - pressed, size

    def listen(self, seconds: float) -> int:
        """How many bytes come by themselves."""
        until = time.perf_counter() + seconds
        size = 0
        while (rest := until - time.perf_counter()) > 0:
            if select.select([self._descriptor], [], [], rest)[0]:
                size += len(self._read())
        return size

    def cpu_s(self) -> float:
        """Of the process and its threads so far."""
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def peak_kib(self) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    def _chunks(self, first_limit_s: float) -> Iterator[tuple[float, bytes]]:
        limit_s = first_limit_s
        while select.select([self._descriptor], [], [], limit_s)[0]:
            chunk = self._read()
            if not chunk:
                return
            yield time.perf_counter(), chunk
            limit_s = _QUIET_S

    def _read(self) -> bytes:
        try:
            chunk = os.read(self._descriptor, 1 << 16)
        except OSError:  # it has ended
            return b""
        if b"\x1b[?2026$p" in chunk:  # can the terminal draw a frame at once? A real one says so
            os.write(self._descriptor, b"\x1b[?2026;2$y")
        return chunk


def _is_seen(text: bytes) -> bool:
    """Something visible was drawn, beyond the terminal's set-up."""
    return len(re.sub(rb"\x1b[\[\]P][^a-zA-Z]*[a-zA-Z]", b"", text).strip()) > 5


@contextmanager
def in_terminal(
    argv: Sequence[str], environ: Mapping[str, str], size: tuple[int, int] = SIZE
) -> Iterator[Terminal]:
    """Start it; killed at the end."""
    began = time.perf_counter()
    pid, descriptor = pty.fork()
    if pid == 0:
        whole = {**environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        whole |= {"LINES": str(size[0]), "COLUMNS": str(size[1])}
        os.execvpe(argv[0], list(argv), whole)  # noqa: S606 - a pseudo-terminal, no shell
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    try:
        yield Terminal(pid, descriptor, began)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(descriptor)
