"""Addresses of Docker engines, as DOCKER_HOST and contexts write them (engines.md 2.3, E21, 5.15).

Accepted is what the command line and the Python SDK both take, since users run both.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Final
from urllib.parse import urlsplit

from wizard.core.dataclass import dataclass
from wizard.core.text import clean

LOCAL_SCHEMES: Final = frozenset({"unix", "npipe"})
LONGEST_SOCKET: Final = 103 if sys.platform == "darwin" else 107
_USUAL_SOCKET: Final = "/var/run/docker.sock"
_HIGHEST_PORT: Final = 65535
_SSH_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
"""Never starts with a dash: ssh would take it for an option."""
_BARE = re.compile(r"(?=[^:]*[\d.-])\w[\w.-]*:\d+|\[[\da-fA-F:]+\]:\d+")
"""`10.0.0.7:2375`. The SDK takes a name of letters alone for a scheme (E21)."""


class InvalidHostError(ValueError):
    """The address cannot be used. `str()` says why, in plain words."""


@dataclass(frozen=True, slots=True)
class DockerHost:
    """An address, parsed. `url` is its one spelling, without any password."""

    scheme: str
    """`unix`, `npipe`, `tcp` or `ssh`."""
    url: str
    path: str = ""
    """Of the socket or pipe."""
    name: str = ""
    port: int = 0
    user: str = ""

    @property
    def is_local(self) -> bool:
        return self.scheme in LOCAL_SCHEMES


def parse_host(text: str, system: str) -> DockerHost:
    """Read one address; `system` is a value of `sys.platform`. Raises InvalidHostError."""
    address = text.strip()
    if not address:
        raise InvalidHostError("it holds nothing but spaces")
    scheme, separator, rest = address.partition("://")
    if not separator:
        if not _BARE.fullmatch(address):
            raise InvalidHostError("it has no unix://, tcp:// or ssh:// in front")
        scheme, rest, address = "tcp", address, f"tcp://{address}"
    if scheme == "unix":
        return _unix(rest)
    if scheme == "npipe":
        return _pipe(rest, system)
    if scheme in ("tcp", "ssh"):
        return _remote(scheme, address)
    raise InvalidHostError(f"docker knows no address that starts with {clean(scheme, 20)}://")


def _unix(rest: str) -> DockerHost:
    rest = rest or _USUAL_SOCKET  # so docker and its package both read a `unix://` alone
    if not rest.strip("/"):
        raise InvalidHostError("it names no socket")
    if rest.startswith(("~", "/~", "$", "/$")):
        raise InvalidHostError("`~` and `$` are not filled in there; write the whole path")
    if not rest.startswith("/"):
        # The SDK means /run/…, docker a path below the folder that it runs in (5.15).
        absolute = clean(f"unix:///{rest}", 80)
        raise InvalidHostError(f"such a path begins at the folder one is in; write {absolute}")
    path = "/" + rest.lstrip("/")
    if len(os.fsencode(path)) > LONGEST_SOCKET:
        raise InvalidHostError(f"a socket's path has at most {LONGEST_SOCKET} characters")
    return DockerHost("unix", f"unix://{path}", path=path)


def _pipe(rest: str, system: str) -> DockerHost:
    if system != "win32":
        raise InvalidHostError("named pipes (npipe://) exist only on Windows")
    path = "//" + rest.lstrip("/\\").replace("\\", "/")
    return DockerHost("npipe", f"npipe://{path}", path=path.replace("/", "\\"))


def _remote(scheme: str, address: str) -> DockerHost:
    try:
        parts = urlsplit(address)
        name, port = parts.hostname or "", parts.port or 0
    except ValueError:
        raise InvalidHostError("its host or port is malformed") from None
    if parts.query or parts.fragment:
        raise InvalidHostError("an address has no ? and no #")
    if any(character.isspace() or not character.isprintable() for character in address):
        raise InvalidHostError("it has spaces or unprintable characters inside")
    return (
        _ssh(parts.username or "", name, port, parts.path)
        if scheme == "ssh"
        else _tcp(name, port, parts.path)
    )


def _tcp(name: str, port: int, path: str) -> DockerHost:
    if path.strip("/"):
        raise InvalidHostError("it has a path after its port, and an engine has none")
    if not port and not name:
        raise InvalidHostError("it names no host")
    if not 0 < port <= _HIGHEST_PORT:
        raise InvalidHostError("it names no port; Docker's is 2375, with TLS 2376")
    name = name or "127.0.0.1"
    shown = f"[{name}]" if ":" in name else name
    return DockerHost("tcp", f"tcp://{shown}:{port}", name=name, port=port)


def _ssh(user: str, name: str, port: int, path: str) -> DockerHost:
    if path.strip("/"):
        raise InvalidHostError("the Python SDK takes no path after an ssh:// address")
    if not _SSH_NAME.fullmatch(name) or (user and not _SSH_NAME.fullmatch(user)):
        raise InvalidHostError("its user or host is malformed")
    at = f"{user}@" if user else ""
    colon = f":{port}" if port else ""
    return DockerHost("ssh", f"ssh://{at}{name}{colon}", name=name, port=port, user=user)
