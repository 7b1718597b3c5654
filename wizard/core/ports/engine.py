"""What the steps need from a container engine."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from wizard.core.dataclass import dataclass

if TYPE_CHECKING:
    from wizard.core.diagnosis import Diagnosis, Sign
    from wizard.core.image import TestImage
    from wizard.core.names import Digest, Platform, Reference
    from wizard.core.ports.world import Outside
    from wizard.core.secret import AnyCredential


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
    shown_by: str = ""
    """Id of another engine that has a row for this very endpoint, by a setting of its own."""

    @property
    def is_ready(self) -> bool:
        return self.status is EngineStatus.READY


@dataclass(frozen=True, slots=True)
class EngineDetails:
    """What the closer look at the chosen engine says."""

    summary: str
    builder: str
    """`buildx`, `classic`, `buildkit` or `wizard`: what will build and push the test image."""
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
        *,
        is_stored: bool = True,
    ) -> AsyncGenerator[EngineProgress | EnginePushed, None]:
        """Build and push; the last item is EnginePushed. Raises Problem.

        `is_stored`: the engine's own tools find this credential by themselves.
        """
        ...
