"""Where a registry may send us on: redirects, and the Location of an upload.

Source: credentials.md 4.3 rows 18 to 20.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit, urlunsplit

from wizard.clients.addresses import is_inner


class ForbiddenHopError(ValueError):
    """We do not go there. `str()` says why, in words of ours and the uncleaned host."""


def next_hop(base_url: str, url: str, location: str) -> str:
    """The absolute target of `location`, as given in the answer to `url`. Pure.

    Raises ForbiddenHopError for what is no address, gives up encryption, or leads inside.
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
        if host != base.hostname:
            raise ForbiddenHopError(f"it leads to {host} without encryption")
        # A proxy that ends TLS in front of the registry, and a registry that does not know.
        return urlunsplit(("https", base.netloc, there.path, there.query, ""))
    return target
