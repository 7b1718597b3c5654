"""How long a command and the app take to say their first word (performance.md, Start-up)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Final

from tests.benchmarks.measure import Row, plain_environ, ratio, run_once
from tests.benchmarks.terminal import Frames, in_terminal

_PYTHON: Final = sys.executable
# What the installed command does; `-m` would pay for finding the module as well.
_WIZARD: Final = (_PYTHON, "-c", "import sys; from wizard.__main__ import run; run()")
_HELLO: Final = """
from textual.app import App, ComposeResult
from textual.widgets import Static
class Hello(App):
    def compose(self) -> ComposeResult:
        yield Static("Hello, World")
Hello().run()
"""
_HEAVY: Final = ("textual", "docker", "keyring", "httpx", "botocore")
_DOCTOR: Final = f"""
import sys
from wizard.__main__ import main
main(["doctor", "--json"])
sys.stderr.write("loaded:" + ",".join(name for name in {_HEAVY!r} if name in sys.modules))
"""
_FRAMES: Final = 9


def rows() -> Iterator[Row]:
    environ = plain_environ()

    def command(*arguments: str) -> float:
        return run_once([*_WIZARD, *arguments], environ).seconds

    def anchor(code: str = "pass") -> float:
        return run_once([_PYTHON, "-c", code], environ).seconds

    yield Row("--version / python -c pass", ratio(lambda: command("--version"), anchor)[0], 2.5)
    yield Row("--help / python -c pass", ratio(lambda: command("--help"), anchor)[0], 2.5)
    bare = {**environ, "PATH": environ["HOME"]}  # without an engine's program either
    stops = ratio(lambda: run_once([*_WIZARD, "doctor", "--json"], bare).seconds, anchor)[0]
    yield Row("doctor that stops at the engine / python -c pass", stops, 7)
    asks = ratio(lambda: command("doctor", "--json"), anchor)[0]
    yield Row("  where it asks this machine's podman as well, if there is one", asks, None)
    floor = ratio(lambda: anchor("import asyncio, argparse, dataclasses, json"), anchor)[0]
    yield Row("  of it: asyncio, argparse, dataclasses, json alone", floor, None)
    yield Row("  heavy modules that it loads", len(_loaded(environ)), 0, "")
    yield from _first_frame(environ)


def _loaded(environ: Mapping[str, str]) -> list[str]:
    argv = [_PYTHON, "-c", _DOCTOR]
    ran = subprocess.run(argv, env=dict(environ), capture_output=True, text=True, check=True)
    return [name for name in ran.stderr.rpartition("loaded:")[2].split(",") if name]


def _first_frame(environ: Mapping[str, str]) -> Iterator[Row]:
    """The first frame, and the first picture to which nothing is added by itself."""
    pairs = [
        (_started(_WIZARD, environ), _started([_PYTHON, "-c", _HELLO], environ))
        for _ in range(_FRAMES + 1)
    ][1:]
    first = median(ours.first_s / theirs.first_s for (ours, _), (theirs, _) in pairs)
    yield Row("first full frame / Textual hello-world's", first, 1.4)
    whole = median(ours.whole_s / theirs.whole_s for (ours, _), (theirs, _) in pairs)
    yield Row("  and the list of choices in it / hello-world's", whole, None)
    memory = median(ours / theirs for (_, ours), (_, theirs) in pairs)
    yield Row("memory at the first picture / Textual hello-world's", memory, 1.2)
    size = max(ours.size_bytes for (ours, _), _ in pairs) / 1000
    yield Row("bytes to the first picture at 120x40", size, 30, "KB")
    practice = _started([*_WIZARD, "--sandbox"], environ)
    yield Row("  memory with the practice registries beside it", practice[1] / 1024, None, "MiB")


def _started(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[Frames, int]:
    """The frames, and the peak of memory in KiB when they were drawn."""
    with in_terminal(argv, environ) as terminal:
        return terminal.frames(), terminal.peak_kib()
