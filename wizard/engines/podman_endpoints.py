"""Every place where Podman may be had here: its own command, sockets, machines, connections.

Reads files and stats paths, and connects to nothing. Source: engines.md 2.2 and 3.2.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix
from wizard.core.text import clean
from wizard.engines.docker_endpoints import DockerEndpoint
from wizard.engines.docker_endpoints import candidates as of_docker
from wizard.engines.docker_hosts import InvalidHostError, parse_host
from wizard.engines.podman_connections import (
    Connection,
    connections,
    machine_name,
    machine_urls,
)
from wizard.engines.podman_fixes import start_machine

HOST_VARIABLE: Final = "CONTAINER_HOST"
CONNECTION_VARIABLE: Final = "CONTAINER_CONNECTION"
COMMAND: Final = "podman"
"""The address of Podman's own command in rows: it needs no socket."""
SYSTEM_SOCKET: Final = "/run/podman/podman.sock"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,120}")
"""What goes into a command: never an option, never two words."""


@dataclass(frozen=True, slots=True)
class Place:
    """The machine and the user that places depend upon. `system` is as in `sys.platform`."""

    environ: Mapping[str, str]
    home: Path
    system: str
    user_id: int
    temporary: str
    """The system's folder for temporary files."""


@dataclass(frozen=True, slots=True)
class PodmanEndpoint:
    """One place under all its names."""

    shown: str
    names: tuple[str, ...]
    socket: DockerEndpoint | None = None
    """Where its Docker-like API is; None where only the command leads there, by ssh."""
    arguments: tuple[str, ...] = ()
    """What leads the command there: `--connection NAME`; empty where it goes by itself."""
    is_own: bool = False
    """The engine that the command itself is: no socket is needed for it."""
    kind: str = ""
    """`rootful`, `machine NAME`, `connection NAME`: told in the title."""
    machine: str = ""
    chosen_by: str = ""
    is_expected: bool = True
    trouble: str = ""
    start: Fix | None = None
    shown_by: str = ""


def candidates(place: Place) -> list[PodmanEndpoint]:
    """All of them, each once; at most one is what the command uses by itself."""
    saved = [c for c in connections(place.environ, place.home) if _NAME.fullmatch(c.name)]
    found = [
        *_by_variable(place, saved),
        *_usual(place),
        *(_of_connection(c, place) for c in saved),
    ]
    merged: dict[object, PodmanEndpoint] = {}
    for endpoint in found:
        key = _identity(endpoint)
        merged[key] = _together(merged[key], endpoint) if key in merged else endpoint
    docker = {_socket_key(e) for e in _dockers(place)}
    return [_marked(endpoint, docker) for endpoint in _chosen(place, saved, merged)]


def _by_variable(place: Place, saved: list[Connection]) -> Iterator[PodmanEndpoint]:
    named = place.environ.get(CONNECTION_VARIABLE, "")
    if uri := place.environ.get(HOST_VARIABLE, ""):
        yield replace(_of_uri(uri, HOST_VARIABLE, place.system), arguments=("--remote",))
    elif named and named not in {connection.name for connection in saved}:
        # Podman goes to a socket of its own choice then, and never works by itself (seen, 4.3).
        shown = f"{CONNECTION_VARIABLE}={clean(named, 80)}"
        words = "Podman knows no connection of that name"
        yield PodmanEndpoint(shown, (f"connection {named}",), trouble=words)


def own_socket(place: Place) -> str:
    """Where the service of this very user listens, running or not (engines.md 2.2 row 7)."""
    if place.user_id == 0:
        return SYSTEM_SOCKET
    runtime = place.environ.get("XDG_RUNTIME_DIR", "")
    if not runtime.startswith("/"):
        runtime = f"/run/user/{place.user_id}"
        if not os.path.isdir(runtime):  # noqa: PTH112 - never raises
            runtime = f"{place.temporary.rstrip('/')}/podman-run-{place.user_id}"
    return f"{runtime.rstrip('/')}/podman/podman.sock"


def _usual(place: Place) -> Iterator[PodmanEndpoint]:
    if place.system != "linux":
        return
    own = own_socket(place)
    yield replace(_of_uri(f"unix://{own}", own, place.system), is_own=True, is_expected=False)
    if own != SYSTEM_SOCKET:
        endpoint = _of_uri(f"unix://{SYSTEM_SOCKET}", SYSTEM_SOCKET, place.system)
        yield replace(endpoint, kind="rootful", is_expected=False)


