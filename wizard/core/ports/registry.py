"""What the steps need from a registry: its provider, and the conversation with its endpoint."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix, Sign
from wizard.core.fields import Field
from wizard.core.image import Descriptor, Manifest
from wizard.core.names import Digest, Reference, Repository
from wizard.core.ports.endpoint import Endpoint
from wizard.core.ports.world import Outside
from wizard.core.prefix import Prefix
from wizard.core.secret import AnyCredential, Credential

if TYPE_CHECKING:
    from wizard.core.ports.manage import (
        Access,
        Audience,
        Identity,
        NewRepository,
        PullToken,
        Recognised,
        Session,
        Suggestion,
    )


@dataclass(frozen=True, slots=True)
class Ping:
    """What `/v2/` said without a credential."""

    scheme: str
    """`none`, `basic` or `bearer`."""
    clock_skew_s: float | None = None
    """Server's Date minus our clock, where it sent one."""
    evidence: str = ""
    traits: Mapping[str, str] = field(default_factory=dict)
    """What tells products apart: `realm`, `service`, and the headers that name one; cleaned."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """One way to get a credential, safest first."""

    id: str
    title: str
    explanation: str
    command: str = ""
    """Something to run in a terminal that makes this way work."""
    url: str = ""
    """The page that makes the token, with its form filled in."""
    needs_username: bool = True
    """False when the provider can tell the user name from the secret."""
    wants_secret: bool = True
    """False when the credential comes from a program or session on this machine."""


@dataclass(frozen=True, slots=True)
class DeclaredVisibility:
    """What the registry's own management API says, and where a person changes it."""

    setting: str
    """`public`, `private`, `internal`."""
    url: str = ""
    evidence: str = ""


