"""The closer look at one Podman: what it is, and what it can do for the cluster and the SDK.

The command and the socket give the same document: `podman info`. Source: engines.md 2.4, 3.2;
union-and-flyte.md 0 and 1.5.
"""

from __future__ import annotations

import platform as machine
import sys
from dataclasses import replace
from typing import Any, Final

from wizard.clients.blocking import Stop, in_thread
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Diagnosis, Evidence, Fix, Problem, Stage, diagnose
from wizard.core.names import InvalidNameError, Platform
from wizard.core.ports import EngineDetails, FoundEngine, Outside
from wizard.core.text import clean
from wizard.engines.docker_emulation import Emulation, emulation
from wizard.engines.podman_command import ask, at, read_json
from wizard.engines.podman_detect import BY_COMMAND, place_of
from wizard.engines.podman_endpoints import PodmanEndpoint
from wizard.engines.podman_fixes import start_socket
from wizard.engines.podman_where import endpoint_of, goes_by_command

EXAMINE_S: Final = 8.0
"""`podman info` makes the storage of a new user first (engines.md 1.1: 1.8 s)."""
LEAST_FREE_BYTES: Final = 64 << 20
"""With less than this no real image is built."""
_LIBPOD: Final = "/v4.0.0/libpod"


@dataclass(frozen=True, slots=True)
class Info:
    """`podman info`, read with care."""

    document: dict[str, Any]

    def text(self, *path: str) -> str:
        value = at(self.document, path)
        return clean(value, 120) if isinstance(value, str) else ""

    @property
    def platform(self) -> Platform:
        try:
            return Platform.parse(f"{self.text('host', 'os')}/{self.text('host', 'arch')}")
        except InvalidNameError:
            return Platform.parse(f"linux/{machine.machine()}")

    @property
    def is_rootless(self) -> bool:
        return at(self.document, ("host", "security", "rootless")) is True

    @property
    def is_here(self) -> bool:
        """On this very system, not in a virtual machine or on another host?"""
        return sys.platform == "linux" and self.text("host", "hostname") == machine.node()

    @property
    def free_bytes(self) -> int | None:
        total = at(self.document, ("store", "graphRootAllocated"))
        used = at(self.document, ("store", "graphRootUsed"))
        if isinstance(total, int) and isinstance(used, int) and total > 0:
            return max(total - used, 0)
        return None

    @property
    def has_user_ids(self) -> bool:
        """Rootless: more than the user's own id, so that real images can be unpacked."""
        ranges = at(self.document, ("host", "idMappings", "uidmap"))
        if not self.is_rootless or not isinstance(ranges, list):
            return True
        sizes = [at(r, ("size",)) for r in ranges]
        return sum(size for size in sizes if isinstance(size, int)) > 1

    @property
    def emulated(self) -> list[str]:
        """Podman 4.5 and later list what their kernel emulates."""
        listed = at(self.document, ("host", "emulatedArchitectures"))
        return [clean(str(name), 40) for name in listed] if isinstance(listed, list) else []


async def examine(found: FoundEngine, wanted: Platform, outside: Outside) -> EngineDetails:
    """Raises Problem when it cannot be used."""
    endpoint = endpoint_of(found, outside)
    info = Info(await _document(endpoint, found, outside))
    title = found.title.removesuffix(f" ({BY_COMMAND})")
    emulates = _emulation(info, wanted, title)
    kind = ", rootless" if info.is_rootless else ""
    builder = info.text("host", "buildahVersion")
    way = f"buildah {builder}" if builder else "its own builder"
    return EngineDetails(
        summary=f"{title}{kind}, {info.platform}, builds with {way}",
        builder="podman",
        platform=info.platform,
        rootless=info.is_rootless,
        free_bytes=info.free_bytes,
        notes=tuple(_notes(info, emulates)),
        warnings=tuple(_concerns(endpoint, info, emulates, replace(found, title=title), outside)),
    )


