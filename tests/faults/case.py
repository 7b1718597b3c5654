"""What a fault is, as data: where it is injected, what it breaks, and the one true cause."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tests.faults.places import GHCR, Place

if TYPE_CHECKING:
    from tests.faults.world import World

Inject = Callable[["World"], AbstractContextManager[object] | None]


class Breaks(StrEnum):
    """The plain command that has to fail, so that nobody rehearses a fault that is none."""

    DOCKER_PUSH = "docker push"
    PODMAN_PUSH = "podman push"
    SKOPEO_PUSH = "skopeo copy, to the registry"
    ANONYMOUS_PULL = "skopeo copy, from the registry without a login"
    CLUSTER_PULL = "skopeo copy, from the registry with the login of the cluster's own identity"
    DOCKER_PULL = "docker pull, with the login that lies here"
    CURL = "curl, of the registry's first address"
    DOCKER_LOGIN = "docker login, which asks the registry with the login that lies here"
    DOCKER_BUILD = "docker build, of an image with something new in it"


@dataclass(frozen=True)
class Case:
    """One fault: `inject` breaks a machine that was ready, and gives what takes it back, if any.

    It may change `world.env`, `world.clock` and so on, by which all commands are then run.
    """

    id: str
    """What was done, in words with hyphens: `token-revoked`."""
    cause: str
    """The true one; the first of the chain where there are two faults."""
    inject: Inject
    breaks: Breaks
    place: Place = GHCR
    options: tuple[str, ...] = ()
    """For `doctor`: `--push` where only a push can show it, `--timeout 1`, `--engine none`."""
    then: str = ""
    """The cause that shows once the first one is mended: for double faults."""
    second: Inject | None = None
    """The fault of that cause. It is injected before the first, which alone is taken back."""
    undecidable: str = ""
    """Why nobody could tell it from here; then `cause` is the honest abstention's."""
    store: str = "plaintext"
    """Where `doctor --fix` is told to keep a login."""
    missed: str = ""
    """Why we do not name it yet: it counts as wrong, and the test fails once we do."""

    @property
    def name(self) -> str:
        return f"{self.place.id}-{self.id}"


@dataclass(frozen=True)
class Control:
    """A machine on which nothing is wrong, however odd it looks: nothing may be called broken."""

    id: str
    arrange: Inject
    place: Place = GHCR
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.place.id}-{self.id}"