class RegistryProvider(Protocol):
    """All that differs from one registry to the next. A new registry is one file."""

    kind: str
    title: str
    about: tuple[str, ...]
    """Two lines for a newcomer: cost, public possible, who makes repositories, quotas."""
    fields: tuple[Field, ...]
    only_host: str
    """Set where all accounts share one host, and the login kept for it says whose images go there.

    Empty where there are many, or the registry's own program knows better.
    """
    push_decides: str
    """Set where the push itself makes a repository and decides who sees it: what it goes by."""
    signs: tuple[Sign, ...]
    ways_in: tuple[WayIn, ...]

    def claims(self, host: str) -> bool:
        """Is this host one of ours? Pure."""
        ...

    def prefix(self, host: str, path: str) -> Prefix:
        """Raises PrefixError with a suggestion where the path is not enough or too much. Pure."""
        ...

    def compose(self, answers: Mapping[str, str]) -> Prefix:
        """The prefix that the filled-in fields name; raises PrefixError. Pure."""
        ...

    def answers(self, prefix: Prefix) -> Mapping[str, str]:
        """What the fields hold when they name this prefix, as far as they can. Pure."""
        ...

    def endpoint(self, host: str) -> Endpoint: ...

    def facts(self, repository: Repository) -> Mapping[str, str]:
        """For `{name}` in what a diagnosis says of it; `cloud` says which fixes help here. Pure."""
        ...

    def recognise(self, host: str, ping: Ping | None = None) -> Recognised | None:
        """The product behind this very host, by its name or by what it answered; kept for later.

        None where there is nothing to say beyond what the provider says of itself.
        """
        ...

    def ways_to(self, host: str) -> tuple[WayIn, ...]:
        """`ways_in`, as they are at this very host. Pure."""
        ...

    def suggest(self, outside: Outside) -> AsyncGenerator[Suggestion, None]:
        """Answers that this machine already knows, as they are found, likeliest first."""
        ...

    def suggest_for(self, username: str) -> Suggestion | None:
        """What a login kept for `only_host` says of the fields. Pure."""
        ...

    async def sessions(self, host: str, outside: Outside) -> tuple[Session, ...]:
        """Credentials that other programs on this machine give for this registry, best first."""
        ...

    async def inspect(
        self, credential: Credential, repository: Repository, outside: Outside
    ) -> Identity:
        """Kind, owner, rights and expiry, before anything is stored. Raises Problem."""
        ...

    async def rights(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> tuple[str, ...]:
        """What the management side says of the right to push, in words; nothing where it is mute.

        Raises Problem where it says no, with the missing scope, permission or role by name.
        """
        ...

    async def missing_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> NewRepository | None:
        """What must be made before a push; None when nothing must, or pushing makes it itself."""
        ...

    async def missing_private(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> NewRepository | None:
        """The same for somebody who wants it private from the start.

        Raises Problem (push.already-public) where it is there and everybody sees it.
        """
        ...

    async def create_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> str:
        """Make it and wait until the registry knows it; what was made, in words. Raises Problem."""
        ...

    def known(self, audience: Audience) -> Audience:
        """Of it, what can be somebody at this registry; everybody where nothing can. Pure."""
        ...

    async def access(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> Access | None:
        """May they pull, as far as the management side says? None where it has no such word.

        Raises Problem: `pull.policy-forbids-public` and the like where opening is forbidden.
        """
        ...

    async def open_to(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> str:
        """Make the change that `access` showed as its opening; what was changed, in words."""
        ...

    def pull_token(self, repository: Repository) -> PullToken:
        """What an image-pull secret for this repository should hold. Pure."""
        ...

    def unfit_for_clusters(self, credential: Credential) -> str:
        """Why this must not go into a pull secret (it ends in 12 hours), or nothing. Pure."""
        ...

    async def declared_visibility(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> DeclaredVisibility | None:
        """None where the registry has no such word to say or does not say it to us."""
        ...

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        """How a person makes it public: the page, the clicks. Pure."""
        ...

    async def owner_kind(self, repository: Repository, outside: Outside) -> str:
        """`user`, `organization` or empty when unknown."""
        ...

    async def delete(
        self, pushed: Reference, digest: Digest, credential: AnyCredential, outside: Outside
    ) -> str | None:
        """Delete the test image by the management API; what was deleted, in words.

        None where the registry's V2 DELETE is the way; raises Problem where it cannot be deleted.
        """
        ...


class RegistryApi(Protocol):
    """The V2 conversation with one endpoint, with one credential or none."""

    endpoint: Endpoint

    async def ping(self) -> Ping: ...

    async def prove(self, repository: Repository | None) -> str:
        """An authenticated handshake; what proved it, in words. Raises Problem when refused."""
        ...

    async def head_manifest(self, repository: Repository, version: str) -> Descriptor: ...

    async def get_manifest(self, repository: Repository, version: str) -> Manifest:
        """Bounded, its digest verified against `version` or the digest header."""
        ...

    async def expect_repository(self, repository: Repository) -> None:
        """Raises Problem with what the registry says where it does not list the tags of it."""
        ...

    async def has_blob(self, repository: Repository, blob: Descriptor) -> bool:
        """HEAD, redirects followed without credentials. False on 404; Problem otherwise."""
        ...

    async def get_blob(self, repository: Repository, blob: Descriptor) -> bytes: ...

    async def push_blob(self, repository: Repository, blob: Descriptor, content: bytes) -> None: ...

    async def put_manifest(
        self, repository: Repository, version: str, manifest: Manifest
    ) -> Digest: ...

    async def may_push(self, repository: Repository) -> str:
        """Open an upload and cancel it: leaves nothing. What was answered, in words."""
        ...

    async def takes_parts(self, repository: Repository) -> str:
        """Begin an upload as engines do, in parts, and cancel it. Raises Problem when refused."""
        ...

    async def delete_manifest(self, repository: Repository, version: str) -> None: ...


ApiFactory = Callable[[Endpoint, AnyCredential], RegistryApi]
