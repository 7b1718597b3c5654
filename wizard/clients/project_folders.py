"""The folders of a project, from where we stand up to the repository's root; and bounded reads."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

MOST_FOLDERS: Final = 40
MOST_BYTES: Final = 64 * 1024


def upwards(start: Path, home: Path) -> tuple[Path, ...]:
    """`start` and what lies above it, below the home directory or the file system's root."""
    found = []
    for folder in (start, *start.parents)[:MOST_FOLDERS]:
        if folder == folder.parent or (folder == home and folder != start):
            break
        found.append(folder)
    return tuple(found)


def repository_root(folders: tuple[Path, ...]) -> Path | None:
    """The nearest folder with a `.git`: a folder, or a file in a work tree."""
    return next((folder for folder in folders if exists(folder / ".git")), None)


def within_repository(start: Path, home: Path) -> tuple[Path, ...]:
    """`start` up to the repository's root; `start` alone outside of one."""
    folders = upwards(start, home)
    root = repository_root(folders)
    return folders[: folders.index(root) + 1] if root else (start,)


def environment_folder(
    environ: Mapping[str, str], home: Path, project: Path
) -> tuple[Path, str] | None:
    """The active environment's folder, or that of the nearest `.venv`; and which of the two."""
    if active := environ.get("VIRTUAL_ENV", ""):
        return project / active, "$VIRTUAL_ENV"
    for folder in within_repository(project, home):
        if exists(folder / ".venv" / "pyvenv.cfg"):
            return folder / ".venv", ".venv"
    return None


def exists(path: Path) -> bool:
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def read_text(path: Path, most_bytes: int = MOST_BYTES) -> str | None:
    """None where there is no such plain file, or it may not be read; cut at `most_bytes`."""
    try:
        # Never a pipe or a device, which could keep us waiting.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            return file.read(most_bytes).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None
