"""The command line that drives a containerd: nerdctl where it is, else ctr; and BuildKit.

Source: engines.md 2.2 row 9, 3.3; E94.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.core.ports import FoundEngine, Outside
from wizard.engines.containerd_grpc import is_live
from wizard.engines.containerd_places import Place, nerdctl_of, places, reaches, socket_of

BUILDKIT_VARIABLE: Final = "BUILDKIT_HOST"
_CTRS: Final = (("ctr",), ("k3s", "ctr"))
_PREFIX: Final = "unix://"

INSTALL_CTR: Final = Fix(
    "Install ctr, which comes with containerd",
    command="sudo apt-get install containerd",
    system="linux",
)
INSTALL_NERDCTL: Final = Fix(
    "Install nerdctl with BuildKit: the archive nerdctl-full",
    url="https://github.com/containerd/nerdctl/releases",
    system="linux",
)
OWN_PUSH: Final = Fix(
    "Let the wizard push its test image without an engine",
    command="registry-wizard setup --engine none",
)


class Way(StrEnum):
    """How the test image comes into containerd and out of it."""

    BUILD = "nerdctl build, nerdctl push"
    LOAD = "nerdctl load, nerdctl push"
    IMPORT = "ctr images import, ctr images push"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program with the arguments that lead it to this containerd."""

    argv: tuple[str, ...]
    way: Way
    path: str = ""
    """The socket; empty where the program itself leads into another machine."""
    buildkit: str = ""
    """Where BuildKit answers; empty where none does."""
    is_rootless: bool = False


async def tool_for(found: FoundEngine, outside: Outside, user_id: int) -> Tool:
    """Raises Problem when neither nerdctl nor ctr is here."""
    path = socket_of(found.endpoint)
    nerdctl = nerdctl_of(outside.which)
    if not path:
        # A product's own nerdctl: it brings BuildKit with it (Rancher Desktop, Finch, Lima).
        return Tool((found.endpoint,), Way.BUILD, buildkit=f"in {found.title}")
    place = next((p for p in _places(outside, user_id) if p.path == path), Place(path))
    if nerdctl and reaches(place, user_id):
        # Rootless, nerdctl goes into its containerd's own view of the system, where the
        # usual address is right and ours would not be.
        address = () if place.is_rootless else ("--address", path)
        buildkit = await live_buildkit(outside) if outside.which("buildctl") else ""
        way = Way.BUILD if buildkit else Way.LOAD
        return Tool((nerdctl, *address), way, path, buildkit, place.is_rootless)
    for ctr in _CTRS:
        if outside.which(ctr[0]):
            return Tool((*ctr, "--address", path), Way.IMPORT, path, "", place.is_rootless)
    words = "neither nerdctl nor ctr is on PATH"
    seen = Evidence(
        Stage.ENGINE, found.title, words, fault=Fault.MISSING, facts={"engine": found.title}
    )
    raise Problem(seen, cause="engine.cannot-push", fixes=(INSTALL_CTR, INSTALL_NERDCTL, OWN_PUSH))


def _places(outside: Outside, user_id: int) -> tuple[Place, ...]:
    return places(outside.environ, "linux", user_id)


async def live_buildkit(outside: Outside) -> str:
    """The first BuildKit, in nerdctl's order, that answers."""
    named = outside.environ.get(BUILDKIT_VARIABLE, "")
    if named and not named.startswith(_PREFIX):
        return named  # in a container, or over tcp: its own first build tells
    found = [named] if named else [f"{_PREFIX}{path}" for path in _usual(outside)]
    answers = await asyncio.gather(*(is_live(address.removeprefix(_PREFIX)) for address in found))
    return next((address for address, lives in zip(found, answers, strict=True) if lives), "")


def _usual(outside: Outside) -> Iterator[str]:
    runtime = outside.environ.get("XDG_RUNTIME_DIR", "")
    for folder in (runtime, "/run"):
        if folder.startswith("/") and (folder == "/run" or os.path.isdir(folder)):  # noqa: PTH112
            for name in ("buildkit-default", "buildkit"):
                yield f"{folder}/{name}/buildkitd.sock"
