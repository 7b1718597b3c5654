"""Servers that flood and stall: each a named cause within its deadline and bounds."""

from __future__ import annotations

import asyncio
import re
import time
import zlib
from asyncio import StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.conversation import (
    ADA,
    LIMIT_S,
    pulled,
)
from tests.support.hostile import RawRequest, always, bearer, hostile, reply
from wizard.core.diagnosis import Fault
from wizard.core.image import OCI_MANIFEST

JSON = {"Content-Type": "application/json"}
MANIFEST = {"Content-Type": OCI_MANIFEST}

BOMB_BYTES = 300 << 20
MOST_GROWTH_KIB = 40 * 1024


@contextmanager
def bounded_memory() -> Iterator[None]:
    """The process must not grow by more than a few answers, not even for a moment."""
    # 5 resets the high-water mark (proc(5)).
    Path("/proc/self/clear_refs").write_text("5")
    before = peak_kib()
    yield
    assert peak_kib() - before < MOST_GROWTH_KIB


def peak_kib() -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])


def bomb() -> bytes:
    packer = zlib.compressobj(wbits=31)
    zeros = b"\0" * (1 << 20)
    packed = [packer.compress(zeros) for _ in range(BOMB_BYTES >> 20)]
    return b"".join([*packed, packer.flush()])


async def endless(_request: RawRequest, out: StreamWriter) -> None:
    out.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        out.write(b" " * 65536)
        await out.drain()


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measured by Linux's proc")
async def test_an_endless_body_ends_at_its_bound() -> None:
    async with hostile(endless) as server:
        with bounded_memory():
            found = await pulled(server)

    assert (found.cause, found.evidence[-1].fault) == ("network.intercepted", Fault.TOO_LARGE)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measured by Linux's proc")
async def test_a_compression_bomb_is_not_unpacked() -> None:
    async with hostile(always(200, bomb(), {**MANIFEST, "Content-Encoding": "gzip"})) as server:
        with bounded_memory():
            found = await pulled(server)

    assert (found.cause, found.evidence[-1].fault) == ("network.intercepted", Fault.TOO_LARGE)


async def test_a_packing_nobody_asked_for_is_refused() -> None:
    packed = {**MANIFEST, "Content-Encoding": "br"}
    async with hostile(always(200, b"????", packed)) as server:
        found = await pulled(server)

    assert (found.cause, found.evidence[-1].fault) == ("network.intercepted", Fault.NONSENSE)


async def test_a_body_that_says_it_is_huge_is_not_begun() -> None:
    async with hostile(always(200, b"{", MANIFEST, length=1 << 50)) as server:
        found = await pulled(server)

    assert found.evidence[-1].fault is Fault.TOO_LARGE


async def test_a_token_service_may_not_talk_for_ever() -> None:
    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.path == "/token":
            await endless(request, out)
        await reply(out, 401, b"", bearer("/token"))

    async with hostile(say) as server:
        found = await pulled(server)

    assert found.evidence[-1].fault is Fault.TOO_LARGE
    assert found.evidence[-1].stage == "token"
    assert found.evidence[-1].asked.endswith("/token")


@pytest.mark.parametrize("count", [2_000, 10_000])
async def test_ten_thousand_challenges_are_not_answered(count: int) -> None:
    async def say(_request: RawRequest, out: StreamWriter) -> None:
        await reply(out, 401, b"", [("WWW-Authenticate", "Basic realm=x")] * count)

    async with hostile(say) as server:
        found = await pulled(server, ADA)

        assert found.cause == "network.intercepted"
        assert not server.saw_credential


async def test_headers_without_end_are_not_read() -> None:
    async def say(_request: RawRequest, out: StreamWriter) -> None:
        out.write(b"HTTP/1.1 401 Said\r\n")
        while True:
            out.write(b"WWW-Authenticate: Basic realm=x\r\n" * 1000)
            await out.drain()

    async with hostile(say) as server:
        found = await pulled(server, ADA)

    assert found.cause == "network.intercepted"


async def test_deep_json_is_no_manifest() -> None:
    async with hostile(always(200, b"[" * 200_000, MANIFEST)) as server:
        found = await pulled(server)

    assert (found.cause, found.evidence[-1].fault) == ("network.intercepted", Fault.NONSENSE)


async def test_a_slow_drip_ends_at_the_deadline() -> None:
    async def say(_request: RawRequest, out: StreamWriter) -> None:
        out.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            out.write(b" ")
            await out.drain()
            await asyncio.sleep(0.05)

    began = time.monotonic()
    async with hostile(say) as server:
        found = await pulled(server)

    assert found.cause == "network.timeout"
    assert time.monotonic() - began < LIMIT_S + 1


async def test_silence_after_the_connection_is_a_timeout() -> None:
    async def say(_request: RawRequest, _out: StreamWriter) -> None:
        await asyncio.Event().wait()

    async with hostile(say) as server:
        assert (await pulled(server)).cause == "network.timeout"


async def test_a_silent_token_service_is_named_in_the_evidence() -> None:
    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.path == "/token":
            await asyncio.Event().wait()
        await reply(out, 401, b"", bearer("/token"))

    async with hostile(say) as server:
        found = await pulled(server)

    assert found.cause == "network.timeout"
    assert found.evidence[-1].asked.endswith("/token")
