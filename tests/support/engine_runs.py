"""Drive an engine as a step does, and look at what it left behind."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from wizard.causes import CATALOGUE
from wizard.clients.outside import World
from wizard.core.diagnosis import Diagnosis, Problem, diagnose
from wizard.core.image import TestImage, make_test_image
from wizard.core.names import LINUX_AMD64, Platform, Reference
from wizard.core.ports import Engine, EngineProgress, EnginePushed, EngineStatus, FoundEngine
from wizard.core.secret import ANONYMOUS, AnyCredential
from wizard.core.signs import COMMON_SIGNS

LABELS = {"org.opencontainers.image.title": "test", "about": 'quotes " and $dollars'}


def world(home: Path, timeout_s: float = 5.0, **environ: str) -> World:
    """An outside with nothing of the developer's but PATH."""
    return World({"HOME": str(home), "PATH": os.environ["PATH"], **environ}, home, timeout_s)


def found_at(url: str) -> FoundEngine:
    return FoundEngine("docker", "Docker 20.10", url, EngineStatus.READY, chosen_by="DOCKER_HOST")


def fresh_image(platform: Platform = LINUX_AMD64, nonce_bytes: int = 32) -> TestImage:
    return make_test_image(platform, LABELS, secrets.token_bytes(nonce_bytes))


async def rows(engine: Engine, outside: World) -> list[FoundEngine]:
    async with aclosing(engine.detect(outside)) as found:
        return [row async for row in found]


async def row_at(engine: Engine, outside: World, endpoint: str) -> FoundEngine:
    return next(row for row in await rows(engine, outside) if row.endpoint == endpoint)


@dataclass
class Pushing:
    lines: list[str]
    pushed: EnginePushed


async def push(
    engine: Engine,
    found: FoundEngine,
    outside: World,
    reference: str,
    *,
    image: TestImage | None = None,
    credential: AnyCredential = ANONYMOUS,
    is_stored: bool = False,
    on_line: Callable[[str], None] = lambda _: None,
) -> Pushing:
    lines: list[str] = []
    pushed: EnginePushed | None = None
    items = engine.push(
        found,
        image or fresh_image(),
        Reference.parse(reference),
        credential,
        outside,
        is_stored=is_stored,
    )
    async with aclosing(items) as running:
        async for item in running:
            assert pushed is None, "something came after the end"
            if isinstance(item, EngineProgress):
                lines.append(item.text)
                on_line(item.text)
            else:
                pushed = item
    assert pushed is not None, "a push ends with EnginePushed"
    return Pushing(lines, pushed)


def named(problem: Problem, engine: Engine) -> Diagnosis:
    """As the step names it, with the engine's signs before the common ones."""
    return diagnose(problem, CATALOGUE, engine.signs, COMMON_SIGNS)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "blocking"]


def image_ids(url: str) -> set[str]:
    """Every image that the engine holds, those without a name too."""
    import docker

    client = docker.APIClient(base_url=url)
    try:
        return {image["Id"] for image in client.images(all=True)}
    finally:
        client.close()


def containers(url: str) -> list[str]:
    import docker

    client = docker.APIClient(base_url=url)
    try:
        return [container["Id"] for container in client.containers(all=True)]
    finally:
        client.close()
