"""The logins that this machine's tools find, and the way to add one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from wizard.core.dataclass import dataclass

if TYPE_CHECKING:
    from wizard.core.checks import Change
    from wizard.core.diagnosis import Diagnosis
    from wizard.core.ports.endpoint import Endpoint
    from wizard.core.ports.manage import Identity
    from wizard.core.ports.registry import RegistryProvider
    from wizard.core.secret import AnyCredential, Credential


class StoreChoice(StrEnum):
    AUTO = "auto"
    HELPER = "helper"
    KEYRING = "keyring"
    PLAINTEXT = "plaintext"
    NONE = "none"


class Fitness(StrEnum):
    """What trying a credential helper showed."""

    WORKS = "works"
    SLOW = "slow"
    """It works, and every push will wait for it."""
    MINTS = "mints"
    """It stores nothing: it makes logins from a cloud's session, or says so."""
    MISSING = "missing"
    FOREIGN = "foreign"
    """A program of Windows that WSL cannot run, or one of another system."""
    UNINITIALISED = "uninitialised"
    LOCKED = "locked"
    TERMINAL = "needs-terminal"
    CRASHES = "crashes"
    LIES = "lies"
    """What it gives back is not what it was given, or no answer of a helper at all."""
    HANGS = "hangs"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class StoreVerdict:
    """One credential helper of this machine, tried with a throw-away login."""

    helper: str
    """Name after `docker-credential-`."""
    title: str
    fitness: Fitness
    said: str
    """In one sentence, why; what it keeps logins in, where it works."""
    settings: tuple[str, ...] = ()
    """Who names it: `credsStore`, `credHelpers ghcr.io`; empty where it is only installed."""
    version: str = ""
    seconds: float = 0.0
    problem: Diagnosis | None = None
    """Set unless it works."""

    @property
    def is_fit(self) -> bool:
        """Can a login be used through it?"""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class FoundLogin:
    """A login that a tool on this machine would use. The secret stays with `Logins`."""

    id: str
    """Names it to `Logins.credential`."""
    username: str
    source: str
    """Where it is, in words: `docker's config.json, helper secretservice`, `gh`."""
    tools: tuple[str, ...] = ()
    """Who finds it there: `docker`, `podman`."""
    problem: Diagnosis | None = None
    """Set when the place is configured but cannot be read."""
    warning: Diagnosis | None = None
    """Set when it hides another login (`config.*-shadows`) or lies open (`store.plaintext`)."""
    identity: Identity | None = None
    """Of a session whose provider already knows whose it is; it is not asked again."""


@dataclass(frozen=True, slots=True)
class StorePlan:
    """Where a login would go and exactly what would change, before it does."""

    store: StoreChoice
    title: str
    """`GNOME Keyring (docker-credential-secretservice)`, `NOT encrypted: ~/.docker/config.json`"""
    reason: str
    is_encrypted: bool
    helper: str = ""
    """Name after `docker-credential-`, where one is used."""
    keys: tuple[str, ...] = ()
    """Server names under which it is stored."""
    diffs: tuple[tuple[str, str], ...] = ()
    """(file, unified diff) for each file that changes; secrets masked."""
    warnings: tuple[Diagnosis, ...] = ()
    """What would be used instead of this login all the same; that it would lie open."""
    is_minted: bool = False
    """No secret is kept: the helper makes a fresh login from the cloud's session each time."""
    lasts: str = ""
    """When what is kept runs out, in words: `12 hours, until 21:40`; empty: it does not."""


class Logins(Protocol):
    """The logins that this machine's tools find, and the way to add one. Holds secrets."""

    async def find(self, provider: RegistryProvider, endpoint: Endpoint) -> tuple[FoundLogin, ...]:
        """In the order in which docker would use them; the provider's sessions last."""
        ...

    def hold(self, endpoint: Endpoint, credential: Credential, source: str) -> FoundLogin:
        """Keep it for this run only."""
        ...

    def credential(self, login: FoundLogin) -> AnyCredential: ...

    async def bench(self, endpoint: Endpoint, *, again: bool = False) -> tuple[StoreVerdict, ...]:
        """Try each helper that is configured or installed, at once; each once in a run.

        Those that docker would use for this registry first. `again` tries those anew that did
        not work: a store may have been unlocked or installed since.
        """
        ...

    async def plan(
        self, endpoint: Endpoint, credential: Credential | str, choice: StoreChoice
    ) -> StorePlan:
        """Where this credential would go; a user name alone while it is not known yet.

        Raises Problem: store.* when that choice is impossible here, config.* for a bad file.
        """
        ...

    async def store(
        self, plan: StorePlan, endpoint: Endpoint, credential: Credential
    ) -> tuple[Change, ...]:
        """Write, read back, compare; journalled. Raises Problem and leaves things as they were."""
        ...
