"""What the command line says about the app, before any part is built."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.ports import Parts

PLAIN: Final = "plain"
"""What the app ends with when the person wants plain questions instead."""

Build = Callable[[], AbstractAsyncContextManager[Parts]]
"""Makes the parts. Called after the first frame, since it imports what is heavy."""


@dataclass(frozen=True, slots=True)
class StartOptions:
    """Known before any part is built."""

    is_sandbox: bool = False
    profile: str = ""
    """The one to offer first; empty: the current one."""
    system: str = ""
    """As `sys.platform`: fixes differ by it."""
    is_ascii: bool = False
    """The terminal or its locale shows nothing beyond ASCII."""
