"""What switches Podman's socket or machine on: commands that the wizard can run after consent.

Source: engines.md 3.2 and 4.8; seen with Podman 4.3.1 without systemd.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from wizard.core.diagnosis import Fix

SYSTEMD: Final = "/run/systemd/system"
"""There where systemd is the first process (sd_booted(3))."""
_RISK: Final = "Every program of yours can then use Podman through the socket."


def start_socket(*, is_root: bool, systemd: str = SYSTEMD) -> Fix:
    """Serve Podman's API at its usual socket."""
    if not os.path.isdir(systemd):  # noqa: PTH112 - never raises
        return Fix(
            "Serve Podman's socket until the next restart of this machine",
            # A session of its own: it stays when the wizard ends. Quiet, since nobody listens then.
            command="setsid --fork podman --log-level=fatal system service --time=0",
            action="run",
            system="linux",
            changes="podman runs in the background and answers at its socket.",
            risk=_RISK,
        )
    user = "" if is_root else "--user "
    return Fix(
        "Switch on Podman's socket; systemd starts Podman when somebody asks there",
        command=f"systemctl {user}enable --now podman.socket",
        action="run",
        system="linux",
        changes="podman.socket is started now and with every login."
        if user
        else "podman.socket is started now and with this machine.",
        risk=_RISK,
        inverse=f"systemctl {user}disable --now podman.socket",
    )


def start_machine(name: str) -> Fix:
    """A virtual machine that exists and is off. `name` is one that Podman itself stored."""
    return Fix(
        f"Start the Podman machine {name}",
        command=f"podman machine start {name}",
        action="run",
        changes="Podman's virtual machine runs, with its memory and its processors.",
        inverse=f"podman machine stop {name}",
    )


def make_machine() -> Fix:
    return Fix(
        "Make a Podman machine and start it",
        command="podman machine init --now",
        action="run",
        changes="Podman downloads the system of its virtual machine, about 1 GB, and starts it.",
        inverse="podman machine rm --force",
    )


def restart(machine: str, *, is_root: bool, systemd: str = SYSTEMD) -> Fix | None:
    """For a service that takes connections and says nothing. None where nothing watches over it."""
    if machine:
        return Fix(
            f"Restart the Podman machine {machine}",
            command=f"podman machine stop {machine} && podman machine start {machine}",
        )
    if not os.path.isdir(systemd):  # noqa: PTH112 - never raises
        return None
    user = "" if is_root else "--user "
    return Fix(
        "Restart Podman's service",
        command=f"systemctl {user}restart podman.socket podman.service",
        system="linux",
    )


def way_back(chosen_by: str) -> Iterator[Fix]:
    """To where Podman goes by itself, by undoing what chose this endpoint."""
    from wizard.causes.shell import unset

    variable = chosen_by.partition("=")[0]
    if variable.startswith("CONTAINER_"):
        yield from unset(f"Forget {variable} in this shell", variable)
    elif chosen_by.startswith("connection "):
        yield Fix("See the connections that Podman knows", command="podman system connection list")


LOOK_AGAIN: Final = Fix("Look again", command="registry-wizard doctor --engine podman")
OWN_INSTEAD: Final = Fix(
    "Use your own Podman, which works without root",
    command="env -u CONTAINER_HOST podman info",
    system="linux",
)
