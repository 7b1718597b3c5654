"""containerd, driven by nerdctl or ctr: detection, the closer look, and the push."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wizard.core.diagnosis import Diagnosis, Evidence, Fix, Problem, Stage, diagnose
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.core.text import clean
from wizard.engines.containerd_grpc import ask_version, namespaces
from wizard.engines.containerd_places import (
    SYSTEM_SOCKET,
    Place,
    has_docker,
    is_installed,
    nerdctl_of,
    places,
    start_of,
)
from wizard.engines.containerd_signs import CONTAINERD_SIGNS
from wizard.engines.docker_failures import invalid
from wizard.engines.docker_fingerprints import Reply
from wizard.engines.services import service

if TYPE_CHECKING:
    from wizard.core.image import TestImage
    from wizard.core.names import Platform, Reference
    from wizard.core.ports import (
        EngineDetails,
        EngineProgress,
        EnginePushed,
        Outside,
        ProgramResult,
    )
    from wizard.core.secret import AnyCredential

ASK_NERDCTL_S: Final = 3.0
DOCKERS_NAMESPACE: Final = "moby"
_NONCE_BYTES: Final = 4
_OFF, _HUNG = "engine.not-running", "engine.not-answering"

_AS_ROOT: Final = Fix(
    "Run the wizard as root for this: its socket belongs to root alone",
    command="sudo registry-wizard setup --engine containerd",
    system="linux",
)
_ROOTLESS: Final = Fix(
    "Or set up a containerd of your own user",
    command="containerd-rootless-setuptool.sh install",
    url="https://github.com/containerd/nerdctl/blob/main/docs/rootless.md",
    system="linux",
)
_OTHER_ADDRESS: Final = Fix(
    "Stop naming that address, in this shell", command="unset CONTAINERD_ADDRESS"
)


class ContainerdEngine:
    """Found by its sockets, and by a nerdctl that leads into a machine of its own."""

    id = "containerd"
    title = "containerd"
    about = "containerd with nerdctl or ctr: pushes test images; your SDK cannot build with it."
    signs = CONTAINERD_SIGNS

    async def detect(self, outside: Outside) -> AsyncGenerator[FoundEngine, None]:
        """All sockets at once, one question each; none for the one that is only Docker's."""
        found = places(outside.environ, sys.platform, _user_id())
        tasks = [asyncio.create_task(_probe(place, outside)) for place in found]
        if not any(os.path.exists(place.path) for place in found):  # noqa: PTH110 - never raises
            tasks.append(asyncio.create_task(_ask_nerdctl(outside)))
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
        """Program, platform, space, BuildKit, and what the SDK says to it. Raises Problem."""
        from wizard.engines.containerd_examine import examine

        return await examine(found, platform, outside, _user_id())

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
        """By nerdctl where it is, built where BuildKit is; else imported and pushed by ctr."""
        import secrets

        from wizard.engines.containerd_ctr import push_by_ctr
        from wizard.engines.containerd_job import Job
        from wizard.engines.containerd_nerdctl import push_by_nerdctl
        from wizard.engines.containerd_tools import Way, tool_for

        tool = await tool_for(found, outside, _user_id())
        job = Job(
            tool=tool,
            title=found.title,
            endpoint=found.endpoint,
            image=image,
            reference=reference,
            credential=credential,
            is_stored=is_stored,
            outside=outside,
            namespace=f"registry-wizard-{secrets.token_hex(_NONCE_BYTES)}",
        )
        by_ctr = tool.way is Way.IMPORT
        async with aclosing(push_by_ctr(job) if by_ctr else push_by_nerdctl(job)) as items:
            async for item in items:
                yield item


def _user_id() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0


async def _probe(place: Place, outside: Outside) -> FoundEngine | None:
    """One row; None for a usual place where nothing is, or nothing but Docker's own."""
    began = time.monotonic()
    if place.is_dockers:
        reply = invalid("it is Docker's own containerd: choose Docker, which uses it")
    else:
        reply = await ask_version(place.path)
    if not place.named_by and await _is_no_offer(place, reply, outside):
        return None
    is_absent = reply.status is EngineStatus.ABSENT
    return FoundEngine(
        engine=ContainerdEngine.id,
        title=_title(place.title, reply.version),
        endpoint=place.endpoint,
        status=EngineStatus.STOPPED if is_absent else reply.status,
        version=reply.version,
        os=reply.os,
        # Not chosen_by: that is Docker's alone, whose engine the SDK uses.
        aliases=(place.named_by,) if place.named_by else (),
        problem=_diagnosis(place, reply) if reply.cause else None,
        seconds=time.monotonic() - began,
    )


