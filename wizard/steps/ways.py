"""The ways to a login, as this machine can go them."""

from __future__ import annotations

from wizard.core.dataclass import dataclass
from wizard.core.ports import Parts, WayIn
from wizard.core.prefix import Prefix


@dataclass(frozen=True, slots=True)
class WayHere:
    way: WayIn
    lacks: str = ""
    """The program that it needs and that is not on this machine."""


def ways_here(parts: Parts, prefix: Prefix) -> tuple[WayHere, ...]:
    """Those that can be gone at once come first, else in the provider's order."""
    ways = parts.provider(prefix.kind).ways_to(prefix.host)
    if parts.is_sandbox:
        # Other programs of this machine know nothing of a practice account.
        ways = tuple(way for way in ways if way.wants_secret)
    here = [WayHere(way, _lacks(parts, way)) for way in ways]
    return tuple(sorted(here, key=lambda one: bool(one.lacks)))


def _lacks(parts: Parts, way: WayIn) -> str:
    program = way.command.partition(" ")[0]
    return program if program and parts.outside.which(program) is None else ""
