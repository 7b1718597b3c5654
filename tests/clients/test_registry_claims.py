"""The claims of a registry's token: asked for once, kept for the push, never believed too far."""

from __future__ import annotations

import base64
import json
from asyncio import StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.conversation import ADA, CANARY, problem_of, world
from tests.support.hostile import HostileServer, RawRequest, hostile, reply
from wizard.clients.outside import World
from wizard.clients.registry_claims import claims_of
from wizard.core.diagnosis import Stage
from wizard.core.names import Repository
from wizard.core.ports import Endpoint
from wizard.core.secret import Secret


def jwt(claims: object) -> str:
    text = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{text}.c2ln"


@asynccontextmanager
async def registry(
    token: str, status: int = 200
) -> AsyncIterator[tuple[HostileServer, Endpoint, World]]:
    """A token service and a registry that takes its token, at one address."""

    async def answer(request: RawRequest, out: StreamWriter) -> None:
        if request.path == "/token":
            await reply(out, status, json.dumps({"token": token}).encode(), {})
        else:
            await reply(out, 200, b"{}", {})

    async with hostile(answer) as server, world() as outside:
        realm = f"{server.base_url}/token"
        endpoint = Endpoint(server.host, server.base_url, (realm,), service="registry.test")
        yield server, endpoint, outside


async def test_the_claims_cost_one_request_and_the_push_uses_that_token() -> None:
    async with registry(jwt({"access": [1]})) as (server, endpoint, outside):
        app = Repository(server.host, "team/app")
        first = await outside.token_claims(endpoint, ADA, app)
        second = await outside.token_claims(endpoint, ADA, app)
        await outside.registry_api(endpoint, ADA).prove(app)

        assert first == second == {"access": [1]}
        assert [one.path for one in server.requests] == ["/token", "/v2/"]
        assert "scope=repository%3Ateam%2Fapp%3Apull%2Cpush" in server.requests[0].target


async def test_an_opaque_token_has_no_claims_and_is_kept_all_the_same() -> None:
    async with registry("opaque") as (server, endpoint, outside):
        app = Repository(server.host, "team/app")
        assert await outside.token_claims(endpoint, ADA, app) == {}
        await outside.registry_api(endpoint, ADA).prove(app)

        assert [one.path for one in server.requests] == ["/token", "/v2/"]


async def test_a_registry_without_a_known_token_service_is_not_asked() -> None:
    async with registry("x") as (server, endpoint, outside):
        unknown = Endpoint(endpoint.host, endpoint.base_url)
        assert await outside.token_claims(unknown, ADA, Repository(server.host, "a/b")) == {}

        assert server.requests == []


async def test_a_refusal_is_told_and_holds_no_secret() -> None:
    async with registry("", status=401) as (server, endpoint, outside):
        problem = await problem_of(
            outside.token_claims(endpoint, ADA, Repository(server.host, "a/b"))
        )

        seen = problem.evidence[-1]
        assert (seen.stage, seen.status, seen.authenticated) == (Stage.TOKEN, 401, True)
        assert CANARY not in repr(problem.evidence)


async def test_one_request_of_the_protocol_carries_the_token_for_its_actions() -> None:
    async with registry("opaque") as (server, endpoint, outside):
        answer = await outside.ask_registry(
            "DELETE",
            "manifests/1",
            endpoint=endpoint,
            credential=ADA,
            repository=Repository(server.host, "team/app"),
            actions=("*",),
            stage=Stage.DELETE,
        )

        assert answer.status == 200
        sent = [one for one in server.requests if one.method == "DELETE"]
        assert [one.path for one in sent] == ["/v2/team/app/manifests/1"]
        tokens = [one.target for one in server.requests if one.path == "/token"]
        assert "scope=repository%3Ateam%2Fapp%3A%2A" in tokens[0]


@pytest.mark.parametrize(
    "token",
    ["", "a", "a.b", "a.b.c.d", "a.!.c", "a.bnVsbA.c", "a.W10.c", f"a.{'W' * 16_000}.c", "..", "é"],
)
def test_what_is_no_token_of_that_form_claims_nothing(token: str) -> None:
    assert claims_of(Secret(token)) == {}


def test_a_payload_of_any_length_modulo_four_is_read() -> None:
    for filler in ("", "x", "xx", "xxx"):
        assert claims_of(Secret(jwt({"sub": filler}))) == {"sub": filler}
