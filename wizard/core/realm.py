"""May logins be sent to this token service, if the user says that it is theirs? Pure."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

OPTION: Final = "--trust-realm"
_LONGEST: Final = 2048
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def wrong_realm(typed: str) -> str:
    """Why not: it has to be an address that keeps a login from others. Empty when they may."""
    try:
        url = urlsplit(typed.strip())
        host, _ = url.hostname or "", url.port
    except ValueError:
        return "that is no address"
    if url.scheme != "https" and not (url.scheme == "http" and host in _LOOPBACK):
        return "only an https:// address is safe for a login"
    if not host or url.username or url.query or url.fragment or len(typed) > _LONGEST:
        return "give it as in the report, https://HOST/PATH and no more"
    return ""


def realm_in(command: str) -> str:
    """The one that `registry-wizard … --trust-realm URL` trusts; empty where it must not be."""
    words = command.split()
    url = words[words.index(OPTION) + 1] if OPTION in words[:-1] else ""
    return "" if wrong_realm(url) else url
