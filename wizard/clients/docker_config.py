"""Where docker, its SDK and podman look for a login, and what each finds in a file.

Source: credentials.md 1.1 and 1.3, registries.md 10.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from wizard.core.dataclass import dataclass
from wizard.core.docker_json import detects_store, entry_credential, parse, section
from wizard.core.json_text import JsonText, MalformedJsonError
from wizard.core.ports import Outside
from wizard.core.secret import Credential

AUTH_VARIABLE = "DOCKER_AUTH_CONFIG"
_MOST_VARIABLE = 1 << 16


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


def config_path(outside: Outside) -> Path:
    """The file that the docker command line reads and writes; DOCKER_CONFIG names its folder."""
    folder = outside.environ.get("DOCKER_CONFIG", "")
    return (Path(folder) if folder else outside.home / ".docker") / "config.json"


def sdk_config_path(outside: Outside) -> Path:
    """What docker's Python SDK reads: it falls back to the home where docker does not (seen)."""
    chosen = config_path(outside)
    return chosen if chosen.exists() else outside.home / ".docker" / "config.json"


def podman_paths(
    outside: Outside, system: str = sys.platform, *, goes_on: bool = False
) -> tuple[Path, ...]:
    """The files that podman, skopeo and buildah read, in their order.

    One that a variable names is read alone; with `goes_on`, as releases before 2023 do, the usual
    ones after it (seen; containers/image 1751).
    """
    environ, home = outside.environ, outside.home
    docker = config_path(outside)
    user = Path(environ.get("XDG_CONFIG_HOME", "") or home / ".config") / "containers/auth.json"
    usual = (user, docker, home / ".dockercfg")
    if explicit := environ.get("REGISTRY_AUTH_FILE", ""):
        first = Path(explicit)
    elif environ.get("DOCKER_CONFIG", ""):
        first = docker
    else:
        return (_runtime_file(environ), *usual) if system == "linux" else usual
    return tuple(dict.fromkeys((first, *usual))) if goes_on else (first,)


def _runtime_file(environ: Mapping[str, str]) -> Path:
    """Root, containers and cron have no XDG_RUNTIME_DIR: it is another place then."""
    if runtime := environ.get("XDG_RUNTIME_DIR", ""):
        return Path(runtime) / "containers/auth.json"
    return Path(f"/run/containers/{os.geteuid()}/auth.json")


def docker_place(document: JsonText, key: str) -> Place:
    """A helper is final: docker never falls back from it to the plain logins."""
    if helper := section(document, "credHelpers").get(key, ""):
        return Helped(helper, "credHelpers")
    store = document.root.get("credsStore", "")
    # An empty helper switches the store off for this key; podman then breaks (seen).
    if store and key not in section(document, "credHelpers"):
        return Helped(store, "credsStore")
    return plain_place(document, key)


def plain_place(document: JsonText, key: str) -> Plain | None:
    """`auths` by its exact key, then by whatever names the same host."""
    auths = section(document, "auths")
    names = [key, *(name for name in auths if name != key and _host(name) == _host(key))]
    for name in names:
        if name in auths and (found := entry_credential(auths[name])) is not None:
            return Plain(*found)
    return None


def podman_place(document: JsonText, key: str, docker_key: str) -> Place:
    """Podman reads no `credsStore`; Hub's plain login it also finds under docker's key (seen)."""
    if helper := section(document, "credHelpers").get(key, ""):
        return Helped(helper, "credHelpers")
    return plain_place(document, key) or plain_place(document, docker_key)


def detected_store(document: JsonText, outside: Outside, system: str = sys.platform) -> str:
    """The store that docker picks by itself while no login was ever configured, or nothing."""
    if not detects_store(document):
        return ""
    name = {"darwin": "osxkeychain", "win32": "wincred"}.get(system, "secretservice")
    if system == "linux" and outside.which("pass"):
        name = "pass"
    return name if outside.which(f"docker-credential-{name}") else ""


def _host(key: str) -> str:
    return key.removeprefix("https://").removeprefix("http://").partition("/")[0]


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
