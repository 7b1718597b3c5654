"""GitHub's REST interface on loopback: each test says what it answers (registries.md A3, A5, A6).

async with github(tmp_path) as hub:
    hub.answers["GET /user"] = said({"login": "octo"}, scopes="write:packages")
    await provider.inspect(..., hub.world)
"""

from __future__ import annotations

import json
from asyncio import StreamWriter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.hostile import HostileServer, RawRequest, hostile, reply
from wizard.clients.outside import World
from wizard.clients.transport import Rerouted


@dataclass(frozen=True)
class Said:
    status: int
    body: bytes
    headers: Mapping[str, str]


def said(
    document: Any = None, status: int = 200, *, scopes: str | None = None, **more: str
) -> Said:
    """An answer; `more` are headers with underscores for dashes."""
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    if scopes is not None:
        headers["X-OAuth-Scopes"] = scopes
    body = b"" if document is None else json.dumps(document).encode()
    return Said(status, body, headers)


NOT_FOUND = said({"message": "Not Found"}, 404)


@dataclass
class Github:
    world: World
    server: HostileServer
    answers: dict[str, Said] = field(default_factory=dict)
    """By method and path, with the query where it matters: `GET /user`."""

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.server.requests]


@asynccontextmanager
async def github(home: Path, *, timeout_s: float = 5.0, **environ: str) -> AsyncIterator[Github]:
    answers: dict[str, Said] = {}

    async def say(request: RawRequest, out: StreamWriter) -> None:
        whole = answers.get(f"{request.method} {request.target}")
        answer = whole or answers.get(f"{request.method} {request.path}", NOT_FOUND)
        await reply(out, answer.status, answer.body, answer.headers)

    async with hostile(say) as server:
        routes = {"https://api.github.com": server.base_url}
        world = World(environ, home, timeout_s, transport=lambda: Rerouted(routes))
        try:
            yield Github(world, server, answers)
        finally:
            await world.aclose()
