"""What an engine makes of registries that the machine itself would take: real ones, real TLS.

In a network of its own, since dockerd checks no certificate on loopback (lab.md).
"""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from ssl import SSLContext

import pytest

from tests.lab.dockerd import Dockerd
from tests.lab.machine import ADDRESS, Machine
from tests.support.certificates import Authority
from tests.support.engine_runs import found_at, image_ids, named, push, world
from wizard.core.diagnosis import Diagnosis, Problem
from wizard.engines.docker import DockerEngine

pytestmark = [pytest.mark.engine, pytest.mark.lab]

DOCKER = DockerEngine()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with Machine(tmp_path_factory.mktemp("m") / "lab") as machine:
        yield machine


@pytest.fixture(scope="module")
def url(machine: Machine) -> Iterator[str]:
    engine = Dockerd(machine)
    engine.start()
    yield f"unix://{engine.socket}"
    engine.crash()


async def answer(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        # What Go's and nginx's servers say to a TLS handshake on a plain port.
        if await reader.readexactly(1) == b"\x16":
            writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            return
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


@asynccontextmanager
async def registry(machine: Machine, port: int, tls: SSLContext | None) -> AsyncIterator[str]:
    listening = machine.listen(port)
    async with await asyncio.start_server(answer, sock=listening, ssl=tls):
        yield f"{ADDRESS}:{port}"


async def refusal(home: Path, url: str, host: str) -> Diagnosis:
    outside = world(home, DOCKER_HOST=url)
    with pytest.raises(Problem) as raised:
        await push(DOCKER, found_at(url), outside, f"{host}/team/app:1")
    assert image_ids(url) == set()
    return named(raised.value, DOCKER)


async def test_a_registry_without_tls_is_refused_by_the_engine(
    home: Path, machine: Machine, url: str
) -> None:
    async with registry(machine, 5001, None) as host:
        found = await refusal(home, url, host)

    assert found.cause == "engine.registry-plain-http"
    assert any(host in fix.title for fix in found.fixes)


async def test_a_private_authority_that_the_engine_does_not_know_is_untrusted(
    home: Path, machine: Machine, url: str, tmp_path: Path
) -> None:
    leaf = Authority(tmp_path).issue(ADDRESS)
    async with registry(machine, 5002, leaf.server_context()) as host:
        found = await refusal(home, url, host)

    assert found.cause == "engine.registry-untrusted"
    assert any(f"certs.d/{host}" in fix.command for fix in found.fixes)


async def test_a_certificate_for_another_name_is_invalid(
    home: Path, machine: Machine, url: str, tmp_path: Path
) -> None:
    leaf = Authority(tmp_path).issue("other.example")
    async with registry(machine, 5003, leaf.server_context()) as host:
        found = await refusal(home, url, host)

    assert found.cause == "network.tls-invalid"


async def test_a_name_that_the_engine_cannot_resolve_is_out_of_its_reach(
    home: Path, url: str
) -> None:
    found = await refusal(home, url, "registry.invalid")

    assert found.cause == "engine.registry-unreachable"
    assert "lookup registry.invalid" in found.evidence[0].line


async def test_a_registry_that_nobody_serves_is_out_of_its_reach(home: Path, url: str) -> None:
    found = await refusal(home, url, f"{ADDRESS}:5009")

    assert found.cause == "engine.registry-unreachable"
    assert "refused" in found.evidence[0].line
