"""Nothing is said elsewhere about what only the wizard does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.causes.transcripts.said import Said

SAID: Final[Mapping[str, tuple[Said, ...]]] = {}

SILENT: Final[Mapping[str, str]] = {
    "internal.check-crashed": "Only the wizard has these checks; no other tool takes notice.",
    "internal.undecided": "What the tools print here is what nobody has seen yet.",
}
