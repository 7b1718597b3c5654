"""Take back what the journal holds, if it is still ours: compare, and only then swap.

Source: credentials.md 1.7 (step 8), 4.3 row 50 and section 6.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from wizard.clients.helper_protocol import find_helper
from wizard.clients.journal import JournalFile
from wizard.clients.journal_entry import EditRecord, Entry, Kind, new_id
from wizard.clients.json_file import JsonFile, Opened
from wizard.clients.undo_edits import loses_secret, parsed, unspliced, without_empty
from wizard.core.checks import Change
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Problem
from wizard.core.json_edit import Edit, apply
from wizard.core.json_text import JsonText
from wizard.core.ports import Outside, Undone
from wizard.core.secret import Credential
from wizard.core.text import clean

LEFT_ALONE = "something else changed it since; it was left alone"
NO_INVERSE = "no command is known that takes it back"
NOT_AS_WRITTEN = "its line in the journal is not as the wizard wrote it, so nothing is run"
INVERSE_S = 120.0
"""An engine or a virtual machine may have to stop."""
NOT_KEPT = "the login that stood there before was not kept; log in again to have it back"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """`why_not` is empty when it is done; `is_final` when trying again would not help."""

    why_not: str = ""
    is_final: bool = True

    @property
    def is_others(self) -> bool:
        return LEFT_ALONE in self.why_not


@dataclass(frozen=True, slots=True)
class _How:
    """`over_others`: take back also what somebody else changed since.

    `keeps_others`: what was left alone for that can be taken back later.
    """

    dry_run: bool = False
    over_others: bool = False
    keeps_others: bool = False


class MachineJournal:
    """What the wizard changed on this machine, and taking it back."""

    def __init__(self, records: JournalFile, outside: Outside) -> None:
        self.records = records
        self.locks = records.folder / "locks"
        self._outside = outside

    def changes(self) -> tuple[Change, ...]:
        return tuple(entry.change for entry in self.records.entries() if not entry.is_record)

    def begin_command(self, command: str, inverse: str) -> Callable[[int | None], None]:
        """Note it before it is run; what is returned notes how it ended.

        Raises Problem: config.wizard-unwritable.
        """
        change = Change("", f"ran {clean(command, 400)}", clean(inverse, 400))
        when, id_ = self.records.now(), new_id()
        entry = Entry(id_, id_, when, Kind.COMMAND, change, command=command, inverse=inverse)
        entry = replace(entry, identity=self.records.identity(_as_run(entry)))
        self.records.append(entry)
        return lambda code: self.records.append(replace(entry, code=code))

    async def undo(
        self,
        *,
        everything: bool,
        dry_run: bool,
        over_others: bool = False,
        keeps_others: bool = False,
    ) -> tuple[Undone, ...]:
        """The last thing that was done, or everything, newest first.

        What somebody else changed since is left alone unless `over_others`: then what stood there
        before us is put back in its place. It is struck from the journal unless `keeps_others`:
        nobody was asked then.
        """
        groups: dict[str, list[Entry]] = {}
        for entry in self.records.entries():
            if not entry.is_record:
                groups.setdefault(entry.group, []).append(entry)
        chosen = list(groups.values()) if everything else list(groups.values())[-1:]
        undone: list[Undone] = []
        for group in reversed(chosen):
            undone += await self._take_back(group, _How(dry_run, over_others, keeps_others))
        return tuple(undone)

    async def take_back(self, group: str) -> tuple[Undone, ...]:
        """Undo one group; for a store that failed half-way."""
        entries = [entry for entry in self.records.entries() if entry.group == group]
        return tuple(await self._take_back(entries, _How()))

    async def _take_back(self, entries: list[Entry], how: _How) -> list[Undone]:
        undone: list[Undone] = []
        is_kept_needed = False
        for entry in reversed(entries):
            if entry.kind is Kind.KEPT and is_kept_needed:
                continue
            try:
                outcome = await self._one(entry, how)
            except Problem as problem:
                why_not = problem.evidence[-1].line if problem.evidence else problem.cause
                outcome = _Outcome(why_not, is_final=False)
            is_final = outcome.is_final and not (outcome.is_others and how.keeps_others)
            is_kept_needed = is_kept_needed or not is_final
            undone.append(
                Undone(
                    entry.change,
                    not outcome.why_not,
                    outcome.why_not,
                    outcome.is_others,
                    clean(entry.inverse, 400),
                )
            )
            if is_final and not how.dry_run:
                self.records.mark_undone([entry.id])
        return undone

    async def _one(self, entry: Entry, how: _How) -> _Outcome:
        match entry.kind:
            case Kind.FILE:
                return await self._file(entry, how)
            case Kind.ITEM:
                return await self._item(entry, how)
            case Kind.COMMAND:
                return await self._command(entry, how)
            case Kind.KEPT:
                if not how.dry_run:
                    await find_helper(entry.helper, self._outside).erase(entry.key)
                return _Outcome()

    # --- a command ------------------------------------------------------------------------

    async def _command(self, entry: Entry, how: _How) -> _Outcome:
        """Run what takes it back. The caller has shown it and was told to."""
        if not entry.inverse:
            return _Outcome(NO_INVERSE)
        if self.records.identity(_as_run(entry)) != entry.identity:
            return _Outcome(NOT_AS_WRITTEN)
        if how.dry_run:
            return _Outcome()
        ended = await self._outside.run(shlex.split(entry.inverse), timeout_s=INVERSE_S)
        if ended.code == 0:
            return _Outcome()
        said = clean((ended.stderr or ended.stdout)[-400:].decode("utf-8", "replace"))
        how_it_ended = "had no end in time" if ended.timed_out else f"ended with {ended.code}"
        return _Outcome(": ".join(filter(None, (f"{clean(entry.inverse)} {how_it_ended}", said))))

    # --- a login in a store ---------------------------------------------------------------

    async def _item(self, entry: Entry, how: _How) -> _Outcome:
        helper = find_helper(entry.helper, self._outside)
        now = await helper.get(entry.key)
        earlier = await helper.get(entry.kept) if entry.kept else None
        if now is not None and now == earlier:
            return _Outcome()  # noted, and then never done
        if now is not None and not how.over_others and not self._is_ours(entry, now):
            return _Outcome(LEFT_ALONE)
        why_not = NOT_KEPT if entry.kept and earlier is None else ""
        if how.dry_run:
            return _Outcome(why_not)
        if now is not None:
            await helper.erase(entry.key)
        if earlier is not None:
            await helper.store(entry.key, earlier)
            why_not = "" if await helper.get(entry.key) == earlier else NOT_KEPT
        return _Outcome(why_not)

    def _is_ours(self, entry: Entry, now: Credential) -> bool:
        return (now.username, self.records.identity(now.secret.reveal())) == (
            entry.username,
            entry.identity,
        )

    # --- a file ---------------------------------------------------------------------------

    async def _file(self, entry: Entry, how: _How) -> _Outcome:
        kept = await self._kept_texts(entry)
        file = JsonFile(Path(entry.path), self.locks)
        async with file.locked():
            opened = file.read_to_change()
            now = self.records.identity(opened.snapshot.content)
            if now == entry.before:
                return _Outcome()
            if now == entry.after and not entry.before:
                if not how.dry_run:
                    file.remove(opened)
                return _Outcome()
            restored, why_not = self._restored(entry, opened, kept, how)
            if not how.dry_run:
                file.rewrite(lambda _now: (restored, ()), file.unrecorded)
            return _Outcome(why_not)

    async def _kept_texts(self, entry: Entry) -> Mapping[str, str]:
        if not entry.kept:
            return {}
        kept = await find_helper(entry.helper, self._outside).get(entry.kept)
        try:
            found = json.loads(kept.secret.reveal()) if kept else {}
            return {str(key): str(text) for key, text in found.items()}
        except (ValueError, AttributeError):
            return {}

    def _restored(
        self, entry: Entry, opened: Opened, kept: Mapping[str, str], how: _How
    ) -> tuple[JsonText, str]:
        """The same bytes as before where nobody else wrote since; else key by key."""
        if self.records.identity(opened.snapshot.content) == entry.after:
            text = unspliced(opened.document.text, entry.edits, kept)
            if text is not None and self.records.identity(text) == entry.before:
                return parsed(text, opened.document), ""
        return self._key_by_key(entry, opened.document, kept, how)

    def _key_by_key(
        self, entry: Entry, document: JsonText, kept: Mapping[str, str], how: _How
    ) -> tuple[JsonText, str]:
        why_not: list[str] = []
        for number, edit in reversed(list(enumerate(entry.edits))):
            earlier = kept.get(f"value {number}") if loses_secret(edit) else edit.before
            now = document.value(edit.keys)
            was_lost = loses_secret(edit) and earlier is None
            if now == earlier:
                why_not += [NOT_KEPT] if was_lost else []
                continue
            if not how.over_others and not self._is_still(edit, now):
                why_not.append(f"{clean('.'.join(edit.keys[:2]))}: {LEFT_ALONE}")
                continue
            why_not += [NOT_KEPT] if was_lost else []
            is_drop = earlier is None
            document, _ = apply(document, [Edit(edit.keys, earlier, is_drop=is_drop)])
            document = without_empty(document, edit.made)
        return document, "; ".join(dict.fromkeys(why_not))

    def _is_still(self, edit: EditRecord, now: object) -> bool:
        if edit.after is None:
            return now is None
        if not isinstance(now, str):
            return False
        return (self.records.identity(now) if edit.is_secret else now) == edit.after


def _as_run(entry: Entry) -> str:
    return f"{entry.command}\0{entry.inverse}"
