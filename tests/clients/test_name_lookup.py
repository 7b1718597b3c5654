"""Names are looked up where nobody has to wait for their end."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from wizard.clients.name_lookup import DaemonThreads, address_of, never_wait_for_threads


def test_a_program_ends_while_a_lookup_still_hangs() -> None:
    may_end, has_begun = threading.Event(), threading.Event()

    def hangs() -> None:
        has_begun.set()
        may_end.wait()

    async def program() -> None:
        never_wait_for_threads()
        asyncio.get_running_loop().run_in_executor(None, hangs)
        await asyncio.to_thread(has_begun.wait)

    asyncio.run(program())

    assert not may_end.is_set()
    may_end.set()


async def test_results_and_errors_come_back() -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(DaemonThreads())

    assert await asyncio.to_thread(pow, 2, 5) == 32
    with pytest.raises(socket.gaierror):
        await loop.getaddrinfo("nobody.invalid", None)


async def test_a_name_leads_to_an_address_or_nowhere() -> None:
    assert await address_of("localhost") in ("127.0.0.1", "::1")
    assert await address_of("nobody.invalid") == ""
    assert await address_of("a" * 64 + ".test") == ""
