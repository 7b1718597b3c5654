"""The names that the project's own Python files give to images; files are read, never run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wizard.clients.project_folders import read_text
from wizard.core.project_images import MOST_CHARACTERS, image_names

MOST_FILES: Final = 300
MOST_FOLDERS: Final = 400
MOST_NAMES: Final = 20
MOST_BYTES: Final = 16 << 20
_DEEPEST: Final = 5
_PASSED_OVER: Final = frozenset(
    {"node_modules", "site-packages", "venv", "env", "build", "dist", "__pycache__", "tests"}
)
_SIGNS: Final = ("ImageSpec", "Image")


def project_images(project: Path, home: Path) -> tuple[str, ...]:
    """Each name once, files near the top first. Nothing is looked for in a whole home directory."""
    if project in (home, Path(project.anchor)):
        return ()
    found: dict[str, None] = {}
    left = MOST_BYTES
    for file in _python_files(project):
        text = read_text(file, MOST_CHARACTERS)
        left -= len(text or "")
        # Parsing costs a hundred times what this does, and most files name no image.
        if text is None or not any(sign in text for sign in _SIGNS):
            continue
        found.update(dict.fromkeys(image_names(text)))
        if len(found) >= MOST_NAMES or left < 0:
            break
    return tuple(found)[:MOST_NAMES]


def _python_files(project: Path) -> Iterator[Path]:
    """Breadth first, by name; links to folders are not followed."""
    folders, files = [(project, 0)], 0
    for looked_at, (folder, depth) in enumerate(folders):
        if looked_at >= MOST_FOLDERS:
            return
        for entry in _entries(folder):
            if entry.is_dir(follow_symlinks=False):
                if depth < _DEEPEST and not _is_passed_over(entry.name):
                    folders.append((Path(entry.path), depth + 1))
            elif entry.name.endswith(".py"):
                files += 1
                if files > MOST_FILES:
                    return
                yield Path(entry.path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in _PASSED_OVER
