"""Podman's saved connections and the sockets that its machines forward, read from files.

Source: engines.md 2.2 and 3.2; podman-system-connection(1), containers.conf(5).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from wizard.core.dataclass import dataclass

MOST_CONNECTIONS: Final = 50
_MOST_BYTES: Final = 1 << 20
_ROOT_SUFFIX: Final = "-root"
"""A machine has two connections: its user's, and root's of the same name with this."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One saved address. A machine's leads by ssh into its virtual machine."""

    name: str
    uri: str
    is_machine: bool = False
    is_default: bool = False


def config_folder(environ: Mapping[str, str], home: Path) -> Path:
    named = environ.get("XDG_CONFIG_HOME", "")
    return (Path(named) if named else home / ".config") / "containers"


def connections(environ: Mapping[str, str], home: Path) -> list[Connection]:
    """All of them by name; what Podman 5 writes goes before what older ones wrote."""
    folder = config_folder(environ, home)
    named = environ.get("PODMAN_CONNECTIONS_CONF", "")
    new = Path(named) if named else folder / "podman-connections.json"
    conf = environ.get("CONTAINERS_CONF", "")
    old = Path(conf) if conf else folder / "containers.conf"
    found = {c.name: c for c in (*_of_toml(old), *_of_json(new))}
    return sorted(found.values(), key=lambda c: c.name)[:MOST_CONNECTIONS]


def _of_json(file: Path) -> Iterator[Connection]:
    try:
        document = json.loads(_bytes(file))
    except (OSError, ValueError, RecursionError):
        return
    saved = _table(document, "Connection")
    default = saved.get("Default")
    for name, entry in _table(saved, "Connections").items():
        uri = _table(entry).get("URI")
        if isinstance(uri, str) and uri:
            machine = _table(entry).get("IsMachine") is True
            yield Connection(name, uri, machine, is_default=name == default)


def _of_toml(file: Path) -> Iterator[Connection]:
    try:
        raw = _bytes(file)
    except OSError:
        return
    if b"service_destinations" not in raw:
        return  # the parser is not worth its import then
    import tomllib

    try:
        engine = _table(tomllib.loads(raw.decode()), "engine")
    except (ValueError, RecursionError):
        return
    default = engine.get("active_service")
    for name, entry in _table(engine, "service_destinations").items():
        uri = _table(entry).get("uri")
        if isinstance(uri, str) and uri:
            machine = _table(entry).get("is_machine") is True
            yield Connection(name, uri, machine, is_default=name == default)


def _table(document: Any, key: str = "") -> dict[str, Any]:
    found = document.get(key) if key and isinstance(document, dict) else document
    return found if isinstance(found, dict) else {}


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_MOST_BYTES)


# --- machines -----------------------------------------------------------------------------------


def machine_name(connection: Connection) -> str:
    return connection.name.removesuffix(_ROOT_SUFFIX)


def machine_urls(
    machine: str, environ: Mapping[str, str], home: Path, system: str, temporary: str
) -> list[str]:
    """Where its socket may be forwarded to, by version and system, likeliest first."""
    if system == "win32":
        pipe = machine if machine.startswith("podman") else f"podman-{machine}"
        return [f"npipe:////./pipe/{pipe}"]
    old = home / ".local" / "share" / "containers" / "podman" / "machine"
    runtime = temporary if system == "darwin" else environ.get("XDG_RUNTIME_DIR", temporary)
    places = [
        f"{runtime.rstrip('/')}/podman/{machine}-api.sock",
        *(str(old / folder / "podman.sock") for folder in (machine, "qemu", "")),
    ]
    return [f"unix://{place}" for place in places if os.path.lexists(place)]
