"""Secrets live in one type that cannot be printed."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Final, NoReturn

from wizard.core.dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime


class Secret:
    """A password or token. Only `reveal` gives it, and only clients call `reveal`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def matches(self, pattern: re.Pattern[str]) -> bool:
        """Does all of it have this form? Tells the kind of a token without revealing it."""
        return pattern.fullmatch(self._value) is not None

    def bare(self) -> Secret:
        """Without white space or quotes around it, which no token has; mostly the same."""
        return Secret(self._value.strip().strip("\"'").strip())

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac

        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        # Pickling, copying and json.dumps(default=...) are ways out that nobody means to take.
        raise TypeError("a secret is not copied or serialised")


@dataclass(frozen=True, slots=True)
class Credential:
    """A user name and its secret, for one registry."""

    username: str
    secret: Secret
    origin: str = field(default="", compare=False)
    """Names the session it came from to its registry's provider: `profile:dev`; empty: pasted."""
    expires: datetime | None = field(default=None, compare=False)
    """Aware; None: it does not, or nobody says."""


class Anonymous:
    """No credential, as a value: what a cluster without a pull secret has."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANONYMOUS"


ANONYMOUS: Final = Anonymous()

AnyCredential = Credential | Anonymous
