"""Short-lived registry tokens. Opaque, so that nobody learns to read a grant out of them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LIFETIME_S: Final = 300.0
_MOST_TOKENS = 5000


@dataclass(frozen=True)
class Granted:
    login: str
    """Empty for an anonymous token."""
    actions: Mapping[str, frozenset[str]]
    """Repository to `pull`, `push`, `delete`."""
    secret: str = ""
    """The credential it was made from: what that may do is looked up again at each request."""
    expires: float = 0.0
    """By the monotonic clock."""

    def allows(self, repository: str, action: str) -> bool:
        return action in self.actions.get(repository, frozenset())


class TokenBook:
    """The tokens that one token service has given out."""

    def __init__(self) -> None:
        self._granted: dict[str, Granted] = {}

    def issue(self, login: str, actions: Mapping[str, frozenset[str]], secret: str = "") -> str:
        while len(self._granted) >= _MOST_TOKENS:
            del self._granted[next(iter(self._granted))]
        token = f"practice-{secrets.token_urlsafe(24)}"
        expires = time.monotonic() + LIFETIME_S
        self._granted[token] = Granted(login, actions, secret, expires)
        return token

    def find(self, token: str) -> Granted | None:
        """None for a token that was never given out or has run out."""
        found = self._granted.get(token)
        return found if found is not None and time.monotonic() < found.expires else None


def read_scopes(asked: list[str]) -> dict[str, frozenset[str]]:
    """`repository:NAME:pull,push`, any number of them, also several in one value (8.3)."""
    read: dict[str, frozenset[str]] = {}
    for scope in " ".join(asked).split()[:100]:
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        if kind == "repository" and name:
            read[name] = read.get(name, frozenset()) | frozenset(actions.split(","))
    return read
