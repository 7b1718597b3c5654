"""How long a command and the app take to say their first word (performance.md, Start-up)."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import Row, ratio, run_once

_PYTHON = sys.executable
_HELLO = """
from textual.app import App, ComposeResult
from textual.widgets import Static
class Hello(App):
    def compose(self) -> ComposeResult:
        yield Static("Hello, World")
Hello().run()
"""
_QUIET_S = 0.35
"""A frame is complete when nothing more comes for this long."""


def rows() -> Iterator[Row]:
    environ = _plain_environ()

    def command(*arguments: str) -> float:
        return run_once([_PYTHON, "-m", "wizard", *arguments], environ).seconds

    def anchor() -> float:
        return run_once([_PYTHON, "-c", "pass"], environ).seconds

    yield Row("--version / python -c pass", ratio(lambda: command("--version"), anchor)[0], 2.5)
    yield Row("--help / python -c pass", ratio(lambda: command("--help"), anchor)[0], 2.5)
    stops = ratio(lambda: command("doctor", "--json"), anchor)[0]
    yield Row("doctor that stops at the engine / python -c pass", stops, 7)
    yield from _first_frame(environ)


def _first_frame(environ: dict[str, str]) -> Iterator[Row]:
    app = [_PYTHON, "-m", "wizard", "--sandbox"]
    hello = [_PYTHON, "-c", _HELLO]
    frames: list[Frame] = []
    anchors: list[Frame] = []

    def ours() -> float:
        frames.append(first_frame(app, environ))
        return frames[-1].seconds

    def theirs() -> float:
        anchors.append(first_frame(hello, environ))
        return anchors[-1].seconds

    yield Row("first full frame / Textual hello-world", ratio(ours, theirs, 9)[0], 1.4)
    memory = max(f.peak_kib for f in frames) / max(f.peak_kib for f in anchors)
    yield Row("memory at the first frame / Textual hello-world", memory, 1.2)
    size = max(f.size_bytes for f in frames) / 1000
    yield Row("bytes to the first frame at 120x40", size, 30, "KB")


@dataclass(frozen=True, slots=True)
class Frame:
    seconds: float
    size_bytes: int
    peak_kib: int


def first_frame(
    argv: Sequence[str], environ: dict[str, str], size: tuple[int, int] = (40, 120)
) -> Frame:
    """Start an app in a pseudo-terminal; the time until its first picture was complete."""
    began = time.perf_counter()
    with _in_terminal(argv, environ, size) as (pid, terminal):
        last, count = began, 0
        text = b""
        while True:
            ready, _, _ = select.select([terminal], [], [], _QUIET_S if count else 10)
            if not ready:
                break
            chunk = os.read(terminal, 1 << 16)
            text += chunk
            _answer_queries(terminal, chunk)
            if _paints(text):
                last = time.perf_counter()
                count = len(text)
        peak = _peak_kib(pid)
    return Frame(last - began, len(text), peak)


def _paints(text: bytes) -> bool:
    """Something visible was drawn, beyond the terminal's set-up."""
    return len(re.sub(rb"\x1b[\[\]P][^a-zA-Z]*[a-zA-Z]", b"", text).strip()) > 5


def _answer_queries(terminal: int, chunk: bytes) -> None:
    """Textual asks what the terminal can do; a real one answers."""
    if b"\x1b[?2026$p" in chunk:
        os.write(terminal, b"\x1b[?2026;2$y")


@contextmanager
def _in_terminal(
    argv: Sequence[str], environ: dict[str, str], size: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(  # noqa: S606 - a pseudo-terminal, no shell
            argv[0], list(argv), {**environ, "TERM": "xterm-256color"}
        )
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    try:
        yield pid, terminal
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def _peak_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _plain_environ() -> dict[str, str]:
    home = tempfile.mkdtemp(prefix="bench-home-")
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    # No engine is found: DOCKER_HOST names a socket that is not there.
    return {**kept, "HOME": home, "DOCKER_HOST": f"unix://{home}/none.sock"}
