"""What the wizard changed, as JSON lines in the state folder; never a secret.

Entries are written before what they describe is done, so that a killed run can be taken back.
Secrets appear only as keyed hashes, to tell later whether a value is still ours.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from wizard.clients.atomic_file import (
    NotRegularError,
    OnPoint,
    nothing,
    private_folder,
    read_snapshot,
    replace_file,
)
from wizard.clients.journal_entry import VERSION, EditRecord, Entry, entry_from, version_of
from wizard.clients.json_file import Rewritten
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.json_edit import Applied
from wizard.core.text import clean

_MOST_BYTES = 8 << 20
_KEY_BYTES = 32
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class JournalFile:
    """The file `journal` in `folder`, and the key of its hashes beside it."""

    def __init__(
        self, folder: Path, now: Callable[[], datetime], *, on_point: OnPoint = nothing
    ) -> None:
        self.folder = folder
        self.path = folder / "journal"
        self._now = now
        self._on_point = on_point

    def entries(self) -> tuple[Entry, ...]:
        """What was not taken back yet, oldest first.

        Raises Problem: config.wizard-damaged, config.wizard-newer.
        """
        found: dict[str, Entry] = {}
        for number, line in enumerate(self._lines(), 1):
            try:
                row = json.loads(line)
                if row["v"] > VERSION:
                    raise self._problem("config.wizard-newer", "from a newer version", number)
                for id_ in row.get("undone", ()):
                    found.pop(id_, None)
                if "id" in row:
                    found[row["id"]] = entry_from(row)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                raise self._problem(
                    "config.wizard-damaged", f"line {number} cannot be read", number
                ) from None
        return tuple(found.values())

    def append(self, *entries: Entry) -> None:
        """Raises Problem: config.wizard-unwritable."""
        self._write([{"v": version_of(entry), **asdict(entry)} for entry in entries])

    def mark_undone(self, ids: Iterable[str]) -> None:
        if undone := list(ids):
            self._write([{"v": 1, "undone": undone, "when": self.now()}])

    @contextlib.contextmanager
    def intend(self, entry: Entry) -> Iterator[None]:
        """Note it before it is done; struck out again when it could not be done."""
        self.append(entry)
        try:
            yield
        except Exception:
            self.mark_undone([entry.id])
            raise

    def now(self) -> str:
        return self._now().isoformat(timespec="seconds")

    def identity(self, text: str | bytes | None) -> str:
        """A keyed hash: tells whether two texts are the same to who has the key. "" for None."""
        if text is None:
            return ""
        content = text.encode() if isinstance(text, str) else text
        return hmac.new(self._hash_key(), content, hashlib.sha256).hexdigest()

    def edit_records(self, applied: Iterable[Applied]) -> tuple[EditRecord, ...]:
        return tuple(self._edit_record(edit) for edit in applied)

    def file_hashes(self, rewritten: Rewritten) -> tuple[str, str]:
        return self.identity(rewritten.before), self.identity(rewritten.after)

    def _edit_record(self, edit: Applied) -> EditRecord:
        is_secret = edit.keys[0] == "auths"
        loses_secret = is_secret and edit.before is not None
        after = self.identity(edit.after) if is_secret and edit.after is not None else edit.after
        return EditRecord(
            edit.keys,
            None if loses_secret else edit.before,
            after,
            is_secret,
            edit.made,
            tuple(
                (s.start, None if loses_secret else s.removed, len(s.added)) for s in edit.splices
            ),
        )

    def _lines(self) -> list[bytes]:
        try:
            content = read_snapshot(self.path, _MOST_BYTES).content
        except (NotRegularError, OSError) as error:
            reason = clean(error.strerror or "it cannot be opened").lower()
            raise self._problem("config.wizard-damaged", reason, 0) from None
        # A line without its end was cut off by a crash: what it announced was never begun.
        return (content or b"").split(b"\n")[:-1]

    def _write(self, rows: list[Mapping[str, Any]]) -> None:
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        with self._writing():
            private_folder(self.folder)
            content = read_snapshot(self.path, _MOST_BYTES).content or b""
            end_of_lines = content.rfind(b"\n") + 1
            if end_of_lines != len(content):
                os.truncate(self.path, end_of_lines)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_FOLLOW
            descriptor = os.open(self.path, flags, 0o600)
            try:
                # One write, so that two wizards never mix their lines.
                os.write(descriptor, text.encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        self._on_point("journalled")

    def _hash_key(self) -> bytes:
        with self._writing():
            path = private_folder(self.folder) / "journal.key"
            found = read_snapshot(path, _KEY_BYTES).content
            if found is not None and len(found) == _KEY_BYTES:
                return found
            key = secrets.token_bytes(_KEY_BYTES)
            replace_file(path, key)
        return key

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Nothing is done that could not be undone. Raises Problem: config.wizard-unwritable."""
        try:
            yield
        except OSError as error:
            reason = clean(error.strerror or "it cannot be opened").lower()
            raise self._problem("config.wizard-unwritable", reason, 0) from None

    def _problem(self, cause: str, message: str, line: int) -> Problem:
        file = clean(str(self.path))
        facts = {"file": file, "line": str(line), "column": "1"}
        seen = Evidence(
            Stage.CONFIG,
            file,
            message,
            message=message,
            fault=Fault.INVALID,
            facts=facts,
        )
        return Problem(seen, cause=cause)
