"""The user's own SDK: what is installed in the project's Python, and whether it fits the engine.

Pure: facts in, problems out. Source: union-and-flyte.md 1.3 to 1.5, 2.3 and 6.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Problem, Stage

if TYPE_CHECKING:
    from wizard.core.ports.engine import FoundEngine

FLYTEKIT: Final = "flytekit"
UNION: Final = "union"
FLYTE: Final = "flyte"
DOCKER: Final = "docker"
ENVD: Final = "flytekitplugins-envd"
PACKAGES: Final = (FLYTEKIT, UNION, FLYTE, DOCKER, ENVD)
"""What is asked for in the project's Python."""

BUILDS_WITH_PODMAN: Final = "local-podman"
_PODMAN_SINCE: Final = (2, 10, 7)
_FOLLOWS_CONTEXTS: Final = (7, 2)
_ASKED: Final = ("unix://",)
"""Addresses at which silence means that nobody is there; tcp may want TLS, ssh a program."""
_TOO_NEW_FOR_FLYTEKIT: Final = (3, 13)
_DOCKERS: Final = "it runs docker build --push, and asks Docker's API"
_NO_ENGINE: Final = "it builds its images on this machine, and needs a container engine for that"
_IMAGE_SPEC_TAKES = re.compile(
    r"(localhost:\d{1,5}|([a-z\d\._-]+)(:\d{1,5})?)(/[\w\.-]+)*"  # flytekit's own, word for word
)


@dataclass(frozen=True, slots=True)
class ProjectPython:
    """The Python whose SDK is looked at. Nothing says yet that it works."""

    file: str
    found_by: str
    """`--python`, `$VIRTUAL_ENV`, `.venv`, `python3`."""


@dataclass(frozen=True, slots=True)
class InstalledSdk:
    """What that Python has, and where its docker package would look for an engine."""

    python: ProjectPython
    version: str
    """Of the Python itself."""
    packages: Mapping[str, str]
    """Name -> version, of those of PACKAGES that are there; empty where it cannot be read."""
    docker_host: str = ""
    docker_by: str = ""
    """`DOCKER_HOST`, `context colima`, `default`: the rule that leads its docker package there."""

    @property
    def sdks(self) -> tuple[str, ...]:
        """`flytekit 1.16.31`, ... of those that build images."""
        names = (name for name in (FLYTEKIT, UNION, FLYTE) if name in self.packages)
        return tuple(f"{name} {self.packages[name]}".strip() for name in names)

    @property
    def asks_docker(self) -> bool:
        """As flytekit does, and union, which is built on it."""
        return FLYTEKIT in self.packages or UNION in self.packages

    @property
    def has_flyte(self) -> bool:
        return FLYTE in self.packages

    def at_least(self, package: str, version: tuple[int, ...]) -> bool:
        return numbers(self.packages.get(package, "")) >= version


@dataclass(frozen=True, slots=True)
class Existence:
    """What an existence check answered. None: it could not tell, and is taken for a yes."""

    answer: bool | None
    why: str = ""
    breaks: bool = False
    """The SDK would end with this error instead of taking it for a yes."""


