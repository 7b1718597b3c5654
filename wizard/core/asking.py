"""A short message to the one who can mend it, when that is somebody else. Pure."""

from __future__ import annotations

import re

from wizard.core.checks import Check
from wizard.core.diagnosis import Fix

_MOST_EVIDENCE = 3
_ASK = re.compile(r"^Ask .+? (?:for|to) ")


def message_for(check: Check, fix: Fix) -> str:
    """What to send to `fix.ask`: what happens, what was answered, and what would mend it.

    Plain text for a chat or a mail; it holds what the report holds, so never a secret.
    """
    lines = [
        "Hello, my images cannot get to our cluster yet, and it takes you to change that.",
        "",
        f"What happens: {check.summary}",
        *(f"Seen: {line}" for line in check.evidence[:_MOST_EVIDENCE]),
        "",
        f"What would mend it: {_wanted(fix)}",
    ]
    # Other steps for the same person come along; what the asker can do alone does not.
    for step in (fix, *(other for other in check.fixes if other.ask and other is not fix)):
        lines += [line for line in (step.command, step.url) if line]
    lines += ["", f"(Found by registry-wizard: {check.cause}. I can check again right after.)"]
    return "\n".join(lines) + "\n"


def _wanted(fix: Fix) -> str:
    """`Ask an owner of acme for the right to write.` -> `the right to write`."""
    return _ASK.sub("", fix.title.rstrip("."))
