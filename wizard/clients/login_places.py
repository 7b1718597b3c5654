"""What docker, its SDK and podman each find in one file for one registry: they differ (seen).

Source: credentials.md 1.1 to 1.3; docker/cli's file store; docker-py 7.2, auth.py.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from wizard.core.dataclass import dataclass
from wizard.core.docker_json import detects_store, entry_credential, parse, section
from wizard.core.json_text import JsonText, MalformedJsonError
from wizard.core.ports import Endpoint, Outside
from wizard.core.secret import Credential

AUTH_VARIABLE = "DOCKER_AUTH_CONFIG"
_MOST_VARIABLE = 1 << 16
_HUB = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
"""One registry to podman; to docker's SDK the first two are."""


@dataclass(frozen=True, slots=True)
class Helped:
    """A credential helper answers for this key, and nothing else is asked."""

    name: str
    setting: str
    """`credHelpers` or `credsStore`."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The login itself stands in the file."""

    username: str
    credential: Credential


Place = Helped | Plain | None
"""Where a file says that the login of a key is; None when it says nothing."""


def docker_place(document: JsonText, key: str) -> Place:
    """A helper is final: docker never falls back from it to the plain logins."""
    helpers = section(document, "credHelpers")
    if helper := helpers.get(key, ""):
        return Helped(helper, "credHelpers")
    store = document.root.get("credsStore", "")
    # An empty helper switches the store off for this key; to docker's SDK it does not (seen).
    if store and key not in helpers:
        return Helped(store, "credsStore")
    auths = section(document, "auths")
    others = (name for name in auths if _host(name) == key)
    return _plain(auths, key if key in auths else next(others, ""))


def sdk_store(document: JsonText, key: str) -> Helped | None:
    """The helper that docker's SDK asks first."""
    if helper := section(document, "credHelpers").get(key, ""):
        return Helped(helper, "credHelpers")
    store = document.root.get("credsStore", "")
    return Helped(store, "credsStore") if store else None


def sdk_plain(document: JsonText, key: str) -> Plain | None:
    """What it takes where there is no helper, or where that one has nothing."""
    auths = section(document, "auths")
    index = _index(key)
    others = (name for name in auths if _index(name) == index)
    return _plain(auths, index if index in auths else next(others, ""), is_coded=True)


def podman_place(document: JsonText, endpoint: Endpoint) -> Place:
    """Podman reads no `credsStore`; all of Docker Hub's names mean the same to it."""
    key = endpoint.containers_key
    if helper := section(document, "credHelpers").get(key, ""):
        return Helped(helper, "credHelpers")
    auths = section(document, "auths")
    same = _HUB if key in _HUB else {key}
    # One with a path and no https:// is for the repositories below it.
    others = (name for name in auths if (_host(name) if "://" in name else name) in same)
    return _plain(auths, key if key in auths else next(others, ""), is_coded=True)


def other_entries(document: JsonText, endpoint: Endpoint) -> Iterator[str]:
    """Names of plain logins that some tool takes for this registry's, and docker may not."""
    same = _HUB if endpoint.containers_key in _HUB else ()
    auths = section(document, "auths")
    return (name for name in auths if name != endpoint.config_key and _host(name) in same)


def _plain(auths: Mapping[str, Any], name: str, *, is_coded: bool = False) -> Plain | None:
    """An entry that holds no login ends the search (seen). `is_coded`: only in `auth`."""
    entry = auths.get(name, {})
    if is_coded:
        entry = {field: entry[field] for field in ("auth", "identitytoken") if field in entry}
    found = entry_credential(entry)
    return Plain(*found) if found is not None else None


def _host(name: str) -> str:
    return name.removeprefix("https://").removeprefix("http://").partition("/")[0]


def _index(name: str) -> str:
    host = _host(name)
    return "docker.io" if host == "index.docker.io" else host


def detected_store(document: JsonText, outside: Outside, system: str = sys.platform) -> str:
    """The store that docker picks by itself while no login was ever configured, or nothing."""
    if not detects_store(document):
        return ""
    name = {"darwin": "osxkeychain", "win32": "wincred"}.get(system, "secretservice")
    if system == "linux" and outside.which("pass"):
        name = "pass"
    return name if outside.which(f"docker-credential-{name}") else ""


def variable_place(environ: Mapping[str, str], key: str) -> Plain | None:
    """The login in DOCKER_AUTH_CONFIG, which docker asks before any file.

    Docker skips the variable when it holds anything but `auths.<host>.auth`; so do we.
    """
    text = environ.get(AUTH_VARIABLE, "")
    if not text or len(text) > _MOST_VARIABLE:
        return None
    try:
        document = parse(text.encode())
    except (MalformedJsonError, UnicodeEncodeError):
        return None
    auths = section(document, "auths")
    is_strict = set(document.root) == {"auths"} and all(set(e) == {"auth"} for e in auths.values())
    found = entry_credential(auths[key]) if is_strict and key in auths else None
    return Plain(*found) if found else None


def legacy(document: JsonText) -> JsonText:
    """`.dockercfg` holds the inside of `auths` alone. Raises MalformedJsonError."""
    return parse(json.dumps({"auths": dict(document.root)}).encode())
