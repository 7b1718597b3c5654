"""The closer look at one Docker engine: what it is, and what it can do for the cluster.

Source: engines.md 1, 2.4, 3.1.
"""

from __future__ import annotations

import asyncio

from wizard.clients.blocking import Stop, in_thread
from wizard.core.diagnosis import Evidence, Problem, Stage
from wizard.core.names import Platform
from wizard.core.ports import EngineDetails, FoundEngine, Outside
from wizard.core.text import clean
from wizard.engines.docker_answers import Answers
from wizard.engines.docker_buildx import Buildx, look_for_buildx
from wizard.engines.docker_concerns import concerns
from wizard.engines.docker_emulation import Emulation, emulation
from wizard.engines.docker_endpoints import VERSION_VARIABLE, DockerEndpoint
from wizard.engines.docker_sdk import opened, talking


async def examine(
    endpoint: DockerEndpoint, found: FoundEngine, wanted: Platform, outside: Outside
) -> EngineDetails:
    """Raises Problem when it cannot be used."""

    def ask(stop: Stop) -> Answers:
        asked = f"GET {endpoint.shown}/info"
        with (
            opened(endpoint, found.title, stop) as client,
            talking(Stage.ENGINE, asked, found.title),
        ):
            return Answers(endpoint, client.version(), client.info())

    looking = asyncio.create_task(look_for_buildx(outside))
    try:
        answers = await in_thread(ask)
        buildx = await looking
    finally:
        # Not gather(): that lets the other one run on when the first one fails.
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    _refuse_pinned(answers, found, outside)
    own = answers.platform
    if own.os != "linux":
        raise _no_linux(own, found, wanted)
    title = answers.product(found.title)
    emulates = emulation(own, wanted, is_here=answers.is_here, title=title)
    return EngineDetails(
        summary=_summary(title, answers, buildx),
        builder="buildx" if buildx.is_there else "classic",
        platform=own,
        rootless=answers.is_rootless,
        free_bytes=answers.free_bytes,
        notes=tuple(_notes(answers, buildx, emulates)),
        warnings=concerns(answers, buildx, emulates, title, outside),
    )


def _refuse_pinned(answers: Answers, found: FoundEngine, outside: Outside) -> None:
    """The docker command speaks this version and no other; the SDK builds by that command."""
    pinned = clean(outside.environ.get(VERSION_VARIABLE, ""), 20)
    if not pinned or answers.speaks(pinned):
        return
    words = f"{pinned}, while {found.title} speaks {answers.api}"
    seen = Evidence(Stage.ENGINE, VERSION_VARIABLE, words, facts={"engine": found.title})
    raise Problem(seen, cause="engine.too-old")


def _no_linux(own: Platform, found: FoundEngine, wanted: Platform) -> Problem:
    facts = {"engine": found.title, "platform": str(wanted)}
    words = f"it is switched to {clean(own.os, 20)} containers"
    seen = Evidence(Stage.ENGINE, found.title, words, facts=facts)
    return Problem(seen, cause="engine.platform-unsupported")


def _summary(title: str, answers: Answers, buildx: Buildx) -> str:
    kind = ", rootless" if answers.is_rootless else ""
    way = buildx.said if buildx.is_there else "its classic builder"
    open_ = "; it is reached without encryption, logins too" if answers.is_overheard else ""
    return f"{title}{kind}, API {answers.api}, {answers.platform}, builds with {way}{open_}"


def _notes(answers: Answers, buildx: Buildx, emulates: Emulation) -> list[str]:
    notes = [emulates.said]
    if answers.free_bytes is not None:
        notes.append(f"{answers.free_bytes / 1e9:.1f} GB free in {answers.text('DockerRootDir')}")
    elif not answers.is_here:
        notes.append("it runs on a system of its own, with that one's names, proxies and CAs")
    if not buildx.is_there:
        notes.append(buildx.said)
    return [note for note in (*notes, *answers.alarms) if note]
