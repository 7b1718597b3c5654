"""What helps with one Docker endpoint: by the rule that chose it, and by what is on this machine.

In place of the catalogue's list, which has to name every way there is: a service is no help where a
variable leads elsewhere, and a variable is not forgotten where none is set. Source: engines.md 4.8.
"""

from __future__ import annotations

import os
import shlex
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from wizard.causes.shell import unset
from wizard.core.actions import RUN
from wizard.core.diagnosis import Fault, Fix
from wizard.engines.docker_endpoints import (
    CERTIFICATES_VARIABLE,
    CONTEXT_VARIABLE,
    HOST_VARIABLE,
    TLS_VARIABLE,
    DockerEndpoint,
)
from wizard.engines.docker_fingerprints import Reply
from wizard.engines.docker_groups import group_name, waits_for_login
from wizard.engines.docker_start import has_daemon, restarts, starts

_LOOK_AGAIN: Final = Fix("Look again", command="registry-wizard doctor")
_WITHOUT_ROOT: Final = Fix(
    "Run Docker without root instead",
    command="dockerd-rootless-setuptool.sh install",
    url="https://docs.docker.com/engine/security/rootless/",
    system="linux",
)
_INSTALL: Final = Fix(
    "Install Docker Engine: only the docker command was found here",
    command="curl -fsSL https://get.docker.com | sudo sh",
    url="https://docs.docker.com/engine/install/",
    system="linux",
)
_WSL: Final = Fix(
    "Under WSL: start Docker Desktop, and switch this distribution on in Settings, Resources, WSL "
    "integration",
    url="https://docs.docker.com/desktop/features/wsl/",
    system="linux",
)


def fixes_at(
    endpoint: DockerEndpoint,
    reply: Reply,
    cause: str,
    home: Path,
    general: tuple[Fix, ...],
    *,
    system: str = sys.platform,
) -> tuple[Fix, ...]:
    """Best first. `general` are the catalogue's: used as they are for causes not known here."""
    find = _BY_CAUSE.get(cause)
    if find is None:
        return general
    own = tuple(find(endpoint, reply, home))
    if system == "linux":
        return own or general
    products = (f for f in general if f.system == system and not _is_way_back(f))
    known = {fix.command for fix in own}
    return (*own, *(fix for fix in products if fix.command not in known))


def way_back(endpoint: DockerEndpoint) -> Iterator[Fix]:
    """Away from this endpoint, by undoing what chose it."""
    by = endpoint.chosen_by
    if by.startswith("DOCKER_"):
        variable = HOST_VARIABLE if by == HOST_VARIABLE else CONTEXT_VARIABLE
        yield from unset(f"Forget {variable} in this shell", variable)
    elif by.startswith("context "):
        yield Fix("Go back to the default context", command="docker context use default")


def _is_way_back(fix: Fix) -> bool:
    return fix.command.startswith(("unset ", "Remove-Item", "docker context use"))


def _not_running(endpoint: DockerEndpoint, reply: Reply, home: Path) -> Iterator[Fix]:
    if reply.fault is Fault.INVALID:
        yield from _clear_away(endpoint)
    start = starts(endpoint, home)
    if start and not endpoint.product.start and not has_daemon():
        yield where_to_get(os.uname().release)
    yield from start
    yield from way_back(endpoint)
    yield _LOOK_AGAIN


def where_to_get(kernel: str) -> Fix:
    """The engine itself, where only its command is; `kernel` is as in `uname -r`."""
    return _WSL if "microsoft" in kernel.lower() else _INSTALL


def _clear_away(endpoint: DockerEndpoint) -> Iterator[Fix]:
    path = endpoint.host.path if endpoint.host else ""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - follows links
    except OSError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISFIFO(mode)):
        return
    sudo = "" if os.access(os.path.dirname(path), os.W_OK) else "sudo "  # noqa: PTH120
    program = "rmdir" if stat.S_ISDIR(mode) else "rm"
    yield Fix("Remove what lies in the socket's place", f"{sudo}{program} {shlex.quote(path)}")


def _denied(endpoint: DockerEndpoint, reply: Reply, home: Path) -> Iterator[Fix]:
    del reply, home
    try:
        seen = os.stat(endpoint.host.path if endpoint.host else "")  # noqa: PTH116
    except OSError:
        # A folder on the way is closed: no group opens that.
        yield from way_back(endpoint)
        yield _WITHOUT_ROOT
        return
    group = shlex.quote(group_name(seen.st_gid))
    if waits_for_login(seen.st_gid):
        yield Fix("Log out and in again: your membership counts from then on")
        yield Fix("Use the group in this shell only", f"newgrp {group}", system="linux")
    elif seen.st_gid != 0 and seen.st_mode & stat.S_IWGRP:
        title = f"Join the group {group}, then log out and in again"
        risk = "Whoever may use this socket can become root on this machine."
        yield Fix(title, f"sudo usermod -aG {group} $USER", system="linux", risk=risk)
    yield from way_back(endpoint)
    yield _WITHOUT_ROOT


def _not_answering(endpoint: DockerEndpoint, reply: Reply, home: Path) -> Iterator[Fix]:
    del reply
    yield Fix("Wait for half a minute, then look again", command="registry-wizard doctor")
    yield from restarts(endpoint, home)
    yield from way_back(endpoint)


def _invalid(endpoint: DockerEndpoint, reply: Reply, home: Path) -> Iterator[Fix]:
    del reply, home
    if endpoint.tls is not None and endpoint.tls.needs_authority:
        title = "Forget in this shell that TLS was asked for"
        yield from unset(title, TLS_VARIABLE, CERTIFICATES_VARIABLE)
    for fix in way_back(endpoint):
        # Nothing is lost with it: docker cannot use that context, nor go back to it.
        is_run = fix.command.startswith("docker ")
        changes = "docker and your SDK use the default context from now on"
        yield replace(fix, action=RUN, changes=changes) if is_run else fix
    if endpoint.damaged is not None:
        title = "Remove the damaged context: docker lists none while it is there"
        yield Fix(title, shlex.join(("rm", "-r", str(endpoint.damaged.parent))))
    elif "context" in endpoint.chosen_by.lower():
        yield Fix("List the contexts that exist", command="docker context ls")


def _unreachable(endpoint: DockerEndpoint, reply: Reply, home: Path) -> Iterator[Fix]:
    del reply, home
    host = endpoint.host
    if host is not None and host.scheme == "ssh":
        port = ("-p", str(host.port)) if host.port else ()
        at = f"{host.user}@{host.name}" if host.user else host.name
        asked = shlex.join(("ssh", "-T", *port, at, "docker", "version"))
        yield Fix("See what the other side says", command=asked)
    yield from way_back(endpoint)
    yield _LOOK_AGAIN


_BY_CAUSE: Final[dict[str, Callable[[DockerEndpoint, Reply, Path], Iterator[Fix]]]] = {
    "engine.not-running": _not_running,
    "engine.permission-denied": _denied,
    "engine.not-answering": _not_answering,
    "engine.endpoint-invalid": _invalid,
    "engine.endpoint-unreachable": _unreachable,
}
