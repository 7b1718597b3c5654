"""Finds a team's `.registry-wizard.toml`: in the working directory, or above it."""

from __future__ import annotations

from pathlib import Path

from wizard.clients.project_folders import read_text, upwards, within_repository
from wizard.core.preset import FILE, MOST_BYTES, Preset, PresetError, parse_preset


def find_preset(project: Path, home: Path) -> Preset | None:
    """The nearest one. Raises PresetError, with the file's path, when that cannot be used.

    Above the repository it must belong to the same person as the folder we stand in: a shared
    folder such as /tmp is no place from which to propose things to others.
    """
    trusted = within_repository(project, home)
    for folder in upwards(project, home):
        file = folder / FILE
        text = read_text(file, MOST_BYTES + 1)
        if text is None or not (folder in trusted or _same_owner(file, project)):
            continue
        try:
            if len(text) > MOST_BYTES:
                raise PresetError("it is larger than a preset can be")
            return parse_preset(text, str(file))
        except PresetError as error:
            raise PresetError(f"{file}: {error}") from None
    return None


def _same_owner(file: Path, folder: Path) -> bool:
    try:
        return file.stat().st_uid == folder.stat().st_uid
    except OSError:
        return False
