"""Write edits into a file of logins: journalled first, and again when another writer lost them."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace

from wizard.clients.journal import JournalFile
from wizard.clients.journal_entry import Entry
from wizard.clients.json_file import JsonFile, Record, Rewritten
from wizard.core.checks import Change
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.json_edit import Edit, apply
from wizard.core.json_text import JsonText
from wizard.core.text import clean

MOST_LOST_UPDATES = 3

Settle = Callable[[], Awaitable[None]]
"""Waits for writers who had read the file before we changed it; docker takes no lock."""


@dataclass(frozen=True, slots=True)
class FileWrite:
    """One file, and what is said of its change in the journal."""

    file: JsonFile
    records: JournalFile
    entry: Entry
    """As it shall be noted, but for its change, hashes and edits."""
    said: str
    undo: str

    async def run(
        self, edits: Sequence[Edit], settle: Settle, is_there: Callable[[JsonText], bool]
    ) -> None:
        """Write until `is_there` of what the file holds after `settle`.

        Raises Problem: config.docker-malformed, config.docker-unwritable.
        """
        for _ in range(MOST_LOST_UPDATES):
            async with self.file.locked():
                written = self.file.rewrite(lambda now: apply(now, edits), self._recorder())
            if written is not None:
                await settle()
            if is_there(self.file.read().document):
                return
        raise self._lost()

    def _recorder(self) -> Record:
        @contextlib.contextmanager
        def record(rewritten: Rewritten) -> Iterator[None]:
            before, after = self.records.file_hashes(rewritten)
            said = self.said
            if rewritten.mode_after != rewritten.mode_before:
                said += "; readable by you alone now, since it holds a secret"
            entry = replace(
                self.entry,
                change=Change(clean(str(self.file.path)), said, self.undo),
                path=str(self.file.path),
                before=before,
                after=after,
                edits=self.records.edit_records(rewritten.applied),
            )
            with self.records.intend(entry):
                yield

        return record

    def _lost(self) -> Problem:
        file = clean(str(self.file.path))
        words = "another program keeps writing it back without this login"
        facts = {"file": file, "message": words}
        seen = Evidence(Stage.CONFIG, file, words, message=words, fault=Fault.RESET, facts=facts)
        return Problem(seen, cause="config.docker-unwritable")
