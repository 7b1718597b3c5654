"""LXD and Incus: found and named, since they cannot push; and the ways around that."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wizard.core.diagnosis import Diagnosis, Evidence, Fault, Fix, Problem, Sign, Stage, diagnose
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.engines.docker_fingerprints import Reply
from wizard.engines.lxd_places import INCUS, LXD, Place, is_installed, places

if TYPE_CHECKING:  # most machines have neither
    from wizard.core.image import TestImage
    from wizard.core.names import Platform, Reference
    from wizard.core.ports import EngineDetails, EngineProgress, EnginePushed, Outside
    from wizard.core.secret import AnyCredential
    from wizard.engines.lxd_instances import Instance
    from wizard.engines.lxd_rest import Server

_CANNOT: Final = "engine.cannot-push"
_OFF: Final = "engine.not-running"
_DENIED: Final = "engine.permission-denied"
_HUNG: Final = "engine.not-answering"


class LxdEngine:
    """Never ready: its rows say what answers, who may use it, and what to do instead."""

    id = "lxd"
    title = "LXD and Incus"
    about = "They run whole systems and cannot push images; Docker inside one of them can."
    signs: tuple[Sign, ...] = ()

    async def detect(self, outside: Outside) -> AsyncGenerator[FoundEngine, None]:
        """All sockets at once; a row for what is there, or installed and off."""
        found = places(outside.environ, outside.home, sys.platform)
        expected = [place for place in found if place.is_there or place.named_by]
        for product in (LXD, INCUS):
            known = [place for place in found if place.product is product]
            if known and not any(p in expected for p in known):
                expected += known[-1:] if is_installed(product, outside.which) else []
        tasks = [asyncio.create_task(_probe(place, outside)) for place in expected]
        try:
            for next_done in asyncio.as_completed(tasks):
                yield await next_done
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def examine(
        self, found: FoundEngine, platform: Platform, outside: Outside
    ) -> EngineDetails:
        """Raises Problem, always: engine.cannot-push, or why it cannot even be asked."""
        del platform, outside
        raise _as_problem(found)

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
        """Raises Problem, always."""
        del image, reference, credential, outside, is_stored
        nothing: tuple[EnginePushed, ...] = ()
        for item in nothing:  # makes this the generator that the protocol asks for
            yield item
        raise _as_problem(found)


def _as_problem(found: FoundEngine) -> Problem:
    from wizard.engines.lxd_fixes import OWN_PUSH

    problem = found.problem
    if problem is not None:
        return Problem(*problem.evidence, cause=problem.cause, fixes=problem.fixes)
    facts = {"engine": found.title, "endpoint": found.endpoint}
    seen = Evidence(Stage.ENGINE, found.endpoint, "it has no push of OCI images", facts=facts)
    return Problem(seen, cause=_CANNOT, fixes=(OWN_PUSH,))


async def _probe(place: Place, outside: Outside) -> FoundEngine:
    from wizard.engines.lxd_instances import instances
    from wizard.engines.lxd_rest import Server, ask_server

    began = time.monotonic()
    server = await ask_server(place.path)
    row = FoundEngine(
        engine=LxdEngine.id,
        title=place.product.title,
        endpoint=place.endpoint,
        status=EngineStatus.BROKEN,
        aliases=(place.named_by,) if place.named_by else (),
    )
    if isinstance(server, Server) and not server.is_trusted:
        words = "it answers, and does not trust this user with its instances"
        server = Reply(EngineStatus.DENIED, words, _DENIED, Fault.DENIED)
    if isinstance(server, Reply):
        is_absent = server.status is EngineStatus.ABSENT
        row = replace(
            row,
            status=EngineStatus.STOPPED if is_absent else server.status,
            problem=_unusable(place, server),
        )
    else:
        listed = await instances(place.path)
        row = replace(
            row,
            title=f"{server.product} {server.version}".strip(),
            version=server.version,
            os="linux",
            aliases=(*row.aliases, *(h.url for i in listed or () for h in i.handed)),
            problem=_cannot_push(place, server, listed, outside),
        )
    return replace(row, seconds=time.monotonic() - began)


def _cannot_push(
    place: Place, server: Server, listed: tuple[Instance, ...] | None, outside: Outside
) -> Diagnosis:
    from wizard.causes import CATALOGUE
    from wizard.engines.lxd_fixes import ways

    title = f"{server.product} {server.version}".strip()
    facts = {"engine": title, "endpoint": place.endpoint}
    answered = f"{title} answers and trusts you; {_counted(listed)}"
    if not server.has_storage:
        answered += "; it was never set up"
    evidence = [Evidence(Stage.ENGINE, place.endpoint, answered, facts=facts)]
    for instance in listed or ():
        for handed in instance.handed:
            state = "running" if instance.is_running else "not running"
            words = f"{state}; hands its {handed.engine} to this machine at {handed.url}"
            evidence.append(Evidence(Stage.ENGINE, f"instance {instance.name}", words, facts=facts))
    fixes = ways(place, server, listed or (), outside.environ, outside.home)
    return diagnose(Problem(*evidence, cause=_CANNOT, fixes=fixes), CATALOGUE)


def _counted(listed: tuple[Instance, ...] | None) -> str:
    if listed is None:
        return "how many instances it has, it did not say in time"
    running = sum(1 for instance in listed if instance.is_running)
    plural = "" if len(listed) == 1 else "s"
    return f"{len(listed)} instance{plural}, {running} running"


def _unusable(place: Place, reply: Reply) -> Diagnosis:
    """With its own fixes instead of the catalogue's, which are Docker's."""
    from wizard.causes import CATALOGUE
    from wizard.engines.lxd_fixes import OWN_PUSH
    from wizard.engines.services import as_root, service

    product = place.product
    facts = {"engine": product.title, "endpoint": place.endpoint}
    asked = f"{place.endpoint}, by {place.named_by}" if place.named_by else place.endpoint
    seen = Evidence(Stage.ENGINE, asked, reply.answered, fault=reply.fault, facts=facts)
    named = diagnose(Problem(seen, cause=reply.cause), CATALOGUE)
    snap = f"{as_root()}snap restart lxd.daemon"
    again = snap if place.is_snap else service("restart", product.title.lower())
    join = Fix(
        f"Join the group {product.group}, then log out and in again",
        command=f"sudo usermod -aG {product.group} $USER",
        system="linux",
        risk="whoever is in this group can become root on this machine",
    )
    elsewhere = Fix("Stop naming that address, in this shell", f"unset {place.named_by}")
    fixes = {
        _OFF: (place.start, OWN_PUSH),
        _DENIED: (join, OWN_PUSH),
        _HUNG: (Fix(f"Restart {product.title}", again, system="linux"), OWN_PUSH),
    }.get(reply.cause, (elsewhere if place.named_by else place.start, OWN_PUSH))
    return replace(named, fixes=fixes)
