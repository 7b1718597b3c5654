"""Where containerd may listen, and the command lines that lead into one elsewhere.

Reads files and stats paths, and connects to nothing. Source: engines.md 2.2 row 8 and 3.3.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Final

from wizard.core.actions import RUN
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix
from wizard.core.text import clean
from wizard.engines.services import has_systemd, has_unit, service

ADDRESS_VARIABLE: Final = "CONTAINERD_ADDRESS"
SYSTEM_SOCKET: Final = "/run/containerd/containerd.sock"
K3S_SOCKET: Final = "/run/k3s/containerd/containerd.sock"
NERDCTLS: Final = ("nerdctl", "finch", "nerdctl.lima")
"""nerdctl under the names that products give it; each takes the same arguments."""
_DOCKERS_OWN: Final = "/docker/containerd/"
_DOCKER_PROGRAMS: Final = ("/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd")
_PREFIX: Final = "unix://"
_MOST_DIGITS: Final = 20
_ROOT: Final = 0

_START_ROOTLESS: Final = Fix(
    "Start containerd for your user",
    command="systemctl --user start containerd",
    action="run",
    system="linux",
    changes="containerd runs for your user until you log out",
    inverse="systemctl --user stop containerd",
)


MACHINES: Final = {
    "finch": Fix("Start Finch's machine", command="finch vm start", action="run"),
    "nerdctl.lima": Fix("Start Lima's machine", command="limactl start default", action="run"),
}
"""The command lines that lead into a machine, and how that is started."""


@dataclass(frozen=True, slots=True)
class Place:
    """One socket at which a containerd may answer."""

    path: str
    title: str = "containerd"
    named_by: str = ""
    is_rootless: bool = False
    start: Fix = field(default_factory=lambda: _start())  # noqa: PLW0108 - it stands below

    @property
    def endpoint(self) -> str:
        return f"{_PREFIX}{self.path}"

    @property
    def is_dockers(self) -> bool:
        """Inside Docker's own folder: what lies there is Docker's business only."""
        return _DOCKERS_OWN in self.path


def socket_of(endpoint: str) -> str:
    """The path behind `unix://…`; empty for a command line that leads into a machine."""
    return endpoint.removeprefix(_PREFIX) if endpoint.startswith(_PREFIX) else ""


def places(environ: Mapping[str, str], system: str, user_id: int) -> tuple[Place, ...]:
    """The named one, or all the usual ones on Linux; elsewhere containerd is in a machine."""
    return tuple(_each_once(_all(environ, system, user_id)))


def _all(environ: Mapping[str, str], system: str, user_id: int) -> Iterator[Place]:
    if named := environ.get(ADDRESS_VARIABLE, ""):
        path = clean(named.removeprefix(_PREFIX), 200)
        yield Place(path, named_by=ADDRESS_VARIABLE)
        return  # ctr and nerdctl look nowhere else then
    if system != "linux":
        return
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    for folder in dict.fromkeys((runtime, f"/run/user/{user_id}")):
        if path := _rootless(Path(folder)) if folder.startswith("/") else "":
            yield Place(path, "containerd (rootless)", is_rootless=True, start=_START_ROOTLESS)
    yield Place(SYSTEM_SOCKET)
    k3s = Fix("Start k3s", command=service("start", "k3s"), system="linux")
    yield Place(K3S_SOCKET, "containerd of k3s", start=k3s)


def _rootless(runtime: Path) -> str:
    """Where RootlessKit's child has its /run, as nerdctl finds it."""
    try:
        with (runtime / "containerd-rootless" / "child_pid").open() as file:
            number = file.read(_MOST_DIGITS).strip()
    except (OSError, ValueError):
        return ""
    return f"/proc/{number}/root{SYSTEM_SOCKET}" if number.isdecimal() else ""


def _each_once(found: Iterator[Place]) -> Iterator[Place]:
    seen: set[object] = set()
    for place in found:
        try:
            status = os.stat(place.path)  # noqa: PTH116 - follows links
            key: object = (status.st_dev, status.st_ino)
        except (OSError, ValueError):
            key = place.path
        if key not in seen:
            seen.add(key)
            yield place


def _start() -> Fix:
    is_ours = has_systemd() and has_unit("containerd")
    return Fix(
        "Start containerd",
        command=service("enable --now", "containerd"),
        action=RUN if is_ours else "",
        system="linux",
        changes="containerd runs now and after every start of this machine",
        inverse=service("disable --now", "containerd") if is_ours else "",
    )


def start_of(program: str, which: Callable[[str], str | None]) -> Fix | None:
    """What starts the containerd behind a nerdctl; None where its own row tells that already."""
    if program in MACHINES:
        return MACHINES[program]
    if which("rdctl"):
        return Fix("Start Rancher Desktop", command="rdctl start", action="run")
    return None if is_installed(which) else _start()


def has_docker(which: Callable[[str], str | None]) -> bool:
    """Docker brings a containerd along; nobody installed that one for its own sake."""
    return which("dockerd") is not None or any(
        os.path.exists(program)  # noqa: PTH110 - never raises
        for program in _DOCKER_PROGRAMS
    )


def is_installed(which: Callable[[str], str | None]) -> bool:
    return any(which(program) for program in ("containerd", "k3s"))


def nerdctl_of(which: Callable[[str], str | None]) -> str:
    """The name of the nerdctl that is on PATH; empty without one."""
    return next((program for program in NERDCTLS if which(program)), "")


def reaches(place: Place, user_id: int) -> bool:
    """Is it the one that this user's nerdctl goes into? For root the system's, else rootless."""
    return bool(place.named_by) or place.is_rootless or user_id == _ROOT
