"""Where faults are injected: each registry, healthy, as a person has set it up before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Final

from tests.lab.lab import REGISTRY_HOST, Lab
from tests.lab.registry import docker_registry

Serve = Callable[[Lab], AbstractContextManager[None]]


@dataclass(frozen=True)
class Place:
    """A prefix, and what `setup` is told so that the cluster can pull from there."""

    id: str
    prefix: str
    consent: tuple[str, ...] = ()
    username: str = ""
    """With `secret`: of a real registry. Else the practice account of that host."""
    secret: str = field(default="", repr=False)
    published: str = ""
    """The repository that another person has to publish after the first push."""
    env: Mapping[str, str] = field(default_factory=dict)
    serve: Serve | None = None
    """Starts what is not the sandbox, for as long as the whole test run."""

    @property
    def host(self) -> str:
        return self.prefix.partition("/")[0]


@contextmanager
def _open_over_tls(lab: Lab) -> Iterator[None]:
    with docker_registry(lab.machine, port=5000, leaf=lab.leaf):
        yield


GHCR: Final = Place("ghcr", "ghcr.io/practice", published="practice/app")
DOCKER_HUB: Final = Place("dockerhub", "docker.io/practice")
GAR: Final = Place(
    "gar",
    "us-docker.pkg.dev/practice-project/images",
    ("--create-repository", "--make-public"),
)
OPEN: Final = Place("open", f"{REGISTRY_HOST}:5000/team", serve=_open_over_tls)
"""A real docker-registry over TLS that wants no login."""
