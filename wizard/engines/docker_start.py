"""What starts the engine that is off, here: only what this system knows is done by the wizard.

Source: engines.md 4.8.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from wizard.core.actions import RUN
from wizard.core.diagnosis import Fix
from wizard.engines.docker_endpoints import DockerEndpoint
from wizard.engines.docker_products import SYSTEM_SOCKET
from wizard.engines.services import ROOT, has_systemd, has_unit, service

_SERVICE: Final = "docker"
_APPLICATION: Final = "Applications/Docker.app"
_DAEMONS: Final = (
    "usr/bin/dockerd",
    "usr/sbin/dockerd",
    "usr/local/bin/dockerd",
    "usr/local/sbin/dockerd",
    "snap/docker",
    "etc/init.d/docker",
)
_AGAIN: Final = (
    ("systemctl enable --now ", "systemctl restart "),
    ("systemctl --user start ", "systemctl --user restart "),
    ("service docker start", "service docker restart"),
    ("colima start ", "colima restart "),
)


def starts(
    endpoint: DockerEndpoint,
    home: Path,
    *,
    system: str = sys.platform,
    user_id: int | None = None,
    root: Path = ROOT,
) -> tuple[Fix, ...]:
    """Best first. With `action` only where the command is known to be there."""
    own = endpoint.product.start
    if own is not None:
        is_there = endpoint.product.is_installed() or (
            has_systemd(root) and _is_there(home / f".config/systemd/user/{_SERVICE}.service")
        )
        return (
            replace(
                own,
                action=RUN if is_there else "",
                changes=f"{own.title}: it runs",
                inverse=_stop(own.command),
            ),
        )
    if system == "linux" and _is_systems(endpoint):
        return (_service(root, user_id),)
    if system == "darwin" and _is_there(root / _APPLICATION):
        return (
            Fix(
                "Start Docker Desktop",
                command="open -a Docker",
                action=RUN,
                system="darwin",
                changes="Docker Desktop runs; its first start takes a minute",
            ),
        )
    return ()


def restarts(
    endpoint: DockerEndpoint,
    home: Path,
    *,
    system: str = sys.platform,
    user_id: int | None = None,
    root: Path = ROOT,
) -> tuple[Fix, ...]:
    """For an engine that takes connections and says nothing."""
    start = starts(endpoint, home, system=system, user_id=user_id, root=root)
    command = start[0].command if start else ""
    for begins, again in _AGAIN:
        if begins in command:
            command = command.replace(begins, again)
            return (Fix(start[0].title.replace("Start", "Restart"), command, system=system),)
    return ()


def _stop(command: str) -> str:
    """What takes it back; nothing does for an application of macOS."""
    return command.replace(" start ", " stop ") if " start " in command else ""


def has_daemon(root: Path = ROOT) -> bool:
    """Can the engine itself be here, not only the command that talks to it?"""
    return has_unit(_SERVICE, root) or any(_is_there(root / place) for place in _DAEMONS)


def _service(root: Path, user_id: int | None) -> Fix:
    command = service("enable --now", _SERVICE, user_id=user_id, root=root)
    if not has_systemd(root):
        # What starts it then is the image's or the distribution's own affair: its script may say
        # that all is well, and the daemon ends a second later.
        return Fix("Start Docker", command=command, system="linux")
    return Fix(
        "Start Docker, now and with the machine",
        command=command,
        action=RUN if has_unit(_SERVICE, root) else "",
        system="linux",
        changes="the service docker runs, and starts with the machine from now on",
        inverse=service("disable --now", _SERVICE, user_id=user_id, root=root),
    )


def _is_systems(endpoint: DockerEndpoint) -> bool:
    """The engine of the whole machine, not one that a setting of the user leads to."""
    usual = (SYSTEM_SOCKET, SYSTEM_SOCKET.removeprefix("/var"))
    return endpoint.host is not None and endpoint.host.path in usual


def _is_there(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - never raises
