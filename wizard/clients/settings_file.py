"""The wizard's own `config.toml`: read strictly, written whole, comments and unknown keys kept."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

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
from wizard.core.settings import VERSION, Handed, Profile, Proof, Realm, Settings, Stopped
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
        for _ in range(_MOST_ATTEMPTS):
            snapshot, text = self._read()
            self._settings(text)  # never write over what is not understood
            try:
                self._replace(snapshot, self._changed(text, settings))
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
            raise self._damaged("version is not a number", *_place(text, "version"))
        if version > VERSION:
            facts = {"file": clean(str(self.path))}
            words = f"it has version {version}; the newest known here is {VERSION}"
            seen = Evidence(Stage.CONFIG, f"read {facts['file']}", words, facts=facts)
            raise Problem(seen, cause="config.wizard-newer")
        try:
            return _parsed(raw)
        except _WrongValueError as error:
            raise self._damaged(str(error), *_place(text, error.key)) from None

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

    def _changed(self, text: str, settings: Settings) -> bytes:
        import tomlkit

        document: Any = tomlkit.parse(text)
        document["version"] = VERSION
        if settings.current != self._loaded.current or "current" not in document:
            document["current"] = settings.current
        names = {profile.name for profile in settings.profiles}
        for gone in (p.name for p in self._loaded.profiles if p.name not in names):
            document.get("profiles", {}).pop(gone, None)
        for profile in settings.profiles:
            if profile == self._loaded.profile(profile.name):
                continue
            values = {k: v for k, v in asdict(profile).items() if k not in ("name", "proof")}
            if "profiles" not in document:
                document["profiles"] = tomlkit.table(is_super_table=True)
            table = _table(document["profiles"], profile.name)
            _fill(table, values, {f.name: f.default for f in fields(Profile)})
            _put(table, "proof", asdict(profile.proof) if profile.proof else None)
        _put(document, "stopped", asdict(settings.stopped) if settings.stopped else None)
        if settings.handed != self._loaded.handed:
            document.pop("handed", None)
            for handed in settings.handed:
                table = _table(_table(document, "handed"), handed.file)
                _fill(table, {"what": handed.what, "sha256": handed.sha256}, {})
        if settings.realms != self._loaded.realms:
            document.pop("realms", None)
            for realm in settings.realms:
                _fill(_table(_table(document, "realms"), realm.host), {"url": realm.url}, {})
        return str(tomlkit.dumps(document)).encode()

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


_Kind = type[Profile | Proof | Stopped | Handed | Realm]


class _WrongValueError(ValueError):
    def __init__(self, key: str, words: str) -> None:
        super().__init__(f"{key} {words}")
        self.key = key


def _parsed(raw: Mapping[str, Any]) -> Settings:
    profiles = []
    for name, values in _mapping(raw, "profiles").items():
        if not isinstance(values, dict):
            raise _WrongValueError(name, "is not a table")
        proof = _texts(_mapping(values, "proof"), Proof) if "proof" in values else None
        known = _texts({**values, "name": name}, Profile)
        profiles.append(Profile(**known, proof=Proof(**proof) if proof else None))
    stopped = _texts(_mapping(raw, "stopped"), Stopped) if "stopped" in raw else None
    handed = tuple(
        Handed(**_texts({**values, "file": file}, Handed))
        for file, values in _mapping(raw, "handed").items()
        if isinstance(values, dict)
    )
    realms = tuple(
        Realm(**_texts({**values, "host": host}, Realm))
        for host, values in _mapping(raw, "realms").items()
        if isinstance(values, dict)
    )
    current = raw.get("current", "")
    if not isinstance(current, str):
        raise _WrongValueError("current", "is not a text")
    place = Stopped(**stopped) if stopped else None
    return Settings(current, tuple(profiles), place, handed, realms)


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = raw.get(key, {})
    if not isinstance(found, dict):
        raise _WrongValueError(key, "is not a table")
    return found


def _texts(raw: Mapping[str, Any], kind: _Kind) -> dict[str, str]:
    """The fields of `kind` that are there; each must be a text, those without default given."""
    found = {}
    for field in fields(kind):
        if field.name == "proof":
            continue
        value = raw.get(field.name)
        if field.name in raw and not isinstance(value, str):
            raise _WrongValueError(field.name, "is not a text")
        if isinstance(value, str):
            found[field.name] = value
        elif not isinstance(field.default, str):
            raise _WrongValueError(field.name, "is missing")
    return found


def _place(text: str, key: str) -> tuple[int, int]:
    at = re.search(rf'^[ \t]*(\[.*\b)?"?{re.escape(key)}\b', text, re.MULTILINE)
    return (text.count("\n", 0, at.start()) + 1, 1) if at else (1, 1)


def _table(parent: Any, key: str) -> Any:
    import tomlkit

    if key not in parent:
        parent[key] = tomlkit.table()
    return parent[key]


def _put(parent: Any, key: str, values: Mapping[str, str] | None) -> None:
    if values is None:
        parent.pop(key, None)
    else:
        _fill(_table(parent, key), values, {})


def _fill(table: Any, values: Mapping[str, str], defaults: Mapping[str, Any]) -> None:
    """Touch only what differs; what is as usual is not written down."""
    for key, value in values.items():
        if table.get(key, defaults.get(key)) != value:
            table[key] = value
