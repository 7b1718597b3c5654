"""Hand-overs as files: saved, remembered, and pointed to another registry by `switch`."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import replace
from pathlib import Path

from wizard.core.dataclass import dataclass
from wizard.core.handover import HAND_OVERS
from wizard.core.ports import Parts
from wizard.core.settings import Handed, Profile, Settings


@dataclass(frozen=True, slots=True)
class Repoint:
    """A saved file that still says what we wrote, and what it would say for another profile."""

    handed: Handed
    before: str
    after: str

    @property
    def diff(self) -> tuple[str, ...]:
        lines = (self.before.splitlines(), self.after.splitlines())
        return tuple(difflib.unified_diff(*lines, self.handed.file, self.handed.file, "", "", 1))


def save(parts: Parts, path: Path, what: str, text: str) -> Path:
    """To a new file, and remembered; where it went. Raises OSError, and Problem (config.*)."""
    if parts.files is None:
        raise PermissionError(0, "nothing is written here", str(path))
    written = parts.files.write_new(path.absolute(), text)
    handed = Handed(str(written), what, _digest(text))
    parts.settings.save(parts.settings.load().with_handed(handed))
    return written


def repoints(parts: Parts, profile: Profile) -> tuple[tuple[Repoint, ...], tuple[str, ...]]:
    """What could be pointed to this profile; and the files that somebody changed since."""
    found: list[Repoint] = []
    changed: list[str] = []
    for handed in parts.settings.load().handed:
        text = _read(parts, handed)
        if text is None or handed.what not in HAND_OVERS:
            continue
        after = HAND_OVERS[handed.what](profile)
        if text == after:
            continue
        if _digest(text) == handed.sha256:
            found.append(Repoint(handed, text, after))
        else:
            changed.append(handed.file)
    return tuple(found), tuple(changed)


def repoint(parts: Parts, one: Repoint) -> bool:
    """False when it was changed meanwhile, and left alone. Raises OSError, Problem (config.*)."""
    files = parts.files
    if files is None or not files.rewrite(Path(one.handed.file), one.before, one.after):
        return False
    settings: Settings = parts.settings.load()
    parts.settings.save(settings.with_handed(replace(one.handed, sha256=_digest(one.after))))
    return True


def _read(parts: Parts, handed: Handed) -> str | None:
    try:
        return parts.files.read_text(Path(handed.file)) if parts.files else None
    except OSError:
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