async def _document(
    endpoint: PodmanEndpoint, found: FoundEngine, outside: Outside
) -> dict[str, Any]:
    if goes_by_command(endpoint, outside):
        words = ("info", "--format", "json")
        return read_json(await ask(endpoint, found.title, outside, *words, timeout_s=EXAMINE_S))
    return await in_thread(lambda stop: _by_socket(endpoint, found, stop))


def _by_socket(endpoint: PodmanEndpoint, found: FoundEngine, stop: Stop) -> dict[str, Any]:
    from wizard.engines.docker_sdk import opened, talking

    if endpoint.socket is None:
        seen = Evidence(Stage.ENGINE, found.endpoint, "only the command podman leads there")
        raise Problem(seen, cause="engine.endpoint-unreachable")
    with (
        opened(endpoint.socket, found.title, stop) as client,
        talking(Stage.ENGINE, f"GET {endpoint.shown}/libpod/info", found.title),
    ):
        answer = client._get(f"{client.base_url}{_LIBPOD}/info")  # noqa: SLF001 - not in the SDK
        client._raise_for_status(answer)  # noqa: SLF001
        return read_json(answer.content)


def _emulation(info: Info, wanted: Platform, title: str) -> Emulation:
    if str(wanted) in info.emulated and str(wanted) != str(info.platform):
        return Emulation(wanted, is_there=True, said=f"builds for {wanted} run emulated, slowly")
    return emulation(info.platform, wanted, is_here=info.is_here, title=title)


def _notes(info: Info, emulates: Emulation) -> list[str]:
    notes = [emulates.said]
    driver, root = info.text("store", "graphDriverName"), info.text("store", "graphRoot")
    if info.free_bytes is not None:
        notes.append(f"{info.free_bytes / 1e9:.1f} GB free in {root}")
    if driver == "vfs":
        notes.append("its storage driver is vfs, which copies every layer: slow and large")
    if not info.is_here:
        notes.append("it runs on a system of its own, with that one's names, proxies and CAs")
    notes.append("Flyte 2 builds with it where image.builder is local-podman; flytekit cannot")
    return [note for note in notes if note]


def _concerns(
    endpoint: PodmanEndpoint,
    info: Info,
    emulates: Emulation,
    found: FoundEngine,
    outside: Outside,
) -> list[Diagnosis]:
    """What stops no test push, and may stop the user's own builds."""
    facts = {"engine": found.title, "endpoint": found.endpoint, "platform": str(emulates.wanted)}
    words = "flytekit calls `docker build --push`, which Podman does not know"
    concerns = [_concern("sdk.engine-unsupported", found.endpoint, words, facts)]
    if emulates.is_there is False:
        concerns.append(_concern("engine.platform-unsupported", "emulation", emulates.said, facts))
    free, root = info.free_bytes, info.text("store", "graphRoot")
    if free is not None and free < LEAST_FREE_BYTES:
        concerns.append(_concern("engine.disk-full", root, f"{free / 1e6:.0f} MB free", facts))
    if not info.has_user_ids:
        words = "only your own user id is mapped"
        concerns.append(_concern("engine.user-ids-missing", "podman info", words, facts))
    socket = endpoint.socket
    if endpoint.is_own and socket is not None and found.endpoint != socket.shown:
        fix = start_socket(is_root=place_of(outside).user_id == 0)
        facts = {**facts, "endpoint": socket.shown}
        words = "no Podman answers there"
        concerns.append(_concern("engine.socket-off", socket.shown, words, facts, fix))
    return concerns


def _concern(cause: str, asked: str, words: str, facts: dict[str, str], *fixes: Fix) -> Diagnosis:
    from wizard.causes import CATALOGUE

    seen = Evidence(Stage.ENGINE, asked, words, facts=facts)
    named = diagnose(Problem(seen, cause=cause), CATALOGUE)
    # What is known of this machine stands in for the catalogue's list of all that could help.
    return replace(named, fixes=fixes or named.fixes, is_warning=True)
