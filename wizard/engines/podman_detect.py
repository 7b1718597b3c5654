"""One row for each place where Podman may be had, as soon as it is known how it is there.

Podman's command works without any service: where it is, its user's own engine is ready, and a
missing socket is a note, not a fault (engines.md 3.2).
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from wizard.core.diagnosis import Diagnosis, Evidence, Fault, Fix, Problem, Stage, diagnose
from wizard.core.ports import EngineStatus, FoundEngine, Outside
from wizard.engines.docker_fingerprints import Reply
from wizard.engines.docker_ping import REMOTE_BUDGET_S, ping
from wizard.engines.podman_command import at, command, complaint, environ_for, read_json
from wizard.engines.podman_command import version_said as version_in
from wizard.engines.podman_endpoints import (
    COMMAND,
    SYSTEM_SOCKET,
    Place,
    PodmanEndpoint,
    candidates,
)
from wizard.engines.podman_fixes import (
    LOOK_AGAIN,
    OWN_INSTEAD,
    make_machine,
    restart,
    start_socket,
    way_back,
)
from wizard.engines.podman_signs import PODMAN_SIGNS, SETTINGS_INVALID

ID: Final = "podman"
COMMAND_BUDGET_S: Final = 2.0
"""`podman --version` takes 30 ms, and a second on a machine that is busy."""
BY_COMMAND: Final = "by its command, its socket is off"


def place_of(outside: Outside) -> Place:
    user_id = os.geteuid() if hasattr(os, "geteuid") else 0
    temporary = outside.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - as Podman itself has it
    return Place(outside.environ, outside.home, sys.platform, user_id, temporary)


async def rows(outside: Outside, place: Place) -> AsyncGenerator[FoundEngine, None]:
    """All places at once; the live ones never wait for the hung ones."""
    has_command = outside.which(COMMAND) is not None
    found = candidates(place)
    works = [_rows_of(endpoint, place, outside, has_command) for endpoint in found]
    if not found and has_command:
        works.append(_no_machine())
    tasks = [asyncio.create_task(work) for work in works]
    try:
        for next_done in asyncio.as_completed(tasks):
            for row in await next_done:
                yield row
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _rows_of(
    endpoint: PodmanEndpoint, place: Place, outside: Outside, has_command: bool
) -> list[FoundEngine]:
    began = time.monotonic()
    if not (endpoint.is_own and has_command):
        reply = await _reply(endpoint, outside, has_command)
        return [] if _is_nothing(endpoint, reply) else [_row(endpoint, reply, place, began)]
    by_command, reply = await asyncio.gather(
        _ask_command(endpoint, outside), _reply(endpoint, outside, has_command)
    )
    if reply.status is EngineStatus.READY:
        names = tuple(dict.fromkeys((*endpoint.names, COMMAND)))
        return [_row(replace(endpoint, names=names), reply, place, began)]
    own = replace(endpoint, shown=COMMAND, kind=BY_COMMAND, socket=None, shown_by="")
    found = [_row(own, by_command, place, began)]
    # Missing and left behind are what `off` means. The rest has a reason of its own.
    if reply.status not in (EngineStatus.ABSENT, EngineStatus.STOPPED):
        found.append(_row(replace(endpoint, chosen_by=""), reply, place, began))
    return found


def _is_nothing(endpoint: PodmanEndpoint, reply: Reply) -> bool:
    """A usual place where nothing is and nothing was expected."""
    is_absent = reply.status is EngineStatus.ABSENT
    return is_absent and not endpoint.is_expected and endpoint.chosen_by in ("", "default")


async def _reply(endpoint: PodmanEndpoint, outside: Outside, has_command: bool) -> Reply:
    if endpoint.trouble:
        return _broken(endpoint.trouble)
    if endpoint.socket is None or endpoint.socket.host is None:
        return await _by_ssh(endpoint, outside, has_command)
    reply = await ping(endpoint.socket, endpoint.socket.host, outside)
    if reply.status is EngineStatus.READY and reply.product != "Podman":
        return _broken(f"{reply.answered} answers there, not Podman")
    if reply.cause == "engine.endpoint-invalid":
        return replace(reply, answered=reply.answered.replace("not Docker", "not Podman"))
    return reply


def _broken(words: str) -> Reply:
    return Reply(EngineStatus.BROKEN, words, "engine.endpoint-invalid", Fault.INVALID)


async def _ask_command(endpoint: PodmanEndpoint, outside: Outside) -> Reply:
    """Is it there and does it read its configuration? It asks no socket and opens no store."""
    limit_s = min(COMMAND_BUDGET_S, outside.timeout_s)
    try:
        with _leaving_nothing(environ_for(endpoint, outside)) as environ:
            argv = [COMMAND, "--version"]
            result = await outside.run(argv, timeout_s=limit_s, environ=environ)
    except Problem as problem:
        words = problem.evidence[-1].answered if problem.evidence else "it cannot be started"
        return Reply(EngineStatus.BROKEN, words, "engine.endpoint-invalid", Fault.INVALID)
    if result.timed_out:
        words = f"podman --version said nothing in {limit_s:g} s"
        return Reply(EngineStatus.HUNG, words, "engine.not-answering", Fault.HUNG)
    if result.code != 0:
        words = complaint(result)
        if SETTINGS_INVALID.matches(Evidence(Stage.ENGINE, "podman --version", message=words)):
            return Reply(EngineStatus.BROKEN, words, SETTINGS_INVALID.cause, Fault.INVALID)
        return _broken(words)
    version = version_in(result.stdout)
    return Reply(EngineStatus.READY, f"podman {version}", product="Podman", version=version)


@contextmanager
def _leaving_nothing(environ: dict[str, str]) -> Iterator[dict[str, str]]:
    """Without a runtime folder, even `podman --version` makes two folders in /tmp (seen, 4.3)."""
    if environ.get("XDG_RUNTIME_DIR"):
        yield environ
        return
    from wizard.engines.docker_config_folder import private_folder

    with private_folder() as folder:
        yield {**environ, "TMPDIR": folder}


async def _by_ssh(endpoint: PodmanEndpoint, outside: Outside, has_command: bool) -> Reply:
    """The command knows key and socket on the other side; killed when its time is up."""
    off = "engine.not-running" if endpoint.machine else "engine.endpoint-unreachable"
    status = EngineStatus.STOPPED if endpoint.machine else EngineStatus.BROKEN
    if not has_command:
        words = "only the command podman leads there, and it is not here"
        return Reply(status, words, off, Fault.MISSING)
    limit_s = min(REMOTE_BUDGET_S, outside.timeout_s)
    argv = command(endpoint, "version", "--format", "json")
    environ = environ_for(endpoint, outside)
    try:
        result = await outside.run(argv, timeout_s=limit_s, environ=environ)
    except Problem:
        return Reply(status, "the command podman cannot be started", off, Fault.MISSING)
    if result.timed_out:
        return Reply(status, f"no answer by ssh in {limit_s:g} s", off, Fault.TIMEOUT)
    server = at(read_json(result.stdout), ("Server", "Version"))
    if result.code != 0 or not isinstance(server, str):
        return Reply(status, complaint(result), off, Fault.REFUSED)
    return Reply(EngineStatus.READY, f"Podman {server}", product="Podman", version=server)


async def _no_machine() -> list[FoundEngine]:
    """On macOS and Windows the command alone can do nothing."""
    endpoint = PodmanEndpoint("podman machine", (COMMAND,), start=make_machine())
    words = "no Podman machine was made here, and Linux containers need one"
    reply = Reply(EngineStatus.STOPPED, words, "engine.not-running", Fault.MISSING)
    return [_found(endpoint, reply, "Podman", (make_machine(),), 0.0)]


def _row(endpoint: PodmanEndpoint, reply: Reply, place: Place, began: float) -> FoundEngine:
    seconds = time.monotonic() - began
    title = f"Podman {reply.version}".strip()
    title = f"{title} ({endpoint.kind})" if endpoint.kind else title
    return _found(endpoint, reply, title, _fixes(endpoint, reply, place), seconds)


def _found(
    endpoint: PodmanEndpoint, reply: Reply, title: str, fixes: tuple[Fix, ...], seconds: float
) -> FoundEngine:
    # A missing socket of an installed engine is an engine that is switched off.
    is_absent = reply.status is EngineStatus.ABSENT
    return FoundEngine(
        engine=ID,
        title=title,
        endpoint=endpoint.shown,
        status=EngineStatus.STOPPED if is_absent else reply.status,
        chosen_by=endpoint.chosen_by,
        version=reply.version,
        os=reply.os,
        aliases=endpoint.names,
        problem=_diagnosis(endpoint, reply, title, fixes) if reply.cause else None,
        seconds=seconds,
        shown_by=endpoint.shown_by,
    )


def _fixes(endpoint: PodmanEndpoint, reply: Reply, place: Place) -> tuple[Fix, ...]:
    """In place of the catalogue's, which are Docker's; none where that knows better."""
    is_root = place.user_id == 0
    back = tuple(way_back(endpoint.chosen_by))
    if reply.cause == "engine.not-running":
        if endpoint.start is not None:
            return (endpoint.start, *back)
        return (start_socket(is_root=is_root), *back) if endpoint.is_own else (*back, LOOK_AGAIN)
    if reply.cause == "engine.not-answering":
        is_usual = endpoint.is_own or endpoint.shown == f"unix://{SYSTEM_SOCKET}"
        again = restart(endpoint.machine, is_root=is_root)
        return (*((again,) if again and (is_usual or endpoint.machine) else ()), *back, LOOK_AGAIN)
    if reply.cause == "engine.permission-denied":
        return (OWN_INSTEAD, *back)
    if reply.cause in ("engine.endpoint-invalid", "engine.endpoint-unreachable"):
        return (*back, LOOK_AGAIN)
    return ()


def _diagnosis(
    endpoint: PodmanEndpoint, reply: Reply, title: str, fixes: tuple[Fix, ...]
) -> Diagnosis:
    from wizard.causes import CATALOGUE

    facts = {"endpoint": endpoint.shown, "engine": title}
    if endpoint.chosen_by:
        facts["by"] = endpoint.chosen_by
    asked = f"{endpoint.shown}, by {endpoint.chosen_by}" if endpoint.chosen_by else endpoint.shown
    words = reply.answered
    seen = Evidence(Stage.ENGINE, asked, words, message=words, fault=reply.fault, facts=facts)
    by_signs = diagnose(Problem(seen), CATALOGUE, PODMAN_SIGNS)
    cause = by_signs.cause if by_signs.cause.startswith("engine.") else reply.cause
    named = diagnose(Problem(seen, cause=cause, fixes=fixes), CATALOGUE)
    return replace(named, fixes=fixes) if fixes and cause == reply.cause else named
