"""The text of the wizard's `config.toml`: what it says, and the same with something else in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from wizard.core.settings import VERSION, Handed, Profile, Proof, Realm, Settings, Stopped

_Kind = type[Profile | Proof | Stopped | Handed | Realm]


class WrongValueError(ValueError):
    """A value that is not what its key calls for; `key` says where it stands."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(f"{key} {words}")
        self.key = key


def parsed(raw: Mapping[str, Any]) -> Settings:
    """Raises WrongValueError. Keys that are not known here are left to whoever wrote them."""
    profiles = []
    for name, values in _mapping(raw, "profiles").items():
        if not isinstance(values, dict):
            raise WrongValueError(name, "is not a table")
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
        raise WrongValueError("current", "is not a text")
    where = Stopped(**stopped) if stopped else None
    return Settings(current, tuple(profiles), where, handed, realms)


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = raw.get(key, {})
    if not isinstance(found, dict):
        raise WrongValueError(key, "is not a table")
    return found


def _texts(raw: Mapping[str, Any], kind: _Kind) -> dict[str, str]:
    """The fields of `kind` that are there; each must be a text, those without default given."""
    found = {}
    for field in fields(kind):
        if field.name == "proof":
            continue
        value = raw.get(field.name)
        if field.name in raw and not isinstance(value, str):
            raise WrongValueError(field.name, "is not a text")
        if isinstance(value, str):
            found[field.name] = value
        elif not isinstance(field.default, str):
            raise WrongValueError(field.name, "is missing")
    return found


def place(text: str, key: str) -> tuple[int, int]:
    """Line and column of a key; the first where it cannot be found."""
    at = re.search(rf'^[ \t]*(\[.*\b)?"?{re.escape(key)}\b', text, re.MULTILINE)
    return (text.count("\n", 0, at.start()) + 1, 1) if at else (1, 1)


def changed(text: str, loaded: Settings, settings: Settings) -> bytes:
    """`text` with what differs between the two, all else as it was written."""
    import tomlkit

    document: Any = tomlkit.parse(text)
    document["version"] = VERSION
    if settings.current != loaded.current or "current" not in document:
        document["current"] = settings.current
    names = {profile.name for profile in settings.profiles}
    for gone in (p.name for p in loaded.profiles if p.name not in names):
        document.get("profiles", {}).pop(gone, None)
    for profile in settings.profiles:
        if profile == loaded.profile(profile.name):
            continue
        values = {k: v for k, v in asdict(profile).items() if k not in ("name", "proof")}
        if "profiles" not in document:
            document["profiles"] = tomlkit.table(is_super_table=True)
        table = _table(document["profiles"], profile.name)
        _fill(table, values, {f.name: f.default for f in fields(Profile)})
        _put(table, "proof", asdict(profile.proof) if profile.proof else None)
    _put(document, "stopped", asdict(settings.stopped) if settings.stopped else None)
    if settings.handed != loaded.handed:
        document.pop("handed", None)
        for handed in settings.handed:
            table = _table(_table(document, "handed"), handed.file)
            _fill(table, {"what": handed.what, "sha256": handed.sha256}, {})
    if settings.realms != loaded.realms:
        document.pop("realms", None)
        for realm in settings.realms:
            _fill(_table(_table(document, "realms"), realm.host), {"url": realm.url}, {})
    return str(tomlkit.dumps(document)).encode()


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