async def _is_no_offer(place: Place, reply: Reply, outside: Outside) -> bool:
    """Docker below everything, or nothing there where nobody installed anything."""
    is_asked_for = bool(nerdctl_of(outside.which)) or not has_docker(outside.which)
    if reply.status is EngineStatus.ABSENT:
        is_usual = place.path == SYSTEM_SOCKET
        return not (is_usual and is_asked_for and is_installed(outside.which))
    if is_asked_for or place.path != SYSTEM_SOCKET:
        return False
    if reply.status is EngineStatus.READY:
        return DOCKERS_NAMESPACE in await namespaces(place.path)
    return True


def _title(title: str, version: str) -> str:
    """`containerd 1.6.20`, `containerd (rootless) 1.7.2`; without a distribution's own suffix."""
    return f"{title} {version.partition('~')[0].partition('+')[0]}" if version else title


def _diagnosis(place: Place, reply: Reply, endpoint: str = "") -> Diagnosis:
    """With containerd's fixes instead of the catalogue's, which are Docker's."""
    from wizard.causes import CATALOGUE

    endpoint = endpoint or place.endpoint
    facts = {"endpoint": endpoint, "engine": place.title}
    asked = f"{endpoint}, by {place.named_by}" if place.named_by else endpoint
    seen = Evidence(Stage.ENGINE, asked, reply.answered, fault=reply.fault, facts=facts)
    named = diagnose(Problem(seen, cause=reply.cause), CATALOGUE)
    elsewhere = (_OTHER_ADDRESS,) if place.named_by else ()
    fixes = {
        "engine.permission-denied": (_AS_ROOT, _ROOTLESS),
        _HUNG: (_restart(), *elsewhere),
        _OFF: (place.start, *elsewhere),
        "engine.endpoint-invalid": elsewhere or named.fixes,
    }
    return replace(named, fixes=fixes.get(reply.cause, named.fixes))


def _restart() -> Fix:
    return Fix(
        "Restart containerd",
        command=service("restart", "containerd"),
        system="linux",
        risk="containers keep running; what is being pulled or built starts again",
    )


async def _ask_nerdctl(outside: Outside) -> FoundEngine | None:
    """A product keeps containerd in a machine of its own, and puts its nerdctl on PATH."""
    began = time.monotonic()
    program = nerdctl_of(outside.which)
    if not program:
        return None
    limit_s = min(ASK_NERDCTL_S, outside.timeout_s)
    try:
        argv = [program, "version", "--format", "{{json .}}"]
        result = await outside.run(argv, timeout_s=limit_s)
    except Problem:
        return None
    version = _server(result.stdout) if result.code == 0 else ""
    row = FoundEngine(
        engine=ContainerdEngine.id,
        title=_title("containerd", version) + f" by {program}",
        endpoint=program,
        status=EngineStatus.READY,
        version=version,
        os="linux",
        aliases=(program,),
        seconds=time.monotonic() - began,
    )
    start = start_of(program, outside.which)
    if version or start is None:
        return row if version else None
    return _not_answering(row, start, result, limit_s)


def _not_answering(
    row: FoundEngine, start: Fix, result: ProgramResult, limit_s: float
) -> FoundEngine:
    """Its machine is off or hangs."""
    if result.timed_out:
        words, status, cause = f"no answer in {limit_s:g} s", EngineStatus.HUNG, _HUNG
    else:
        last = (result.stderr or result.stdout).decode("utf-8", "replace").strip().splitlines()
        words = clean(last[-1], 200) if last else f"it ended with {result.code}"
        status, cause = EngineStatus.STOPPED, _OFF
    place = Place(row.endpoint, row.title, start=start)
    reply = Reply(status, words, cause)
    return replace(row, status=status, problem=_diagnosis(place, reply, row.endpoint))


def _server(stdout: bytes) -> str:
    """The version of the containerd behind nerdctl; empty when only the client is named."""
    try:
        document = json.loads(stdout)
        parts = document["Server"]["Components"]
        versions = [part["Version"] for part in parts if part["Name"] == "containerd"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return clean(str(versions[0]), 40).removeprefix("v") if versions else ""
