"""The closer look at one containerd: what drives it, what it can build, how much space it has.

Source: engines.md 1, 2.4, 3.3; union-and-flyte.md 1.6.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Diagnosis, Evidence, Fault, Fix, Problem, Stage, diagnose
from wizard.core.names import InvalidNameError, Platform
from wizard.core.ports import EngineDetails, FoundEngine, Outside, ProgramResult
from wizard.core.text import clean
from wizard.engines.containerd_signs import INSTALL_BUILDKIT, START_BUILDKIT
from wizard.engines.containerd_tools import INSTALL_NERDCTL, Tool, Way, tool_for
from wizard.engines.docker_emulation import Emulation, emulation

LOOK_S: Final = 5.0
LEAST_FREE_BYTES: Final = 64 << 20
_ABOUT_BUILDKIT: Final = (
    "containerd stores, runs and pushes images, and builds none. nerdctl builds with BuildKit, a "
    "service of its own that has to run beside it. The test image is pushed all the same: the "
    "wizard makes it and containerd takes it in."
)
_ROOT = re.compile(r"^\s+root\s+(/\S+)", re.MULTILINE)
_PLATFORM = re.compile(r"^Platforms:\s+([a-z0-9]+/[a-z0-9/]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the tool told of its containerd."""

    platform: Platform
    root: str = ""
    free_bytes: int | None = None


async def examine(
    found: FoundEngine, wanted: Platform, outside: Outside, user_id: int
) -> EngineDetails:
    """Raises Problem when it cannot be used."""
    tool = await tool_for(found, outside, user_id)
    seen = await _look(tool, found, outside)
    emulates = emulation(seen.platform, wanted, is_here=bool(tool.path), title=found.title)
    builds = f"builds with BuildKit {tool.buildkit}" if tool.buildkit else "builds nothing itself"
    return EngineDetails(
        summary=f"{found.title}, {seen.platform}, {builds}, pushes by {tool.way}",
        builder="buildkit" if tool.buildkit else "wizard",
        platform=seen.platform,
        rootless=tool.is_rootless if tool.path else None,
        free_bytes=seen.free_bytes,
        notes=tuple(_notes(tool, seen, emulates)),
        warnings=tuple(_concerns(found, tool, seen, emulates)),
    )


async def _look(tool: Tool, found: FoundEngine, outside: Outside) -> _Seen:
    """By ctr also where nerdctl pushes: nerdctl does not say where its data lies."""
    limit_s = min(LOOK_S, outside.timeout_s)
    if tool.way is Way.IMPORT:
        argv = [*tool.argv, "plugins", "ls", "--detailed"]
        text = _said(await outside.run(argv, timeout_s=limit_s), "ctr plugins ls", found)
        return _by_plugins(text)
    argv = [*tool.argv, "info", "--format", "{{json .}}"]
    text = _said(await outside.run(argv, timeout_s=limit_s), f"{tool.argv[0]} info", found)
    return _by_info(text)


def _said(result: ProgramResult, asked: str, found: FoundEngine) -> str:
    """Raises Problem unless it answered and ended well."""
    if result.code == 0:
        return result.stdout.decode("utf-8", "replace")
    facts = {"engine": found.title, "endpoint": found.endpoint}
    if result.timed_out:
        words = "no answer in time"
        seen = Evidence(Stage.ENGINE, asked, words, fault=Fault.HUNG, facts=facts)
        raise Problem(seen, cause="engine.not-answering")
    last = (result.stderr or result.stdout).decode("utf-8", "replace").strip().splitlines()
    words = clean(last[-1]) if last else f"it ended with {result.code}"
    # Its own signs decide; what they do not know is an engine that cannot be talked to.
    seen = Evidence(Stage.ENGINE, asked, words, message=f"failed to dial: {words}", facts=facts)
    raise Problem(seen)


def _by_plugins(text: str) -> _Seen:
    root, platform = _ROOT.search(text), _PLATFORM.search(text)
    folder = root[1].rpartition("/")[0] if root else ""
    return _Seen(_platform(platform[1] if platform else ""), folder, _free(folder))


def _by_info(text: str) -> _Seen:
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    known = document if isinstance(document, dict) else {}
    os_name, machine = (str(known.get(k) or "") for k in ("OSType", "Architecture"))
    return _Seen(_platform(f"{os_name or 'linux'}/{machine}"))


def _platform(text: str) -> Platform:
    """As it says, else as this machine is: containerd runs no other."""
    try:
        return Platform.parse(text)
    except InvalidNameError:
        return Platform.parse(f"linux/{os.uname().machine}")


def _free(folder: str) -> int | None:
    try:
        space = os.statvfs(folder)
    except (OSError, ValueError):
        return None
    return space.f_bavail * space.f_frsize


def _notes(tool: Tool, seen: _Seen, emulates: Emulation) -> Iterator[str]:
    if tool.buildkit and emulates.said:
        yield emulates.said
    if seen.free_bytes is not None:
        yield f"{seen.free_bytes / 1e9:.1f} GB free in {clean(seen.root, 120)}"
    if not tool.buildkit:
        yield "the wizard makes the test image; containerd takes it in and pushes it"
    if tool.way is Way.IMPORT:
        yield "ctr reads no stored login: it is typed to it for this one push"


def _concerns(
    found: FoundEngine, tool: Tool, seen: _Seen, emulates: Emulation
) -> Iterator[Diagnosis]:
    facts = {
        "engine": found.title,
        "endpoint": found.endpoint,
        "platform": str(emulates.wanted),
        "builder": "BuildKit",
    }
    if not tool.buildkit:
        is_nerdctl = tool.way is Way.LOAD
        words = "no BuildKit answers" if is_nerdctl else "ctr builds nothing, and nerdctl is absent"
        fixes = (START_BUILDKIT, INSTALL_BUILDKIT) if is_nerdctl else (INSTALL_NERDCTL,)
        lacking = _diagnosis("engine.no-builder", "buildkitd.sock", words, facts, fixes)
        yield replace(lacking, explanation=_ABOUT_BUILDKIT)
    elif emulates.is_there is False:
        yield _diagnosis("engine.platform-unsupported", "emulation", emulates.said, facts)
    if seen.free_bytes is not None and seen.free_bytes < LEAST_FREE_BYTES:
        words = f"{seen.free_bytes / 1e6:.0f} MB free"
        yield _diagnosis("engine.disk-full", seen.root, words, facts)
    words = "flytekit and flyte build by docker; neither drives nerdctl or ctr"
    yield _diagnosis("sdk.engine-unsupported", found.endpoint, words, facts)


def _diagnosis(
    cause: str, asked: str, words: str, facts: dict[str, str], only: Iterable[Fix] = ()
) -> Diagnosis:
    """`only` stands in for the catalogue's fixes, which are Docker's."""
    from wizard.causes import CATALOGUE

    seen = Evidence(Stage.ENGINE, asked, words, facts=facts)
    named = diagnose(Problem(seen, cause=cause), CATALOGUE)
    return replace(named, fixes=tuple(only)) if only else named
