"""The app in a pseudo-terminal of 120 by 40: what a key costs, and what doing nothing does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from statistics import median
from typing import Final

from tests.benchmarks.measure import Row, plain_environ
from tests.benchmarks.terminal import Terminal, in_terminal

DOWN, UP, ENTER, ESCAPE, BACKSPACE = b"\x1b[B", b"\x1b[A", b"\r", b"\x1b", b"\x7f"
_TURNS: Final = 10
_IDLE_S: Final = 10.0
_SETTLE_S: Final = 2.0
_PAGES: Final = (
    ("home", (), (DOWN, UP)),
    ("registry's form", (ENTER, ENTER), (b"x", BACKSPACE)),
    ("registries", (ESCAPE,), (DOWN, UP)),
)
"""What it is called here, the keys that lead there, and the keys that are measured there."""


def rows() -> Iterator[Row]:
    argv = [sys.executable, "-m", "wizard", "--sandbox"]
    with in_terminal(argv, plain_environ()) as terminal:
        yield Row("bytes to the first picture", terminal.frames().size_bytes / 1000, 30, "KB")
        terminal.listen(_SETTLE_S)
        for where, way, keys in _PAGES:
            for key in way:
                terminal.press(key)
                terminal.listen(_SETTLE_S)
            yield from _keys(where, keys, terminal)
            yield from _idle(where, terminal)


def _keys(where: str, keys: tuple[bytes, bytes], terminal: Terminal) -> Iterator[Row]:
    pressed = [terminal.press(key) for _ in range(_TURNS) for key in keys]
    painted = [(seconds, size) for seconds, size in pressed if size]
    if not painted:
        raise AssertionError(f"no key was answered by: {where}")
    ms = median(seconds for seconds, _ in painted) * 1000
    yield Row(f"{where}: key to paint", ms, 35, "ms")
    yield Row(f"{where}: bytes a key, at most", max(size for _, size in painted) / 1000, 1.5, "KB")


def _idle(where: str, terminal: Terminal) -> Iterator[Row]:
    before = terminal.cpu_s()
    size = terminal.listen(_IDLE_S)
    share = (terminal.cpu_s() - before) / _IDLE_S * 100
    yield Row(f"{where}: processor while idle", share, 0.5, "%")
    yield Row(f"{where}: bytes while idle, in {_IDLE_S:g} s", size, 0, "")
