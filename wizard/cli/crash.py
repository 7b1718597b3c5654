"""What is said when the wizard itself fails: where, and never with a value that it held."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import PurePath

import wizard


def crash_report(error: BaseException) -> str:
    """Types and places only. Messages and locals are left out: they could hold a secret."""
    where = f"Python {platform.python_version()} on {sys.platform}"
    lines = [
        "registry-wizard: a fault of the wizard itself, not of your machine.",
        f"  {type(error).__name__} in registry-wizard {wizard.__version__}, {where}",
    ]
    for frame in traceback.extract_tb(error.__traceback__):
        file = PurePath(frame.filename)
        lines.append(f"    {'/'.join(file.parts[-3:])}:{frame.lineno} in {frame.name}")
    lines.append("No secret stands above: these lines and the command that was run make a report.")
    lines.append("More about it: registry-wizard explain internal.check-crashed")
    return "\n".join(lines) + "\n"
