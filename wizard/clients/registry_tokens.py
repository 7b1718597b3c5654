"""What is remembered about endpoints during a run: their scheme, token service, and tokens.

A token never leaves its key: origin, credential, repository (credentials.md 4.3 row 40).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import field
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.secret import AnyCredential, Secret

SHORTEST_S: Final = 60
LONGEST_S: Final = 3600
EARLY_S: Final = 10.0
"""A token is not used for its last seconds: the request has to arrive, too."""
MOST_TOKENS: Final = 4096


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token is asked for: `repository:<path>:<actions>`. Without a path, nothing at all."""

    path: str = ""
    actions: tuple[str, ...] = ()

    @classmethod
    def pull(cls, path: str) -> Scope:
        return cls(path, ("pull",))

    @classmethod
    def push(cls, path: str) -> Scope:
        return cls(path, ("pull", "push"))

    @classmethod
    def delete(cls, path: str) -> Scope:
        return cls(path, ("pull", "push", "delete"))

    def __str__(self) -> str:
        return f"repository:{self.path}:{','.join(self.actions)}" if self.path else ""

    def covers(self, other: Scope) -> bool:
        return self.path == other.path and set(other.actions) <= set(self.actions)


NO_SCOPE: Final = Scope()


@dataclass(slots=True)
class EndpointMemory:
    """What one origin was seen to do. Saves the questions whose answers are known."""

    scheme: str = ""
    """`none`, `basic`, `bearer`, or empty while unknown."""
    realm: str = ""
    service: str = ""
    contacted: bool = False
    """Whether a connection was opened to it."""
    single_post: bool | None = None
    """Whether it takes a blob in one POST; None while unknown."""


@dataclass(frozen=True, slots=True)
class _Key:
    origin: str
    credential: AnyCredential
    path: str


@dataclass(slots=True)
class _Kept:
    token: Secret
    scope: Scope
    until: float


@dataclass
class Tokens:
    """Shared by every RegistryApi of a run."""

    monotonic: Callable[[], float] = time.monotonic
    wants_tls: set[str] = field(default_factory=set)
    """Origins that were spoken to without TLS and asked for it."""
    _kept: dict[_Key, list[_Kept]] = field(default_factory=dict)
    _endpoints: dict[str, EndpointMemory] = field(default_factory=dict)
    _gates: dict[tuple[_Key, Scope], asyncio.Lock] = field(default_factory=dict)

    def endpoint(self, origin: str) -> EndpointMemory:
        return self._endpoints.setdefault(origin, EndpointMemory())

    def find(self, origin: str, credential: AnyCredential, scope: Scope) -> Secret | None:
        """A token that is good for this scope, or for more in the same repository."""
        now = self.monotonic()
        for kept in self._kept.get(_Key(origin, credential, scope.path), ()):
            if kept.until > now and kept.scope.covers(scope):
                return kept.token
        return None

    def keep(
        self,
        origin: str,
        credential: AnyCredential,
        scope: Scope,
        token: Secret,
        lifetime_s: float,
    ) -> None:
        if len(self._kept) >= MOST_TOKENS:
            self._kept.clear()
        until = self.monotonic() + min(max(lifetime_s, SHORTEST_S), LONGEST_S) - EARLY_S
        kept = self._kept.setdefault(_Key(origin, credential, scope.path), [])
        kept[:] = [other for other in kept if not scope.covers(other.scope)]
        kept.append(_Kept(token, scope, until))

    def forget(self, origin: str, credential: AnyCredential, token: Secret) -> None:
        for key, kept in self._kept.items():
            if (key.origin, key.credential) == (origin, credential):
                kept[:] = [other for other in kept if other.token != token]

    def gate(self, origin: str, credential: AnyCredential, scope: Scope) -> asyncio.Lock:
        """Held while a token for this scope is fetched, so that others wait for that one."""
        if len(self._gates) >= MOST_TOKENS:
            # A gate in use is still held by those who wait at it.
            self._gates.clear()
        return self._gates.setdefault((_Key(origin, credential, scope.path), scope), asyncio.Lock())
