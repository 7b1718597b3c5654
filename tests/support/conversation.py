"""Short ways to a registry conversation in a test, and to the problem that it raises."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.hostile import HostileServer
from wizard.causes import CATALOGUE
from wizard.clients.outside import World
from wizard.core.diagnosis import Diagnosis, Problem, diagnose
from wizard.core.image import Descriptor, TestImage, make_test_image
from wizard.core.names import LINUX_AMD64, Repository
from wizard.core.ports import Endpoint, RegistryApi
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential, Secret
from wizard.core.signs import COMMON_SIGNS

CANARY = "CANARY-5f1d0c7e"
ADA = Credential("ada", Secret(CANARY))


LIMIT_S = 1.0
"""The deadline against servers that do not mean well."""


@asynccontextmanager
async def world(
    *,
    timeout_s: float = 5.0,
    on_wait: Callable[[str, float], None] | None = None,
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[World]:
    """The real outside, with this test's environment and home; closed afterwards."""
    made = World(
        os.environ if environ is None else environ, Path.home(), timeout_s, on_wait=on_wait
    )
    try:
        yield made
    finally:
        await made.aclose()


def endpoint(base_url: str, *realms: str, service: str = "") -> Endpoint:
    return Endpoint(base_url.partition("://")[2], base_url, realms, service=service)


def image(label: str = "test") -> TestImage:
    return make_test_image(LINUX_AMD64, {"label": label}, os.urandom(16))


def layer_of(pushed: TestImage) -> Descriptor:
    return pushed.manifest.layers[0]


async def push(api: RegistryApi, repository: Repository, pushed: TestImage, tag: str) -> None:
    config = pushed.manifest.config
    assert config is not None
    await api.push_blob(repository, config, pushed.config)
    await api.push_blob(repository, layer_of(pushed), pushed.layer)
    await api.put_manifest(repository, tag, pushed.manifest)


async def problem_of(asked: Awaitable[object]) -> Problem:
    """The Problem that this raises; anything else fails the test."""
    try:
        answer = await asked
    except Problem as problem:
        return problem
    raise AssertionError(f"nothing was the matter: {answer!r}")


async def diagnosis_of(asked: Awaitable[object]) -> Diagnosis:
    return diagnose(await problem_of(asked), CATALOGUE, COMMON_SIGNS)


async def pulled(
    server: HostileServer, credential: AnyCredential = ANONYMOUS, *realms: str
) -> Diagnosis:
    """What getting a manifest from such a server comes to."""
    async with world(timeout_s=LIMIT_S) as outside:
        api = outside.registry_api(endpoint(server.base_url, *realms), credential)
        return await diagnosis_of(api.get_manifest(Repository(server.host, "team/app"), "v1"))
