"""Read and change docker's config.json or podman's auth.json by the rules of credentials.md 1.7."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import field
from pathlib import Path

from wizard.clients.atomic_file import (
    BusyError,
    ChangedError,
    NotRegularError,
    OnPoint,
    Snapshot,
    is_ours,
    locked,
    nothing,
    read_snapshot,
    remove_file,
    replace_file,
)
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.docker_json import has_secret, parse
from wizard.core.json_edit import Applied
from wizard.core.json_text import MOST_BYTES, JsonText, MalformedJsonError
from wizard.core.text import clean

MOST_ATTEMPTS = 5

Rewrite = Callable[[JsonText], tuple[JsonText, tuple[Applied, ...]]]
"""Pure; called again when somebody else was faster."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was understood, and where it really is."""

    document: JsonText
    snapshot: Snapshot
    target: Path

    @property
    def exists(self) -> bool:
        return self.snapshot.content is not None


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What is about to be written, or was. `before` is None where there was no file."""

    target: Path
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)
    applied: tuple[Applied, ...]
    mode_before: int = 0o600
    mode_after: int = 0o600


Record = Callable[[Rewritten], AbstractContextManager[None]]
"""Entered just before the file is replaced, left with the error when that fails."""


class JsonFile:
    """One configuration file of logins. A missing one counts as empty."""

    def __init__(self, path: Path, locks: Path, *, on_point: OnPoint = nothing) -> None:
        self.path = path
        self._locks = locks
        self._on_point = on_point

    def read(self) -> Opened:
        """Raises Problem: config.docker-malformed."""
        target = Path(os.path.realpath(self.path))
        try:
            if self.path.is_symlink():
                _refuse_loop(self.path)
            snapshot = read_snapshot(target, MOST_BYTES)
        except NotRegularError:
            raise self._malformed("it is not a regular file", Fault.INVALID) from None
        except NotADirectoryError:
            raise self._malformed("its folder is not a folder", Fault.INVALID) from None
        except OSError as error:
            if error.errno == errno.ELOOP:
                reason = "it is a link that leads back to itself"
                raise self._malformed(reason, Fault.INVALID) from None
            raise self._malformed(_in_words(error), Fault.DENIED) from None
        try:
            document = parse(snapshot.content or b"")
        except MalformedJsonError as error:
            raise self._malformed(error.reason, Fault.INVALID, error) from None
        return Opened(document, snapshot, target)

    @contextlib.asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Keep other wizards out. Raises Problem: config.docker-unwritable, -wizard-unwritable."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(
                    locked(self._locks, Path(os.path.realpath(self.path)))
                )
            except BusyError:
                reason = "another registry-wizard is changing it"
                raise self._unwritable(reason, Fault.HUNG) from None
            except OSError as error:
                raise self._lockless(error) from None
            yield

    def read_to_change(self) -> Opened:
        """As `read`, and refuse what we would not be able to write, or should not.

        Raises Problem: config.docker-malformed or config.docker-unwritable.
        """
        opened = self.read()
        if sys.platform == "win32":
            return opened
        if opened.exists and not is_ours(opened.snapshot.owner):
            raise self._unwritable("it belongs to another user", Fault.DENIED)
        if opened.exists and not opened.snapshot.mode & stat.S_IWUSR:
            raise self._unwritable("it is read-only", Fault.DENIED)
        try:
            folder = opened.target.parent.stat()
        except FileNotFoundError:
            if self.path.is_symlink():
                reason = f"it is a link to {opened.target}, whose folder does not exist"
                raise self._unwritable(reason, Fault.MISSING) from None
            return opened
        reason = ""
        if folder.st_mode & 0o022 and not folder.st_mode & stat.S_ISVTX:
            reason = "other users may write to its folder"
        elif is_ours(folder.st_uid) and not folder.st_mode & stat.S_IWUSR:
            reason = "its folder is read-only"
        if reason:
            raise self._unwritable(reason, Fault.DENIED)
        return opened

    def rewrite(self, change: Rewrite, record: Record) -> Rewritten | None:
        """Change it; None when there was nothing to change. The caller holds `locked()`.

        Raises Problem, and then the file is what it was.
        """
        for _ in range(MOST_ATTEMPTS):
            opened = self.read_to_change()
            document, applied = change(opened.document)
            if document.text == opened.document.text:
                return None
            before = opened.snapshot.mode
            # A secret inside is for its owner alone; docker leaves 0644 as it is (seen).
            after = before & ~0o077 if has_secret(document) else before
            rewritten = Rewritten(
                opened.target, opened.snapshot.content, document.raw, applied, before, after
            )
            try:
                with record(rewritten):
                    self._replace(opened, document.raw, after)
            except ChangedError:
                continue
            return rewritten
        raise self._unwritable("another program keeps changing it", Fault.RESET)

    def remove(self, opened: Opened) -> None:
        """Remove the file that was read. Raises Problem: config.docker-unwritable."""
        try:
            remove_file(opened.target, opened.snapshot)
        except ChangedError:
            raise self._unwritable("another program keeps changing it", Fault.RESET) from None
        except OSError as error:
            raise self._unwritable(_in_words(error), _fault(error)) from None

    @staticmethod
    @contextlib.contextmanager
    def unrecorded(_rewritten: Rewritten) -> Iterator[None]:
        """The record of those who keep none."""
        yield

    def _replace(self, opened: Opened, content: bytes, mode: int) -> None:
        try:
            if not opened.exists:
                opened.target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(
                opened.target,
                content,
                mode=mode,
                expected=opened.snapshot,
                on_point=self._on_point,
            )
        except OSError as error:
            raise self._unwritable(_in_words(error), _fault(error)) from None

    def _malformed(
        self, reason: str, fault: Fault, at: MalformedJsonError | None = None
    ) -> Problem:
        file = clean(str(self.path))
        said = f"line {at.line}, column {at.column}: {reason}" if at else reason
        facts = {"file": file}
        if at:
            facts |= {"line": str(at.line), "column": str(at.column)}
        seen = Evidence(Stage.CONFIG, f"read {file}", said, message=said, fault=fault, facts=facts)
        return Problem(seen, cause="config.docker-malformed")

    def _lockless(self, error: OSError) -> Problem:
        file, words = clean(str(self._locks)), f"no lock can be kept there: {_in_words(error)}"
        seen = Evidence(
            Stage.CONFIG, file, words, message=words, fault=_fault(error), facts={"file": file}
        )
        return Problem(seen, cause="config.wizard-unwritable")

    def _unwritable(self, reason: str, fault: Fault) -> Problem:
        file, reason = clean(str(self.path)), clean(reason)
        facts = {"file": file, "folder": clean(str(self.path.parent)), "message": reason}
        seen = Evidence(
            Stage.CONFIG, f"write {file}", reason, message=reason, fault=fault, facts=facts
        )
        return Problem(seen, cause="config.docker-unwritable")


def _refuse_loop(path: Path) -> None:
    """`realpath` is silent about a link to itself; `stat` says ELOOP."""
    with contextlib.suppress(FileNotFoundError):
        path.stat()


def _fault(error: OSError) -> Fault:
    return Fault.FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else Fault.DENIED


def _in_words(error: OSError) -> str:
    return clean((error.strerror or "it cannot be opened").lower())
