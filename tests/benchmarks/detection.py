"""Engines found by one `/_ping` each, while any number of sockets hang (performance.md)."""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks.measure import Row
from tests.support.sockets import answering, hung
from wizard.clients.outside import World
from wizard.engines.docker import DockerEngine
from wizard.engines.docker_ping import LOCAL_BUDGET_S

LIVE: Final = 4
HANGING: Final = (0, 1, 3, 30)
_TURNS: Final = 3
_REPLY: Final = (
    b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nOstype: linux\r\nServer: Docker/20.10.24 (linux)\r\n"
    b"Content-Length: 2\r\nConnection: close\r\n\r\nOK"
)


@dataclass(frozen=True, slots=True)
class Detected:
    live_s: float
    """When the last live engine was shown."""
    all_s: float
    most_requests: int
    """At one socket."""


def rows() -> Iterator[Row]:
    most = 0
    for hanging in HANGING:
        turns = [asyncio.run(_detect(hanging)) for _ in range(_TURNS)]
        most = max(most, *(turn.most_requests for turn in turns))
        live_ms = median(turn.live_s for turn in turns) * 1000
        yield Row(f"{LIVE} live sockets shown, {hanging} hung ones beside them", live_ms, 50, "ms")
        if hanging:
            over_ms = (max(turn.all_s for turn in turns) - LOCAL_BUDGET_S) * 1000
            what = f"all said, {hanging} hung: beyond the budget of {LOCAL_BUDGET_S:g} s"
            yield Row(what, over_ms, 50, "ms")
    yield Row("requests at one socket, at most", most, 1, "")


async def _detect(hanging: int) -> Detected:
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        live = [
            await stack.enter_async_context(answering(home / f"live-{number}", _REPLY))
            for number in range(LIVE)
        ]
        dead = [stack.enter_context(hung(home / f"hung-{number}")) for number in range(hanging)]
        for number, url in enumerate([*(socket.url for socket in live), *dead]):
            _context(home, f"context-{number}", url)
        outside = World({"HOME": str(home), "PATH": ""}, home)
        live_s = 0.0
        seen = 0
        began = time.perf_counter()
        async with aclosing(DockerEngine().detect(outside)) as found:
            async for engine in found:
                if engine.is_ready:
                    live_s, seen = time.perf_counter() - began, seen + 1
        all_s = time.perf_counter() - began
        if seen < LIVE:
            raise AssertionError(f"{seen} of {LIVE} live engines were found")
        return Detected(live_s, all_s, max(len(socket.requests) for socket in live))


def _context(home: Path, name: str, url: str) -> None:
    """A docker context, as `docker context create` writes it."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    folder = home / ".docker" / "contexts" / "meta" / digest
    folder.mkdir(parents=True)
    endpoints = {"docker": {"Host": url, "SkipTLSVerify": False}}
    document = {"Name": name, "Metadata": {}, "Endpoints": endpoints}
    (folder / "meta.json").write_text(json.dumps(document))
