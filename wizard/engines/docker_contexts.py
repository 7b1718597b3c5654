"""Docker contexts: saved addresses of engines, as the command line stores and chooses them.

Read by us, since the SDK does not find them where config.json is missing, and falls back to the
default socket without a word where one is gone (engines.md 2.2, E34 to E39, 5.1 to 5.3).
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from wizard.core.dataclass import dataclass

DEFAULT: Final = "default"
MOST_CONTEXTS: Final = 200
_MOST_BYTES: Final = 1 << 20


class InvalidContextError(ValueError):
    """A context cannot be used. `str()` says why, in plain words."""

    def __init__(self, words: str, damaged: Path | None = None) -> None:
        super().__init__(words)
        self.damaged = damaged
        """The file, where nothing can be read from it."""


@dataclass(frozen=True, slots=True)
class DockerContext:
    """One saved address, or the reason why it cannot be read."""

    name: str
    host: str = ""
    """Empty means the usual place, to docker and to its SDK (seen, 28.2 and 7.2)."""
    skips_tls_verify: bool = False
    tls: Path | None = None
    """Folder with ca.pem, cert.pem and key.pem; None when it has none."""
    trouble: str = ""
    file: Path | None = None
    is_damaged: bool = False


def config_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Where docker keeps config.json and its contexts."""
    named = environ.get("DOCKER_CONFIG", "")
    return Path(named) if named else home / ".docker"


def current_context(folder: Path) -> str:
    """What `docker context use` chose; `default` where the file says nothing readable."""
    name = read_settings(folder / "config.json").get("currentContext")
    return name if isinstance(name, str) and name else DEFAULT


def read_context(folder: Path, name: str) -> DockerContext:
    """Raises InvalidContextError: it is not stored, damaged, or names no Docker engine."""
    file = folder / "contexts" / "meta" / _hash(name) / "meta.json"
    if not file.exists():
        raise InvalidContextError("no context of that name is stored here")
    return _parse(folder, file)


def all_contexts(folder: Path) -> list[DockerContext]:
    """Every stored context by name; one that cannot be read has `trouble` set."""
    found = []
    try:
        files = sorted((folder / "contexts" / "meta").glob("*/meta.json"))[:MOST_CONTEXTS]
    except OSError:
        return []
    for file in files:
        try:
            found.append(_parse(folder, file))
        except InvalidContextError as error:
            is_damaged = error.damaged is not None
            found.append(DockerContext("", trouble=str(error), file=file, is_damaged=is_damaged))
    return sorted(found, key=lambda context: context.name)


def _parse(folder: Path, file: Path) -> DockerContext:
    try:
        document = json.loads(_bytes(file))
    except (OSError, ValueError, RecursionError):
        raise InvalidContextError(f"its file {file} is damaged", file) from None
    name = document.get("Name") if isinstance(document, dict) else None
    if not isinstance(name, str) or not name:
        raise InvalidContextError(f"its file {file} is damaged", file)
    endpoints = document.get("Endpoints")
    docker = endpoints.get("docker") if isinstance(endpoints, dict) else None
    host = docker.get("Host", "") if isinstance(docker, dict) else None
    if not isinstance(host, str):
        raise InvalidContextError("that context names no Docker engine")
    tls = folder / "contexts" / "tls" / _hash(name) / "docker"
    skips = isinstance(docker, dict) and docker.get("SkipTLSVerify") is True
    return DockerContext(name, host, skips, tls if tls.is_dir() else None, file=file)


def _hash(name: str) -> str:
    import hashlib  # only where there are contexts

    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()


def read_settings(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(_bytes(file))
    except (OSError, ValueError, RecursionError):
        # Docker says a word about it and goes on without (E39); the login step names that cause.
        return {}
    return document if isinstance(document, dict) else {}


def _bytes(file: Path) -> bytes:
    """Raises OSError, also where it is no regular file: a pipe would be waited for without end."""
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is not a regular file")
        return opened.read(_MOST_BYTES)
