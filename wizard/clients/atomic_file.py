"""Replace a file whole or not at all, only if nobody else changed it meanwhile; locks beside it.

Source: credentials.md 1.7 (steps 4 and 5), 4.3 rows 10-15 and 45.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import stat
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import field
from pathlib import Path

from wizard.core.dataclass import dataclass

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

OnPoint = Callable[[str], None]
"""Called with each of POINTS as it is passed; a test kills the process there."""

POINTS = ("opened", "half-written", "written", "synced", "compared", "replaced", "folder-synced")

_HAS_DIR_FD = os.open in os.supports_dir_fd
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_CLOSE = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_LOCK_POLL_S = 0.02


class ChangedError(Exception):
    """The file is no longer what it was when it was read."""


class BusyError(Exception):
    """Another registry-wizard holds the lock."""


class NotRegularError(OSError):
    """A folder, pipe, device or link stands where a file should be."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file as it was read; `content` is None where there was none."""

    content: bytes | None = field(default=None, repr=False)
    identity: tuple[int, int, int] = (0, 0, 0)
    """Device, inode and modification time in nanoseconds."""
    mode: int = 0o600
    owner: int = -1


def nothing(_point: str) -> None:
    """The hook of those who kill nobody."""


def read_snapshot(target: Path, most_bytes: int, folder: int | None = None) -> Snapshot:
    """Read at most one byte more than `most_bytes`. Raises OSError; absent is an answer."""
    name = target.name if folder is not None else str(target)
    flags = os.O_RDONLY | _NO_FOLLOW | _CLOSE | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(name, flags, dir_fd=folder)
    except FileNotFoundError:
        return Snapshot()
    seen = os.fstat(descriptor)
    if not stat.S_ISREG(seen.st_mode):
        os.close(descriptor)
        raise NotRegularError(0, "not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(most_bytes + 1)
    identity = (seen.st_dev, seen.st_ino, seen.st_mtime_ns)
    return Snapshot(content, identity, stat.S_IMODE(seen.st_mode), seen.st_uid)


def replace_file(
    target: Path,
    content: bytes,
    *,
    mode: int = 0o600,
    expected: Snapshot | None = None,
    on_point: OnPoint = nothing,
) -> None:
    """Write beside `target`, then move it there. `target` is a resolved path, not a link.

    Raises ChangedError when it is not `expected` any more, OSError when it cannot be written; in
    both cases the file is untouched and nothing is left beside it.
    """
    import secrets

    with _opened_folder(target.parent) as folder:
        temporary = target.parent / f".{target.name}.registry-wizard-{secrets.token_hex(8)}.tmp"
        name = temporary.name if folder is not None else str(temporary)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _CLOSE
        descriptor = os.open(name, flags, 0o600, dir_fd=folder)
        try:
            _fill(descriptor, content, mode, on_point)
            _refuse_changed(target, expected, folder)
            on_point("compared")
            goal = target.name if folder is not None else str(target)
            os.replace(name, goal, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            raise
        on_point("replaced")
        _sync_folder(folder)
        on_point("folder-synced")


def remove_file(target: Path, expected: Snapshot) -> None:
    """Remove a file that is still `expected`. Raises ChangedError, OSError."""
    with _opened_folder(target.parent) as folder:
        _refuse_changed(target, expected, folder)
        os.unlink(target.name if folder is not None else str(target), dir_fd=folder)
        _sync_folder(folder)


def _fill(descriptor: int, content: bytes, mode: int, on_point: OnPoint) -> None:
    with os.fdopen(descriptor, "wb") as file:
        on_point("opened")
        half = len(content) // 2
        file.write(content[:half])
        file.flush()
        on_point("half-written")
        file.write(content[half:])
        file.flush()
        on_point("written")
        if sys.platform != "win32":
            os.fchmod(descriptor, mode)
        os.fsync(descriptor)
        on_point("synced")


def _refuse_changed(target: Path, expected: Snapshot | None, folder: int | None) -> None:
    if expected is None:
        return
    most = len(expected.content or b"")
    try:
        now = read_snapshot(target, most, folder)
    except OSError:
        raise ChangedError from None
    if (now.content, now.identity) != (expected.content, expected.identity):
        raise ChangedError


@contextlib.contextmanager
def _opened_folder(folder: Path) -> Iterator[int | None]:
    """Hold the folder itself, so that nobody can swap it for a link on the way."""
    if not _HAS_DIR_FD:
        yield None
        return
    flags = os.O_RDONLY | _CLOSE | _NO_FOLLOW | getattr(os, "O_DIRECTORY", 0)
    descriptor = os.open(folder, flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _sync_folder(folder: int | None) -> None:
    if folder is not None:
        os.fsync(folder)


def sweep(target: Path) -> int:
    """Remove what a killed run left beside `target`; the caller holds its lock. How many."""
    pattern = re.compile(rf"\.{re.escape(target.name)}\.registry-wizard-[0-9a-f]{{16}}\.tmp")
    swept = 0
    with contextlib.suppress(OSError):
        for entry in os.scandir(target.parent):
            if not pattern.fullmatch(entry.name):
                continue
            seen = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(seen.st_mode) and is_ours(seen.st_uid):
                Path(entry.path).unlink()
                swept += 1
    return swept


def is_ours(owner: int) -> bool:
    """Does it belong to who runs this? True on Windows, whose profiles are private."""
    return sys.platform == "win32" or owner == os.geteuid()


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may enter. Raises OSError when it cannot be one."""
    for part in (*reversed(folder.parents), folder):  # `parents=True` would open them to all
        if not part.exists():
            part.mkdir(mode=0o700, exist_ok=True)
    seen = folder.stat()
    if sys.platform != "win32" and (not is_ours(seen.st_uid) or seen.st_mode & 0o022):
        raise PermissionError(1, "others may write to this folder", str(folder))
    return folder


# --- locks ----------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def locked(locks: Path, target: Path, wait_s: float = 5.0) -> AsyncIterator[None]:
    """Hold our own lock for `target`, kept in the folder `locks`, and sweep beside it first.

    The system lets go of it when its process ends. Raises BusyError after `wait_s`, OSError.
    """
    until = time.monotonic() + wait_s
    descriptor = _open_lock(locks, target)
    try:
        while not _try_lock(descriptor):
            if time.monotonic() > until:
                raise BusyError
            await asyncio.sleep(_LOCK_POLL_S)
        sweep(target)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def lock_now(locks: Path, target: Path) -> Iterator[bool]:
    """The same without waiting; whether it was free."""
    descriptor = _open_lock(locks, target)
    try:
        if is_free := _try_lock(descriptor):
            sweep(target)
        yield is_free
    finally:
        os.close(descriptor)


def _open_lock(locks: Path, target: Path) -> int:
    import hashlib

    private_folder(locks)
    name = hashlib.sha256(os.fsencode(target)).hexdigest()[:32]
    return os.open(locks / f"{name}.lock", os.O_RDWR | os.O_CREAT | _NO_FOLLOW | _CLOSE, 0o600)


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
