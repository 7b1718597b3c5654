"""Docker on another machine, by ssh and by TLS: the same promises as for a socket here."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.contracts.engine_contract import EngineContract
from tests.support.certificates import Authority
from tests.support.docker_registry import free_port
from tests.support.dockerd import RunningDockerd, dockerd
from tests.support.engine_runs import found_at, rows, threads, world
from tests.support.ssh_server import SshServer, ssh_server
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem
from wizard.core.names import LINUX_AMD64
from wizard.core.ports import EngineStatus
from wizard.engines.docker import DockerEngine

pytestmark = pytest.mark.engine
DOCKER = DockerEngine()


@pytest.fixture(scope="module")
def other_side(
    shared_dockerd: RunningDockerd, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SshServer]:
    """Docker is there, and finds the shared engine."""
    program = shutil.which("docker") or ""
    environ = {
        "DOCKER_HOST": shared_dockerd.url,
        "PATH": f"{Path(program).parent}:/usr/bin:/bin",
        "HOME": str(tmp_path_factory.mktemp("far-home")),
    }
    with ssh_server(tmp_path_factory.mktemp("ssh") / "server", environ) as running:
        yield running


def by_ssh(home: Path, server: SshServer, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("PATH", server.path)
    return world(home, DOCKER_HOST=f"ssh://root@127.0.0.1:{server.port}", PATH=server.path)


class TestBySsh(EngineContract):
    @pytest.fixture
    def engine(self) -> DockerEngine:
        return DOCKER

    @pytest.fixture
    async def outside(
        self, home: Path, other_side: SshServer, monkeypatch: pytest.MonkeyPatch
    ) -> AsyncIterator[World]:
        outside = by_ssh(home, other_side, monkeypatch)
        yield outside
        await outside.aclose()


async def test_the_python_package_is_said_to_need_more_for_ssh(
    home: Path, other_side: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = by_ssh(home, other_side, monkeypatch)
    details = await DOCKER.examine(found_at(outside.environ["DOCKER_HOST"]), LINUX_AMD64, outside)

    assert "sdk.engine-unsupported" in [warning.cause for warning in details.warnings]


async def test_an_ssh_that_is_refused_says_why_and_leaves_nothing_behind(
    home: Path, other_side: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = by_ssh(home, other_side, monkeypatch)
    nobody = f"ssh://nobody-there@127.0.0.1:{other_side.port}"

    with pytest.raises(Problem) as raised:
        await DOCKER.examine(
            found_at(nobody), LINUX_AMD64, world(home, DOCKER_HOST=nobody, PATH=other_side.path)
        )

    assert "Permission denied" in raised.value.evidence[-1].answered
    assert outside.environ["DOCKER_HOST"] != nobody
    assert not threads()


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A dockerd that asks for a certificate, and the folder with one that it takes."""
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority(folder / "authority")
    server, client = authority.issue(), authority.issue("client")
    port = free_port()
    listens = (
        f"--host=tcp://127.0.0.1:{port}",
        "--tlsverify",
        f"--tlscacert={authority.certificate}",
        f"--tlscert={server.certificate}",
        f"--tlskey={server.key}",
    )
    certificates = folder / "certificates"
    certificates.mkdir()
    shutil.copy(authority.certificate, certificates / "ca.pem")
    shutil.copy(client.certificate, certificates / "cert.pem")
    shutil.copy(client.key, certificates / "key.pem")
    with dockerd(listens=listens):
        yield f"tcp://127.0.0.1:{port}", certificates


class TestByTls(EngineContract):
    @pytest.fixture
    def engine(self) -> DockerEngine:
        return DOCKER

    @pytest.fixture
    async def outside(self, home: Path, certified: tuple[str, Path]) -> AsyncIterator[World]:
        url, certificates = certified
        outside = world(
            home, DOCKER_HOST=url, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=str(certificates)
        )
        yield outside
        await outside.aclose()


async def test_an_engine_that_wants_a_certificate_is_not_ready_without_one(
    home: Path, certified: tuple[str, Path]
) -> None:
    url, certificates = certified
    bare = home / "certificates"
    bare.mkdir()
    shutil.copy(certificates / "ca.pem", bare / "ca.pem")
    outside = world(home, DOCKER_HOST=url, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=str(bare))

    chosen = next(row for row in await rows(DOCKER, outside) if row.chosen_by)

    assert chosen.status is not EngineStatus.READY
    assert chosen.problem is not None
    assert chosen.problem.cause == "engine.endpoint-unreachable"
    assert "wants a client certificate" in chosen.problem.evidence[-1].answered


@pytest.mark.parametrize(
    ("names", "until", "said"),
    [
        (("elsewhere.example",), dt.timedelta(days=7), "for another"),
        ((), dt.timedelta(hours=-1), "has expired"),
    ],
)
async def test_why_an_engines_certificate_is_refused_is_said(
    home: Path, tmp_path: Path, names: tuple[str, ...], until: dt.timedelta, said: str
) -> None:
    authority = Authority(tmp_path / "authority")
    server = authority.issue(*names, valid_until=until)
    shutil.copy(authority.certificate, home / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate, server.key)
    async with await asyncio.start_server(
        lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context
    ) as listening:
        url = f"tcp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        outside = world(home, DOCKER_HOST=url, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=str(home))
        chosen = next(row for row in await rows(DOCKER, outside) if row.chosen_by)

    assert chosen.problem is not None
    assert chosen.problem.cause == "engine.endpoint-unreachable"
    assert said in chosen.problem.evidence[-1].answered
