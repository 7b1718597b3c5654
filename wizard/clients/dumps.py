"""A crash must leave no picture of our memory on the disk (credentials.md 4.3 row 9)."""

from __future__ import annotations

import contextlib


def no_core_file() -> None:
    """For this process and what it starts; some systems have none to switch off."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
