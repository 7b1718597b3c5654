"""Which hosts lie inside: a server outside must not send us there (credentials.md 4.3 row 20)."""

from __future__ import annotations

import ipaddress
from typing import Final

_INNER_NAMES: Final = frozenset({"localhost", "metadata", "metadata.google.internal"})
_CARRIER_NAT: Final = ipaddress.ip_network("100.64.0.0/10")
MOST_OCTETS: Final = 4


def is_inner(host: str) -> bool:
    """Loopback, private, link-local and the like, as a literal or a name known for it.

    Names that merely resolve to such an address are not looked up: behind a proxy we cannot.
    """
    name = host.strip("[]").rstrip(".").lower().partition("%")[0]
    if name in _INNER_NAMES or name.endswith((".localhost", ".internal")):
        return True
    address = _address(name)
    return address is not None and _is_inner_address(address)


def is_loopback(host: str) -> bool:
    name = host.strip("[]").rstrip(".").lower()
    address = _address(name)
    return name == "localhost" or (address is not None and address.is_loopback)


def _is_inner_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is not None:
            return _is_inner_address(inside)
    elif address in _CARRIER_NAT:
        return True
    return not address.is_global or address.is_multicast


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return _old_notation(name)


def _old_notation(name: str) -> ipaddress.IPv4Address | None:
    """`2130706433`, `0x7f.1` and `0177.0.0.1`, which the system's resolver takes for 127.0.0.1."""
    parts = name.split(".")
    if len(parts) > MOST_OCTETS or not all(part and part[0].isdigit() for part in parts):
        return None
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return None
    *front, last = numbers
    value = last
    for place, number in enumerate(front):
        value |= number << (8 * (3 - place))
    in_bounds = all(n < 1 << 8 for n in front) and last < 1 << (8 * (4 - len(front)))
    return ipaddress.IPv4Address(value) if in_bounds else None


def _number(text: str) -> int:
    if text.startswith("0x"):
        return int(text, 16)
    return int(text, 8 if text.startswith("0") and text != "0" else 10)
