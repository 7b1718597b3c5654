"""The files that were handed over to the user's code: written new, read, and re-pointed."""

from __future__ import annotations

import contextlib
import errno
from pathlib import Path
from typing import Final

from wizard.clients.atomic_file import read_snapshot, replace_file

MOST_BYTES: Final = 64 << 10
_MOST_NAMES: Final = 100


def write_new(path: Path, text: str) -> Path:
    """Never over a file that is there: `name-2.py` and so on. Raises OSError."""
    for number in range(1, _MOST_NAMES):
        named = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        with contextlib.suppress(FileExistsError), named.open("x", encoding="utf-8") as file:
            file.write(text)
            return named
    raise FileExistsError(errno.EEXIST, "too many files of that name are there", str(path))


def read_text(path: Path) -> str | None:
    """None where there is none, or none of ours: too long, or no text. Raises OSError."""
    content = read_snapshot(path, MOST_BYTES).content
    if content is None or len(content) > MOST_BYTES:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def rewrite(path: Path, before: str, after: str) -> bool:
    """Replace it whole if it still says `before`; False where it does not. Raises OSError."""
    snapshot = read_snapshot(path, MOST_BYTES)
    if snapshot.content != before.encode():
        return False
    replace_file(path, after.encode(), mode=snapshot.mode, expected=snapshot)
    return True
