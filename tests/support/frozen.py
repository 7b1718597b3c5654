"""A daemon that was sent SIGSTOP: it takes connections (the kernel does) and answers nothing.

process.send_signal(signal.SIGSTOP)
until_frozen(process.pid)
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LIMIT_S = 20.0


def until_frozen(pid: int) -> None:
    """Each of its threads stops when the kernel next looks at it, and may answer until then."""
    until = time.monotonic() + LIMIT_S
    while set(_states(pid)) != {"T"}:
        assert time.monotonic() < until, f"{pid} does not stop"
        time.sleep(0.005)


def _states(pid: int) -> Iterator[str]:
    """Of its threads, as /proc has them."""
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(OSError):
            yield stat.read_text().rpartition(") ")[2][0]
