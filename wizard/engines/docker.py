"""Docker, and every product that speaks its API: detection, the closer look, and the push."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wizard.core.diagnosis import Diagnosis, Evidence, Fault, Problem, Stage, diagnose
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.engines.docker_endpoints import DockerEndpoint, candidates
from wizard.engines.docker_fingerprints import Reply
from wizard.engines.docker_ping import ping
from wizard.engines.docker_products import ENGINE, PROGRAMS
from wizard.engines.docker_signs import DOCKER_SIGNS

if TYPE_CHECKING:
    from wizard.core.image import TestImage
    from wizard.core.names import Platform, Reference
    from wizard.core.ports import EngineDetails, EngineProgress, EnginePushed, Outside
    from wizard.core.secret import AnyCredential

_SYSTEM_PROGRAMS: Final = ("/usr/sbin/dockerd", "/usr/local/sbin/dockerd")
"""Not on every user's PATH."""
_APPLICATION: Final = Path("/Applications/Docker.app")


class DockerEngine:
    """Found at any number of endpoints; each is one row."""

    id = "docker"
    title = "Docker"
    about = "Docker Engine, Docker Desktop, Colima, OrbStack, Rancher Desktop: what the SDK uses."
    signs = DOCKER_SIGNS

    async def detect(self, outside: Outside) -> AsyncGenerator[FoundEngine, None]:
        """All endpoints at once, one `/_ping` each; the live ones never wait for the hung ones."""
        found = _candidates(outside)
        is_alone = not any(_is_there(endpoint) for endpoint in found)
        tasks = [asyncio.create_task(_probe(endpoint, outside, is_alone)) for endpoint in found]
        try:
            for next_done in asyncio.as_completed(tasks):
                row = await next_done
                if row is not None:
                    yield row
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def examine(
        self, found: FoundEngine, platform: Platform, outside: Outside
    ) -> EngineDetails:
        """By the SDK: product, API, rootless, space, builder, emulation. Raises Problem."""
        from wizard.engines.docker_examine import examine

        return await examine(_endpoint_of(found, outside), found, platform, outside)

    async def push(
        self,
        found: FoundEngine,
        image: TestImage,
        reference: Reference,
        credential: AnyCredential,
        outside: Outside,
        *,
        is_stored: bool = True,
    ) -> AsyncGenerator[EngineProgress | EnginePushed, None]:
        """As the SDK does where buildx is there; else by the engine's own builder."""
        from wizard.engines.docker_buildx import look_for_buildx, push_by_command
        from wizard.engines.docker_job import Job
        from wizard.engines.docker_push import push_by_api

        endpoint = _endpoint_of(found, outside)
        job = Job(endpoint, found.title, image, reference, credential, is_stored, outside)
        buildx = await look_for_buildx(outside)
        async with aclosing(push_by_command(job) if buildx.is_there else push_by_api(job)) as items:
            async for item in items:
                yield item


def _candidates(outside: Outside) -> list[DockerEndpoint]:
    user_id = os.getuid() if hasattr(os, "getuid") else 0
    return candidates(outside.environ, outside.home, sys.platform, user_id)


def _endpoint_of(found: FoundEngine, outside: Outside) -> DockerEndpoint:
    """The endpoint of a row that `detect` gave, with its certificates."""
    for endpoint in _candidates(outside):
        if endpoint.shown == found.endpoint:
            return endpoint
    seen = Evidence(Stage.ENGINE, found.endpoint, "it is not configured here any more")
    raise Problem(seen, cause="engine.endpoint-invalid")


def _is_there(endpoint: DockerEndpoint) -> bool:
    """Something of an engine is on this machine, or a person says where one is."""
    if endpoint.chosen_by not in ("", "default") or endpoint.product.is_installed():
        return True
    if endpoint.host is None or endpoint.host.scheme != "unix":
        return endpoint.host is not None and endpoint.host.scheme != "npipe"
    return os.path.lexists(endpoint.host.path)


async def _probe(endpoint: DockerEndpoint, outside: Outside, is_alone: bool) -> FoundEngine | None:
    """One row; None for a usual place where nothing is and nothing was expected."""
    began = time.monotonic()
    if endpoint.host is None:
        reply = Reply(
            EngineStatus.BROKEN, endpoint.trouble, "engine.endpoint-invalid", Fault.INVALID
        )
    else:
        reply = await ping(endpoint, endpoint.host, outside)
    is_absent = reply.status is EngineStatus.ABSENT
    if is_absent and not endpoint.is_expected and not endpoint.chosen_by:
        return None
    cause = reply.cause
    if is_absent and is_alone and not _is_installed(outside):
        cause = "engine.none-found"
    title = _title(endpoint, reply)
    # A missing socket of an installed engine is an engine that is switched off.
    stopped = is_absent and cause != "engine.none-found"
    return FoundEngine(
        engine=DockerEngine.id,
        title=title,
        endpoint=endpoint.shown,
        status=EngineStatus.STOPPED if stopped else reply.status,
        chosen_by=endpoint.chosen_by,
        version=reply.version,
        os=reply.os,
        aliases=endpoint.names,
        problem=_diagnosis(endpoint, reply, cause, title, outside) if cause else None,
        seconds=time.monotonic() - began,
    )


def _is_installed(outside: Outside) -> bool:
    return (
        any(outside.which(program) for program in PROGRAMS)
        or any(os.path.exists(program) for program in _SYSTEM_PROGRAMS)  # noqa: PTH110
        or (sys.platform == "darwin" and _APPLICATION.exists())
    )


def _title(endpoint: DockerEndpoint, reply: Reply) -> str:
    """`Docker 28.2.1`, `Colima (Docker 27.1)`, `Docker Desktop`."""
    answers = f"{reply.product} {reply.version}" if reply.version else ""
    product = endpoint.product
    if product is ENGINE or product.title == "Docker":
        return answers or product.title
    return f"{product.title} ({answers})" if answers else product.title


def _diagnosis(
    endpoint: DockerEndpoint, reply: Reply, cause: str, title: str, outside: Outside
) -> Diagnosis:
    from wizard.causes import CATALOGUE
    from wizard.engines.docker_fixes import fixes_at

    facts = {"endpoint": endpoint.shown, "engine": title}
    if endpoint.chosen_by:
        facts["by"] = endpoint.chosen_by
    asked = f"{endpoint.shown}, by {endpoint.chosen_by}" if endpoint.chosen_by else endpoint.shown
    seen = Evidence(Stage.ENGINE, asked, reply.answered, fault=reply.fault, facts=facts)
    named = diagnose(Problem(seen, cause=cause), CATALOGUE)
    return replace(named, fixes=fixes_at(endpoint, reply, cause, outside.home, named.fixes))
