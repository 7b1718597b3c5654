"""Which proxy a request goes through, from the environment (credentials.md 5.3).

Read as Go's programs read it (golang.org/x/net/http/httpproxy), for docker, podman and skopeo are
such: upper case before lower case, no ALL_PROXY, loopback always direct. What is no URL of a kind
that Go knows, it takes for a host by that name, so that every request fails; and what is no URL
even then, it passes over (seen). httpx would differ in all of that.
"""

from __future__ import annotations

import ipaddress
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import field
from urllib.parse import urlsplit

from wizard.clients.addresses import is_loopback
from wizard.core.dataclass import dataclass

_VARIABLES = {"http": "HTTP_PROXY", "https": "HTTPS_PROXY"}
_FOR_ALL = "ALL_PROXY"
_FOR_THE_REST = "{name} is ignored, as docker, podman and skopeo ignore it; they read HTTPS_PROXY"
_NO_URL = "{name} is ignored, as docker, podman and skopeo ignore it: it is no address at all"
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEMES = ("http", "https", "socks5", "socks5h")


class UnusableProxyError(ValueError):
    """No request can go out. `str()` says why, and holds nothing of the value."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} does not hold the address of a proxy")
        self.name = name


@dataclass(frozen=True)
class Proxies:
    by_scheme: Mapping[str, str]
    """`http` or `https` to a proxy's URL, which may hold a password."""
    bypassed: tuple[str, ...] = ()
    unusable: Mapping[str, str] = field(default_factory=dict)
    """The same to the variable whose value is no address."""
    ignored: tuple[str, ...] = ()
    """Variables that could not be used, each with the reason: sentences to show."""

    def choose(self, scheme: str, host: str, port: int) -> str | None:
        """The proxy for one origin, or None for a direct connection.

        Raises UnusableProxyError.
        """
        name = host.strip("[]").lower()
        if is_loopback(name) or any(_bypasses(entry, name, port) for entry in self.bypassed):
            return None
        if scheme in self.unusable:
            raise UnusableProxyError(self.unusable[scheme])
        return self.by_scheme.get(scheme)


def read_proxies(environ: Mapping[str, str]) -> Proxies:
    by_scheme: dict[str, str] = {}
    unusable: dict[str, str] = {}
    ignored: list[str] = []
    for scheme, variable in _VARIABLES.items():
        name = _set_one(environ, variable)
        if not name:
            continue
        if _is_passed_over(environ[name].strip()):
            ignored.append(_NO_URL.format(name=name))
            continue
        try:
            by_scheme[scheme] = _proxy_url(environ[name].strip())
        except ValueError:
            unusable[scheme] = name
    for_all = _set_one(environ, _FOR_ALL)
    is_left_out = bool(for_all) and "https" not in by_scheme and "https" not in unusable
    if is_left_out:
        ignored.append(_FOR_THE_REST.format(name=for_all))
    exceptions = environ.get(_set_one(environ, "NO_PROXY"), "")
    bypassed = tuple(entry.strip().lower() for entry in exceptions.split(",") if entry.strip())
    if not by_scheme and not unusable and sys.platform in ("darwin", "win32"):
        return Proxies(_system_proxies(), bypassed, ignored=tuple(ignored))
    return Proxies(by_scheme, bypassed, unusable, tuple(ignored))


def _set_one(environ: Mapping[str, str], variable: str) -> str:
    """The variable's name, in upper or lower case, if it is set to anything."""
    names = (variable, variable.lower())
    return next((name for name in names if environ.get(name, "").strip()), "")


def _proxy_url(value: str) -> str:
    """Raises ValueError for what leads nowhere."""
    url = value if "://" in value else f"http://{value}"
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.port == 0:
        raise ValueError("it is not the address of a proxy")
    return url


def _is_passed_over(value: str) -> bool:
    """No URL in any way, so that Go goes on without it: a `%` that encodes nothing, or a blank."""
    return _BAD_ESCAPE.search(value) is not None or " " in value


def _system_proxies() -> dict[str, str]:  # pragma: no cover - macOS and Windows settings
    from urllib.request import getproxies

    found = {}
    for scheme, value in getproxies().items():
        if scheme in _VARIABLES:
            with suppress(ValueError):
                found[scheme] = _proxy_url(value)
    return found


def _bypasses(entry: str, host: str, port: int) -> bool:
    """`*`, `example.com` with what is below it, `.example.com` only below, CIDR, `host:port`."""
    if entry == "*":
        return True
    name, entry_port = _split_port(entry)
    if entry_port and entry_port != str(port):
        return False
    network = _network(name)
    if network is not None:
        try:
            return ipaddress.ip_address(host) in network
        except ValueError:
            return False
    bare = name.removeprefix("*")
    if bare.startswith("."):
        return host.endswith(bare)
    return host == bare or host.endswith(f".{bare}")


def _split_port(entry: str) -> tuple[str, str]:
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        return name, rest.removeprefix(":")
    name, colon, port = entry.rpartition(":")
    return (name, port) if colon and ":" not in name and port.isdigit() else (entry, "")


def _network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(name, strict=False)
    except ValueError:
        return None
