"""How a run ended, for scripts (product.md section 4)."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    DONE = 0
    """Ready, yes, or done."""
    NOT_READY = 1
    """Not ready, or no."""
    USAGE = 2
    """The command line cannot be understood, or asks for what cannot be done."""
    CRASHED = 3
    """A fault of the wizard itself."""
    INTERRUPTED = 130
    """Ctrl-C: 128 and the number of SIGINT, as shells have it."""
