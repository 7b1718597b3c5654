"""The practice Docker Hub of a test, and the real outside that talks to it.

async with practice_hub(home) as hub:
    await HUB.inspect(hub.person(hub_accounts.READ_TOKEN), repository(), hub.world)
    hub.asked()
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.conversation import image, problem_of, push
from wizard.causes import CATALOGUE
from wizard.clients.outside import World
from wizard.core.diagnosis import Diagnosis, Problem, diagnose
from wizard.core.image import TestImage
from wizard.core.names import Reference, Repository
from wizard.core.ports import RegistryApi
from wizard.core.secret import AnyCredential, Credential, Secret
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import for_host
from wizard.sandbox.dialects import hub_accounts
from wizard.sandbox.dialects.dockerhub import HOST, DockerHub
from wizard.sandbox.faults import PracticeFault
from wizard.sandbox.server import Sandbox
from wizard.sandbox.transport import SandboxTransport

HUB = for_host(HOST)
ENDPOINT = HUB.endpoint(HOST)


def repository(path: str = "practice/app") -> Repository:
    return Repository(HOST, path)


def person(secret: str = hub_accounts.DELETE_TOKEN, username: str = "practice") -> Credential:
    return Credential(username, Secret(secret))


def named(problem: Problem) -> Diagnosis:
    return diagnose(problem, CATALOGUE, HUB.signs, COMMON_SIGNS)


async def refused(asked: Any) -> Diagnosis:
    """The diagnosis of what this raises; nothing that it says holds a secret."""
    problem = await problem_of(asked)
    found = named(problem)
    assert "dckr_" not in repr(problem.evidence) + repr(found)
    return found


@dataclass
class PracticeHub:
    sandbox: Sandbox
    world: World

    @property
    def dialect(self) -> DockerHub:
        found = self.sandbox._app.dialect(HOST)
        assert isinstance(found, DockerHub)
        return found

    def api(self, credential: AnyCredential) -> RegistryApi:
        return self.world.registry_api(ENDPOINT, credential)

    def asked(self) -> list[str]:
        """What came in, each as method, host and path."""
        return [f"{one.method} {one.host}{one.path}" for one in self.sandbox.requests]

    def meddle(self, **hooks: Any) -> None:
        """Let something happen between the requests: the hooks of a practice fault."""
        self.sandbox._app.faults["meddling"] = PracticeFault("meddling", "", "", **hooks)

    async def push(
        self, path: str = "practice/app", tag: str = "1", credential: Credential | None = None
    ) -> tuple[Reference, TestImage]:
        made = image()
        await push(self.api(credential or person()), repository(path), made, tag)
        return repository(path).tagged(tag), made


@asynccontextmanager
async def practice_hub(home: Path) -> AsyncIterator[PracticeHub]:
    async with Sandbox.start() as sandbox:
        world = World({}, home, 5.0, transport=lambda: SandboxTransport(sandbox))
        try:
            yield PracticeHub(sandbox, world)
        finally:
            await world.aclose()
