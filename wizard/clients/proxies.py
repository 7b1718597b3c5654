"""Which proxy a request goes through, from the environment (credentials.md 5.3).

Read here instead of by httpx, whose constructor raises on values that other tools take, and which
takes CIDR blocks for names. A bad variable is left out and named.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from wizard.core.dataclass import dataclass

_VARIABLES = {"http": "HTTP_PROXY", "https": "HTTPS_PROXY", "all": "ALL_PROXY"}

_SCHEMES = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True)
class Proxies:
    by_scheme: Mapping[str, str]
    """`http`, `https` or `all` to a proxy's URL, which may hold a password."""
    bypassed: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    """Variables that could not be used, each with the reason: sentences to show."""

    def choose(self, scheme: str, host: str, port: int) -> str | None:
        """The proxy for one origin, or None for a direct connection."""
        if any(_bypasses(entry, host.strip("[]").lower(), port) for entry in self.bypassed):
            return None
        return self.by_scheme.get(scheme) or self.by_scheme.get("all")


def read_proxies(environ: Mapping[str, str]) -> Proxies:
    by_scheme: dict[str, str] = {}
    ignored = []
    for scheme, variable in _VARIABLES.items():
        # Lower case first, as curl, Go and requests do.
        name = variable.lower() if environ.get(variable.lower()) else variable
        value = environ.get(name, "").strip()
        if not value:
            continue
        try:
            by_scheme[scheme] = _proxy_url(value)
        except ValueError as error:
            ignored.append(f"{name} is ignored: {error}")
    no_proxy = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    bypassed = tuple(entry.strip().lower() for entry in no_proxy.split(",") if entry.strip())
    if not by_scheme and not ignored and sys.platform in ("darwin", "win32"):
        return Proxies(_system_proxies(), bypassed)
    return Proxies(by_scheme, bypassed, tuple(ignored))


def _proxy_url(value: str) -> str:
    url = value if "://" in value else f"http://{value}"
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        raise ValueError(f"{parts.scheme} proxies are not supported, only {', '.join(_SCHEMES)}")
    try:
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        # The value is not shown: it may hold a password.
        raise ValueError("it is not the address of a proxy")
    return url


def _system_proxies() -> dict[str, str]:  # pragma: no cover - macOS and Windows settings
    from urllib.request import getproxies

    found = {}
    for scheme, value in getproxies().items():
        if scheme in _VARIABLES:
            try:
                found[scheme] = _proxy_url(value)
            except ValueError:
                continue
    return found


def _bypasses(entry: str, host: str, port: int) -> bool:
    """`*`, `example.com` with what is below it, `.example.com` only below, CIDR, `host:port`."""
    if entry == "*":
        return True
    entry = entry.partition("://")[2] or entry
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
