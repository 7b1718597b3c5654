"""What one line of the journal says: what was done, and what undoing it needs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from wizard.core.checks import Change
from wizard.core.dataclass import dataclass
from wizard.core.text import clean

VERSION = 2
_OF_FILES = 1
"""Only lines about commands need a wizard that knows of them: an older one reads all others."""


class Kind(StrEnum):
    KEPT = "kept"
    """An earlier login was put aside, in the same encrypted store, for undo."""
    ITEM = "item"
    """A helper was given a login."""
    FILE = "file"
    """A configuration file was changed."""
    COMMAND = "command"
    """A program was run, as a fix said."""


@dataclass(frozen=True, slots=True)
class EditRecord:
    """One edit of a file, without its secrets."""

    keys: tuple[str, ...]
    before: str | None
    after: str | None
    """What was written; its keyed hash where that is secret."""
    is_secret: bool
    made: tuple[tuple[str, ...], ...]
    splices: tuple[tuple[int, str | None, int], ...]
    """(start, what was removed or None where that is secret, length of what was added)"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done, and what undoing it needs."""

    id: str
    group: str
    """What was done in one go is taken back in one go."""
    when: str
    kind: Kind
    change: Change
    helper: str = ""
    key: str = ""
    username: str = ""
    identity: str = ""
    kept: str = ""
    """The key under which the same helper keeps what was there before; empty if nothing was."""
    path: str = ""
    before: str = ""
    """Keyed hash of the file; empty where there was none."""
    after: str = ""
    edits: tuple[EditRecord, ...] = field(default=())
    command: str = ""
    inverse: str = ""
    """What takes it back, as a command; empty where nothing does. `identity` covers both."""
    code: int | None = None
    """How the command ended; None when nobody saw its end."""

    @property
    def is_record(self) -> bool:
        """Only told of: a command that failed has nothing that undo could take back."""
        return self.kind is Kind.COMMAND and self.code not in (None, 0)


def version_of(entry: Entry) -> int:
    return VERSION if entry.kind is Kind.COMMAND else _OF_FILES


def entry_from(row: Mapping[str, Any]) -> Entry:
    """Raises what a wrong shape raises: KeyError, TypeError, ValueError."""
    texts = ("id", "group", "when", "helper", "key", "username", "identity", "kept", "path")
    values = {name: _text(row[name]) for name in (*texts, "before", "after")}
    change = row["change"]
    edits = tuple(
        EditRecord(
            tuple(_text(key) for key in edit["keys"]),
            None if edit["before"] is None else _text(edit["before"]),
            None if edit["after"] is None else _text(edit["after"]),
            edit["is_secret"] is True,
            tuple(tuple(_text(key) for key in keys) for keys in edit["made"]),
            tuple((int(a), None if b is None else _text(b), int(c)) for a, b, c in edit["splices"]),
        )
        for edit in row["edits"]
    )
    told = Change(*(clean(_text(change[name])) for name in ("file", "what", "undo")))
    ended = row.get("code")
    return Entry(
        kind=Kind(row["kind"]),
        change=told,
        edits=edits,
        command=_text(row.get("command", "")),
        inverse=_text(row.get("inverse", "")),
        code=None if ended is None else int(ended),
        **values,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def new_id() -> str:
    return secrets.token_hex(8)
