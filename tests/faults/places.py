"""Where faults are injected: each registry, healthy, as a person has set it up before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Final

from tests.lab.lab import REGISTRY_HOST, Lab
from tests.lab.registry import docker_registry
from wizard.sandbox.dialects import aws
from wizard.sandbox.dialects.ecr import Ecr
from wizard.sandbox.dialects.ecr_public import EcrPublic
from wizard.sandbox.dialects.products import ACR_HOST, HARBOR_HOST, QUAY_HOST

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


@contextmanager
def _plain_for_this_machine(lab: Lab) -> Iterator[None]:
    with docker_registry(lab.machine, port=5001, address="0.0.0.0"):
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
PLAIN: Final = Place("plain", "localhost:5001/team", serve=_plain_for_this_machine)
"""A real docker-registry without TLS, by the one name for which docker takes that."""
_OF_AMAZON: Final = {k: v for k, v in Ecr().environ("").items() if "ENDPOINT" not in k}
ECR: Final = Place(
    "ecr",
    Ecr.prefix,
    ("--create-repository", "--cluster-account", aws.FOREIGN_ACCOUNT, "--grant-cluster"),
    env=_OF_AMAZON,
)
"""The cluster is in another account, and the repository's policy names that."""
ECR_PUBLIC: Final = Place("ecr-public", EcrPublic.prefix, ("--create-repository",), env=_OF_AMAZON)
QUAY: Final = Place("quay", f"{QUAY_HOST}/practice", published="practice/app")
HARBOR: Final = Place("harbor", f"{HARBOR_HOST}/practice", published="practice/app")
ACR: Final = Place("acr", f"{ACR_HOST}/practice", published="practice/app")