def _of_connection(saved: Connection, place: Place) -> PodmanEndpoint:
    name = f"connection {saved.name}"
    if saved.is_machine:
        endpoint = _of_machine(saved, name, place)
    else:
        endpoint = replace(_of_uri(saved.uri, name, place.system), kind=name)
    return replace(endpoint, arguments=("--connection", saved.name))


def _of_machine(saved: Connection, name: str, place: Place) -> PodmanEndpoint:
    """By the socket that it forwards to this machine; by ssh where none can be seen."""
    machine = machine_name(saved)
    urls = machine_urls(machine, place.environ, place.home, place.system, place.temporary)
    endpoint = _of_uri(urls[0] if urls else saved.uri, name, place.system)
    start = start_machine(machine)
    return replace(endpoint, kind=f"machine {machine}", machine=machine, start=start)


def _of_uri(uri: str, name: str, system: str) -> PodmanEndpoint:
    if uri.startswith("ssh://"):
        return _by_ssh(uri, name)
    try:
        if uri.strip().lower() == "unix://":  # docker's usual socket to docker, and not to Podman
            raise InvalidHostError("it names no socket")
        host = parse_host(uri, system)
    except InvalidHostError as error:
        return PodmanEndpoint(f"{name}={clean(uri, 80)}", (name,), trouble=str(error))
    return PodmanEndpoint(host.url, (name,), DockerEndpoint(host.url, host, (name,)))


def _by_ssh(uri: str, name: str) -> PodmanEndpoint:
    """Shown without any password; the command reads the whole address by itself."""
    try:
        parts = urlsplit(uri)
        at = f"{parts.username}@" if parts.username else ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return PodmanEndpoint(name, (name,), trouble="its host or port is malformed")
    return PodmanEndpoint(clean(f"ssh://{at}{parts.hostname}{port}{parts.path}", 160), (name,))


def _chosen(
    place: Place, saved: list[Connection], found: Mapping[object, PodmanEndpoint]
) -> list[PodmanEndpoint]:
    """Mark the one that `podman` without options uses: podman(1), the options for remotes."""
    named = place.environ.get(CONNECTION_VARIABLE, "")
    default = next((c.name for c in saved if c.is_default), "")
    if place.environ.get(HOST_VARIABLE):
        by, name = HOST_VARIABLE, HOST_VARIABLE
    elif named:
        by, name = f"{CONNECTION_VARIABLE}={clean(named, 80)}", f"connection {named}"
    elif place.system != "linux":
        by, name = f"connection {default}", f"connection {default}"
    else:
        by, name = "default", own_socket(place)
    return [replace(e, chosen_by=by) if name in e.names else e for e in found.values()]


# --- each once --------------------------------------------------------------------------------


def _identity(endpoint: PodmanEndpoint) -> object:
    # A machine's two connections end at the one socket that it forwards.
    return _socket_key(endpoint.socket) or endpoint.machine or endpoint.shown


def _socket_key(endpoint: DockerEndpoint | None) -> object:
    if endpoint is None or endpoint.host is None:
        return None
    try:
        seen = os.stat(endpoint.host.path or "")  # noqa: PTH116 - follows links
    except (OSError, ValueError):
        return endpoint.shown
    return (seen.st_dev, seen.st_ino)


def _together(first: PodmanEndpoint, other: PodmanEndpoint) -> PodmanEndpoint:
    return replace(
        first,
        names=tuple(dict.fromkeys((*first.names, *other.names))),
        is_own=first.is_own or other.is_own,
        kind=first.kind or other.kind,
        machine=first.machine or other.machine,
        start=first.start or other.start,
        is_expected=first.is_expected or other.is_expected,
    )


def _dockers(place: Place) -> list[DockerEndpoint]:
    """What docker's own settings name: the Docker engine shows those."""
    found = of_docker(place.environ, place.home, place.system, place.user_id)
    return [endpoint for endpoint in found if endpoint.host is not None]


def _marked(endpoint: PodmanEndpoint, docker: set[object]) -> PodmanEndpoint:
    is_theirs = endpoint.socket is not None and _socket_key(endpoint.socket) in docker
    return replace(endpoint, shown_by="docker") if is_theirs else endpoint
