"""What step Registry says of a host whose product is recognised: the real step on real parts."""

from __future__ import annotations

import os
from asyncio import StreamWriter
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.support.hostile import RawRequest, hostile, reply
from wizard.core.checks import Check
from wizard.core.ports import Parts
from wizard.core.state import Choices, Journey, fold
from wizard.sandbox.dialects.products import ACR_HOST, HARBOR_HOST
from wizard.steps.registry import reach
from wizard.wiring import build


async def rows(parts: Parts, prefix: str) -> dict[str, Check]:
    found, _ = parts.parse_prefix(prefix)
    journey = Journey(Choices(prefix=found, image="app"))
    async with aclosing(reach(parts, journey)) as events:
        async for event in events:
            journey = fold(journey, event)
    return {check.id: check for check in journey.checks}


@pytest.mark.parametrize(
    ("host", "title", "remark"),
    [
        (HARBOR_HOST, "it is Harbor", "must exist before the first push"),
        (ACR_HOST, "it is Azure Container Registry", "for the whole registry or not at all"),
    ],
)
async def test_the_product_and_what_holds_there_are_told_with_its_first_answer(
    home: Path, host: str, title: str, remark: str
) -> None:
    async with build({**os.environ, "HOME": str(home)}, sandbox=True) as parts:
        found = await rows(parts, f"{host}/practice")
        assert len(parts.practice.requests) == 1

    (reached,) = (check for check in found.values() if title in check.evidence)
    assert any(remark in line for line in reached.evidence)
    assert {check.status for check in found.values()} == {"pass"}


async def test_a_registry_on_this_machine_is_warned_of(home: Path) -> None:
    async def welcome(_request: RawRequest, out: StreamWriter) -> None:
        await reply(out, 200, b"{}", {})

    async with hostile(welcome) as server, build({**os.environ, "HOME": str(home)}) as parts:
        found = await rows(parts, f"{server.host}/team")

    warned = found["registry.local"]
    assert (warned.status, warned.cause) == ("warn", "reference.local-only")
    assert "a cluster elsewhere cannot pull from it" in warned.summary
    assert "it is a registry on this machine" in warned.evidence[0]
