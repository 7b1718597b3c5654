"""Where a registry may send us on: redirects, and the Location of an upload.

Source: credentials.md 4.3 rows 18 to 20.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from wizard.clients.addresses import is_inner
from wizard.core.diagnosis import Fix

SAY_HTTPS = Fix(
    "Let the proxy before the registry send X-Forwarded-Proto: https, or set http.host in the "
    "registry's configuration: it names addresses without encryption",
    ask="whoever runs the registry",
)


class ForbiddenHopError(ValueError):
    """We do not go there. `str()` says why, in words of ours and the uncleaned host."""


class PlainHopError(ForbiddenHopError):
    """It gives up encryption. Docker and Podman go there, and fail or show the login."""


def next_hop(base_url: str, url: str, location: str) -> str:
    """The absolute target of `location`, as given in the answer to `url`. Pure.

    Raises ForbiddenHopError for what is no address, gives up encryption, or leads inside. Also on
    the registry's own host: behind a proxy that ends TLS a registry may not know that it should
    say https, and docker, which believes it, cannot push (seen).
    """
    try:
        target = urljoin(url, location.strip()).partition("#")[0]
        there = urlsplit(target)
        host, _ = there.hostname or "", there.port
    except ValueError:
        raise ForbiddenHopError("it leads to no address") from None
    base = urlsplit(base_url)
    if not location or not host or there.scheme not in ("http", "https"):
        raise ForbiddenHopError("it leads to no address")
    if is_inner(host) and not is_inner(base.hostname or ""):
        raise ForbiddenHopError(f"it leads to {host}, inside a private network")
    if there.scheme == "http" and base.scheme == "https":
        raise PlainHopError(f"it leads to http://{there.netloc}, without encryption")
    return target
