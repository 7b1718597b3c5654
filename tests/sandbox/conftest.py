"""A running sandbox and a plain client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from wizard.sandbox.server import Sandbox
from wizard.sandbox.transport import SandboxTransport


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox.start() as running:
        yield running


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """Talks to the registries' real names; never follows a redirect by itself."""
    async with httpx.AsyncClient(transport=SandboxTransport(sandbox), timeout=5) as client:
        yield client
