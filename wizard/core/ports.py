"""What the steps need from the world, as small protocols, and the values that pass through them.

Concrete parts live in clients/, registries/ and engines/; wiring.py builds them into `Parts`.
Every method that talks to the world raises `Problem` with evidence, and nothing else on purpose.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from wizard.core.checks import Change
from wizard.core.diagnosis import Cause, Diagnosis, Fix, Sign, Stage
from wizard.core.fields import Field
from wizard.core.image import Descriptor, Manifest, TestImage
from wizard.core.names import Digest, Platform, Reference, Repository
from wizard.core.prefix import Prefix
from wizard.core.secret import AnyCredential, Credential, Secret
from wizard.core.settings import Settings

# --- the outside world ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer whose body was read within its bound."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """How a program ended. `code` is None when its deadline passed and it was killed."""

    code: int | None
    stdout: bytes
    """At most 64 KiB; may hold a secret (a credential helper's answer)."""
    stderr: bytes

    @property
    def timed_out(self) -> bool:
        return self.code is None


class Outside(Protocol):
    """Everything a registry or engine may touch, so that tests and the sandbox can own it."""

    environ: Mapping[str, str]
    home: Path
    timeout_s: float
    """The deadline of one probe, as `--timeout` gives it."""

    async def ask(
        self,
        method: str,
        url: str,
        *,
        stage: Stage = Stage.API,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bearer: Secret | None = None,
        most_bytes: int = 1 << 20,
    ) -> Answer:
        """One HTTPS request without redirects; any status is an answer, Problem is a fault."""
        ...

    async def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        timeout_s: float = 5.0,
        environ: Mapping[str, str] | None = None,
    ) -> ProgramResult:
        """Run a program without a shell, in its own process group, killed at its deadline.

        Raises Problem (Fault.MISSING) when it is not on PATH.
        """
        ...

    def which(self, program: str) -> str | None:
        """Its absolute path, never one found through a relative PATH entry."""
        ...


# --- registries ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how to talk to the registry behind a host name."""

    host: str
    """As it stands in references, e.g. `docker.io`."""
    base_url: str
    """Scheme, host and port that we talk to, e.g. `https://registry-1.docker.io`."""
    realms: tuple[str, ...] = ()
    """Token services that a credential may be sent to besides the registry's own origin
    (credentials.md 4.2). The first is asked without waiting for a challenge."""
    docker_key: str = ""
    """Its key in docker's config.json and in credential helpers; the host unless given."""
    podman_key: str = ""
    service: str = ""
    """What the first realm calls this registry, where it is known beforehand: `ghcr.io`."""

    @property
    def config_key(self) -> str:
        return self.docker_key or self.host

    @property
    def containers_key(self) -> str:
        return self.podman_key or self.host


@dataclass(frozen=True, slots=True)
class Ping:
    """What `/v2/` said without a credential."""

    scheme: str
    """`none`, `basic` or `bearer`."""
    clock_skew_s: float | None = None
    """Server's Date minus our clock, where it sent one."""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose a credential is and what it may do, as far as the provider says so beforehand."""

    username: str
    kind: str = ""
    """`classic token`, `OAuth token`, `password`, ... in the registry's own words."""
    token_scopes: tuple[str, ...] = ()
    expires: datetime | None = None
    notes: tuple[str, ...] = ()
    """Sentences worth showing: warnings about too many rights, no expiry, ..."""
    evidence: tuple[str, ...] = ()


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

    def endpoint(self, host: str) -> Endpoint: ...

    async def prefill(self, outside: Outside) -> Mapping[str, str]:
        """Answers that this machine already knows, by field id."""
        ...

    async def sessions(self, outside: Outside) -> tuple[Credential, ...]:
        """Credentials that another program on this machine holds for this registry (`gh`)."""
        ...

    async def inspect(
        self, credential: Credential, repository: Repository, outside: Outside
    ) -> Identity:
        """Kind, owner, rights and expiry, before anything is stored. Raises Problem."""
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

    async def delete_manifest(self, repository: Repository, version: str) -> None: ...


# --- engines -------------------------------------------------------------------------------


class EngineStatus(StrEnum):
    READY = "ready"
    STOPPED = "stopped"
    DENIED = "denied"
    HUNG = "hung"
    BROKEN = "broken"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class FoundEngine:
    """One endpoint of one engine, as the quick probe saw it."""

    engine: str
    """Id of the Engine: `docker`, `none`."""
    title: str
    """`Docker 28.2`, `Docker Desktop`: what a person calls it."""
    endpoint: str
    """`unix:///var/run/docker.sock`; empty for `none`."""
    status: EngineStatus
    chosen_by: str = ""
    """Why the command line would use this one: `DOCKER_HOST`, `context colima`, `default`."""
    version: str = ""
    os: str = ""
    aliases: tuple[str, ...] = ()
    problem: Diagnosis | None = None
    seconds: float = 0.0

    @property
    def is_ready(self) -> bool:
        return self.status is EngineStatus.READY


