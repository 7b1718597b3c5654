"""The wizard's own `config.toml`: read strictly, written whole, comments and unknown keys kept."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from wizard.clients.atomic_file import (
    ChangedError,
    OnPoint,
    Snapshot,
    nothing,
    read_snapshot,
    replace_file,
    sweep,
)
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.settings import VERSION, Settings
from wizard.core.text import clean

VARIABLE = "REGISTRY_WIZARD_CONFIG"
_MOST_BYTES = 1 << 20
_MOST_ATTEMPTS = 5
_POSITION = re.compile(r" \(at line (\d+), column (\d+)\)")


def settings_path(environ: Mapping[str, str], given: Path | None = None) -> Path:
    """`--config`, then REGISTRY_WIZARD_CONFIG, then where this system keeps configuration."""
    if given is not None:
        return given
    if named := environ.get(VARIABLE, ""):
        return Path(named)
    if sys.platform == "linux":  # as platformdirs has it, without its import
        folder = environ.get("XDG_CONFIG_HOME", "").strip() or Path.home() / ".config"
        return Path(folder) / "registry-wizard" / "config.toml"
    import platformdirs

    return Path(platformdirs.user_config_dir("registry-wizard", appauthor=False)) / "config.toml"


class TomlSettings:
    """Settings in one file. What another wizard changed since we loaded them is kept."""

    def __init__(self, path: Path, *, on_point: OnPoint = nothing) -> None:
        self.path = path
        self._on_point = on_point
        self._loaded = Settings()

    def load(self) -> Settings:
        """An absent file is empty settings.

        Raises Problem: config.wizard-damaged or config.wizard-newer; the file is kept.
        """
        self._loaded = self._settings(self._read()[1])
        return self._loaded

    def save(self, settings: Settings) -> None:
        """Written whole or not at all; only what differs from what was loaded.

        Raises Problem as `load` does, and config.wizard-unwritable.
        """
        from wizard.clients.settings_text import changed

        for _ in range(_MOST_ATTEMPTS):
            snapshot, text = self._read()
            self._settings(text)  # never write over what is not understood
            try:
                self._replace(snapshot, changed(text, self._loaded, settings))
            except (ChangedError, FileNotFoundError):
                continue  # another wizard was faster, or swept what we were writing
            except OSError as error:
                raise self._unwritable(error) from None
            self._loaded = settings
            return
        raise self._unwritable(OSError(errno.EBUSY, "another program keeps changing it"))

    # --- reading --------------------------------------------------------------------------

    def _read(self) -> tuple[Snapshot, str]:
        try:
            snapshot = read_snapshot(Path(os.path.realpath(self.path)), _MOST_BYTES)
            content = snapshot.content or b""
            if len(content) > _MOST_BYTES:
                raise self._damaged("it is larger than 1 MiB")
            return snapshot, content.decode("utf-8")
        except OSError as error:
            raise self._damaged(clean(error.strerror or "it cannot be opened").lower()) from None
        except UnicodeDecodeError as error:
            line = (snapshot.content or b"").count(b"\n", 0, error.start) + 1
            raise self._damaged("it is not UTF-8 text", line) from None

    def _settings(self, text: str) -> Settings:
        if not text:
            return Settings()
        import tomllib

        from wizard.clients.settings_text import WrongValueError, parsed, place

        try:
            raw = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            said = str(error)
            at = _POSITION.search(said)
            # Without a position it says "at end of document".
            line, column = (int(at[1]), int(at[2])) if at else (text.count("\n") + 1, 1)
            raise self._damaged(_POSITION.sub("", said), line, column) from None
        version = raw.get("version", VERSION)
        if not isinstance(version, int):
            raise self._damaged("version is not a number", *place(text, "version"))
        if version > VERSION:
            facts = {"file": clean(str(self.path))}
            words = f"it has version {version}; the newest known here is {VERSION}"
            seen = Evidence(Stage.CONFIG, f"read {facts['file']}", words, facts=facts)
            raise Problem(seen, cause="config.wizard-newer")
        try:
            return parsed(raw)
        except WrongValueError as error:
            raise self._damaged(str(error), *place(text, error.key)) from None

    def _damaged(self, reason: str, line: int = 1, column: int = 1) -> Problem:
        file = clean(str(self.path))
        words = f"line {line}, column {column}: {clean(reason)}"
        facts = {"file": file, "line": str(line), "column": str(column)}
        seen = Evidence(
            Stage.CONFIG,
            f"read {file}",
            words,
            message=words,
            fault=Fault.INVALID,
            facts=facts,
        )
        return Problem(seen, cause="config.wizard-damaged")

    # --- writing --------------------------------------------------------------------------

    def _replace(self, snapshot: Snapshot, content: bytes) -> None:
        target = Path(os.path.realpath(self.path))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(target)
        replace_file(target, content, mode=0o600, expected=snapshot, on_point=self._on_point)

    def _unwritable(self, error: OSError) -> Problem:
        file, words = clean(str(self.path)), clean(error.strerror or "it cannot be opened").lower()
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        seen = Evidence(
            Stage.CONFIG,
            f"write {file}",
            words,
            message=words,
            fault=Fault.FULL if is_full else Fault.DENIED,
            facts={"file": file},
        )
        return Problem(seen, cause="config.wizard-unwritable")