def numbers(version: str) -> tuple[int, ...]:
    """`7.2.0rc1` -> (7, 2, 0): enough to compare releases; () for what is no version."""
    found = re.match(r"\d{1,6}(?:\.\d{1,6}){0,3}", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def trouble_with(installed: InstalledSdk, engine: FoundEngine, builder: str) -> Problem | None:
    """Why no SDK that is installed there can use this engine, or why one of them cannot.

    `builder` is Flyte 2's `image.builder`, empty where its configuration says nothing.
    """
    if is_docker(engine):
        lacks = installed.asks_docker and DOCKER not in installed.packages
        words = "flytekit is there without the docker package that it needs"
        return unusable(installed.python, words) if lacks else None
    if engine.engine == "none" or installed.asks_docker:
        return _unsupported(installed, engine, _NO_ENGINE if engine.engine == "none" else _DOCKERS)
    if not is_podman(engine):
        return _unsupported(installed, engine, "it builds with Docker's buildx, or with Podman")
    if not installed.at_least(FLYTE, _PODMAN_SINCE):
        return _unsupported(installed, engine, "it builds with Podman from version 2.10.7 on")
    if builder != BUILDS_WITH_PODMAN:
        words = f"image.builder is {builder or 'not set, which means local'}: Docker's buildx"
        return _unsupported(installed, engine, words)
    return None


def is_podman(engine: FoundEngine) -> bool:
    """Podman's own row, or its socket in Docker's place."""
    return engine.engine == "podman" or "podman" in engine.title.lower()


def is_docker(engine: FoundEngine) -> bool:
    return engine.engine == "docker" and not is_podman(engine)


def goes_elsewhere(installed: InstalledSdk, engine: FoundEngine) -> bool:
    """The docker package's address is not the engine's: they may still be one and the same."""
    addresses = {engine.endpoint, *engine.aliases}
    theirs = {installed.docker_host, installed.docker_host.removeprefix("unix://")}
    return installed.asks_docker and not addresses & theirs


def elsewhere(
    installed: InstalledSdk, engine: FoundEngine, here: str, there: str
) -> Problem | None:
    """Whether its docker package ends at another engine than the one that is proven.

    `here` and `there` are what the engines at the two addresses call themselves, empty where none
    says so. None: it is one engine, or nothing that could be asked tells them apart.
    """
    if here and here == there:
        return None
    is_old = not installed.at_least(DOCKER, _FOLLOWS_CONTEXTS)
    is_asked = installed.docker_host.startswith(_ASKED)
    if is_old and "context" in engine.chosen_by.lower():
        cause = "sdk.docker-package-old"
    elif here and there:
        cause = "sdk.different-engine"
    elif is_asked and not there:
        cause = "sdk.assumes-exists"
    else:
        return None
    return Problem(*_two_ways(installed, engine, there), cause=cause)


def _two_ways(
    installed: InstalledSdk, engine: FoundEngine, there: str
) -> tuple[Evidence, Evidence]:
    version = installed.packages.get(DOCKER, "")
    facts = {
        "version": version,
        "python": installed.python.file,
        "endpoint": engine.endpoint,
        "other_endpoint": installed.docker_host,
    }
    said = "another engine answers there" if there else "no engine answers there"
    return (
        Evidence(Stage.SDK, engine.endpoint, f"{engine.title}, by {_by(engine)}", facts=facts),
        Evidence(
            Stage.SDK,
            f"docker {version} in {installed.python.file}",
            f"goes to {installed.docker_host}, by {installed.docker_by}; {said}",
            facts=facts,
        ),
    )


def _by(engine: FoundEngine) -> str:
    return engine.chosen_by or "your choice"


def refused_prefix(prefix: str) -> Problem | None:
    """ImageSpec's own test of `registry=`, in its words where it fails (1.1)."""
    if _IMAGE_SPEC_TAKES.fullmatch(prefix.lower()):
        return None
    facts = {"reference": prefix, "message": "ImageSpec: Invalid container registry name"}
    said = "flytekit's ImageSpec refuses it: Invalid container registry name"
    seen = Evidence(Stage.SDK, f'ImageSpec(registry="{prefix}")', said, facts=facts)
    return Problem(seen, cause="reference.invalid")


def remarks(installed: InstalledSdk) -> tuple[str, ...]:
    """What of it is worth knowing and stops nothing by itself."""
    said = []
    if DOCKER in installed.packages:
        said.append(f"docker {installed.packages[DOCKER]}")
    if installed.asks_docker and numbers(installed.version) >= _TOO_NEW_FOR_FLYTEKIT:
        said.append("flytekit 1.16 runs up to Python 3.12")
    if ENVD in installed.packages:
        said.append(f"{ENVD} is there, and takes over building merely by that")
    return tuple(said)


def assumed(reference: str, asked: str, why: str) -> Problem:
    """The check could not tell, which both SDKs take for `it exists`."""
    facts = {"reference": reference}
    said = f"no answer, so it would be taken for pushed: {why}"
    return Problem(
        Evidence(Stage.SDK, asked, said, message=why, facts=facts), cause="sdk.assumes-exists"
    )


def unusable(python: ProjectPython, said: str, cause: str = "sdk.python-unusable") -> Problem:
    """The Python itself: missing, broken, silent, or saying what nobody asked."""
    facts = {"python": python.file, "by": python.found_by}
    asked = f"{python.file} ({python.found_by})"
    return Problem(Evidence(Stage.SDK, asked, said, message=said, facts=facts), cause=cause)


def _unsupported(installed: InstalledSdk, engine: FoundEngine, why: str) -> Problem:
    title = "the wizard's own push" if engine.engine == "none" else engine.title
    facts = {"engine": title, "endpoint": engine.endpoint}
    asked = f"{', '.join(installed.sdks)} with {title}"
    return Problem(Evidence(Stage.SDK, asked, why, facts=facts), cause="sdk.engine-unsupported")