@dataclass(frozen=True, slots=True)
class EngineDetails:
    """What the closer look at the chosen engine says."""

    summary: str
    builder: str
    """`buildx`, `classic` or `wizard`: what will build and push the test image."""
    platform: Platform | None = None
    """The engine's own platform."""
    rootless: bool | None = None
    free_bytes: int | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[Diagnosis, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineProgress:
    """A line of a running build or push."""

    text: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class EnginePushed:
    """The last thing an engine's push reports. `digest` is what the engine says it pushed."""

    digest: Digest
    size_bytes: int
    route: str
    """What ran, in words: `docker build --push`, `docker build, docker push`, `wizard`."""


class Engine(Protocol):
    """What builds and pushes on this machine."""

    id: str
    title: str
    about: str
    signs: tuple[Sign, ...]

    def detect(self, outside: Outside) -> AsyncGenerator[FoundEngine, None]:
        """All its endpoints at once, each reported as soon as it answered or its time was up."""
        ...

    async def examine(
        self, found: FoundEngine, platform: Platform, outside: Outside
    ) -> EngineDetails:
        """A closer look at the chosen one. Raises Problem when it cannot be used."""
        ...

    def push(
        self,
        found: FoundEngine,
        image: TestImage,
        reference: Reference,
        credential: AnyCredential,
        outside: Outside,
    ) -> AsyncGenerator[EngineProgress | EnginePushed, None]:
        """Build and push; the last item is EnginePushed. Raises Problem."""
        ...


# --- logins and files ----------------------------------------------------------------------


class StoreChoice(StrEnum):
    AUTO = "auto"
    HELPER = "helper"
    KEYRING = "keyring"
    PLAINTEXT = "plaintext"
    NONE = "none"


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


class Logins(Protocol):
    """The logins that this machine's tools find, and the way to add one. Holds secrets."""

    async def find(self, provider: RegistryProvider, endpoint: Endpoint) -> tuple[FoundLogin, ...]:
        """In the order in which docker would use them; the provider's sessions last."""
        ...

    def hold(self, endpoint: Endpoint, credential: Credential, source: str) -> FoundLogin:
        """Keep it for this run only."""
        ...

    def credential(self, login: FoundLogin) -> AnyCredential: ...

    async def plan(self, endpoint: Endpoint, username: str, choice: StoreChoice) -> StorePlan:
        """Raises Problem: store.* when that choice is impossible here, config.* for a bad file."""
        ...

    async def store(
        self, plan: StorePlan, endpoint: Endpoint, credential: Credential
    ) -> tuple[Change, ...]:
        """Write, read back, compare; journalled. Raises Problem and leaves things as they were."""
        ...


@dataclass(frozen=True, slots=True)
class Undone:
    """One change that was taken back, or could not be."""

    change: Change
    done: bool
    why_not: str = ""


class Journal(Protocol):
    """What the wizard changed, newest last. Never a secret."""

    def changes(self) -> tuple[Change, ...]: ...

    async def undo(self, *, everything: bool, dry_run: bool) -> tuple[Undone, ...]: ...


class SettingsFile(Protocol):
    path: Path

    def load(self) -> Settings:
        """Raises Problem: config.wizard-damaged or config.wizard-newer; the file is kept."""
        ...

    def save(self, settings: Settings) -> None:
        """Written whole or not at all; comments kept."""
        ...


class Person(Protocol):
    """Who answers the questions of a run: somebody at a terminal, or consent given beforehand."""

    async def confirm(self, question: str, details: Sequence[str] = ()) -> bool: ...

    async def credential(self, provider: RegistryProvider, username: str) -> Credential | None:
        """A credential to try; None to give up."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


ApiFactory = Callable[[Endpoint, AnyCredential], RegistryApi]


@dataclass(frozen=True)
class Parts:
    """The real parts, built once by wiring.py."""

    registries: tuple[RegistryProvider, ...]
    engines: tuple[Engine, ...]
    outside: Outside
    api: ApiFactory
    """Makes a RegistryApi; all of them share one connection pool, none a credential."""
    logins: Logins
    journal: Journal
    settings: SettingsFile
    clock: Clock
    parse_prefix: Callable[[str], tuple[Prefix, tuple[str, ...]]]
    """What a person typed -> the prefix and the mends made, in words. Raises PrefixError."""
    catalogue: Mapping[str, Cause]
    common_signs: tuple[Sign, ...]
    nonce: Callable[[], bytes]
    """Fresh random bytes for a test image's layer."""
    open_link: Callable[[str], bool]
    is_sandbox: bool = False
    practice: Any = None
    """The running sandbox, for the keys that play another person's part; None outside it."""
    project: Path = field(default_factory=Path)

    def provider(self, kind: str) -> RegistryProvider:
        return next(provider for provider in self.registries if provider.kind == kind)

    def engine(self, id_: str) -> Engine:
        return next(engine for engine in self.engines if engine.id == id_)
