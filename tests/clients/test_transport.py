"""What the pools make of connections that rested, and of answers that come too early."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h2.exceptions
import httpx
import pytest

from tests.support.hostile import always, hostile
from wizard.clients.http import make_client
from wizard.clients.proxies import Proxies
from wizard.clients.transport import MOST_TRIES, Pools, Rerouted
from wizard.clients.trust import Trust


class Edge(httpx.AsyncBaseTransport):
    """A network that fails so many times before it answers."""

    def __init__(self, failures: int, fail: Callable[[], Exception]) -> None:
        self.left = failures
        self.fail = fail
        self.bodies: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(await request.aread())
        if self.left:
            self.left -= 1
            raise self.fail()
        return httpx.Response(202)


def answered_early() -> Exception:
    error = httpx.LocalProtocolError("2391")
    error.__cause__ = h2.exceptions.StreamClosedError(2391)
    return error


async def test_an_answer_that_comes_before_the_body_is_through_is_asked_for_again() -> None:
    edge = Edge(MOST_TRIES - 1, answered_early)
    async with make_client({}, 1.0, transport=lambda: edge) as client:
        answer = await client.post("https://registry.example.com/v2/x", content=b"blob")

    assert answer.status_code == 202
    assert edge.bodies == [b"blob"] * MOST_TRIES


async def test_another_fault_of_the_protocol_is_not_repeated() -> None:
    edge = Edge(1, lambda: httpx.LocalProtocolError("no"))
    async with make_client({}, 1.0, transport=lambda: edge) as client:
        with pytest.raises(httpx.LocalProtocolError):
            await client.get("https://registry.example.com/v2/")

    assert len(edge.bodies) == 1


async def test_a_connection_that_was_closed_while_it_rested_is_no_fault() -> None:
    edge = Edge(0, lambda: httpx.RemoteProtocolError("closed"))
    pools = Pools(Trust({}, ()), Proxies({}), lambda: edge, rested_s=0.0)
    async with httpx.AsyncClient(transport=pools, trust_env=False) as client:
        await client.get("https://registry.example.com/v2/")
        edge.left = 1

        assert (await client.get("https://registry.example.com/v2/")).status_code == 202


async def test_a_connection_that_is_cut_at_once_is_a_fault() -> None:
    edge = Edge(1, lambda: httpx.RemoteProtocolError("closed"))
    async with make_client({}, 1.0, transport=lambda: edge) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("https://registry.example.com/v2/")


async def test_the_sandbox_answers_in_the_place_of_a_host_and_for_no_other(home: Path) -> None:
    async with hostile(always(200, b"{}")) as practice:
        rerouted = Rerouted({"https://ghcr.io": practice.base_url})
        async with make_client({}, 1.0, home=home, transport=lambda: rerouted) as client:
            answer = await client.get("https://ghcr.io/v2/")
            with pytest.raises(httpx.ConnectError):
                await client.get("https://registry-1.docker.io/v2/")

    assert answer.status_code == 200
    assert practice.asked("host") == ["ghcr.io"]
    assert str(answer.url) == "https://ghcr.io/v2/"
