"""Facts put into the sentences and commands of causes and fixes. Outside text is never a format."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([a-z_]+)(?:\|([^{}]*))?\}")
_WORD = re.compile(r"[\w@%+=:,./\\ ~-]+")
"""Nothing in it that a shell would run, in quotes or without: paths on Windows, and with spaces."""


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Put facts into `{name}` or `{name|said without it}`."""
    return _PLACEHOLDER.sub(
        lambda found: facts.get(found[1]) or found[2] or found[1].replace("_", " ").upper(), text
    )


def fill_command(text: str, facts: Mapping[str, str]) -> str:
    """The same for a line that people paste into a shell.

    A fact that could be more than a word there is left for the person to type.
    """
    return fill(text, {name: value for name, value in facts.items() if _WORD.fullmatch(value)})
