"""What is offered at an endpoint helps there: by the rule that chose it and by what lies there."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.support.engine_runs import rows, world
from wizard.core.diagnosis import Fix
from wizard.engines.docker import DockerEngine
from wizard.engines.docker_endpoints import DockerEndpoint
from wizard.engines.docker_failures import local_failure
from wizard.engines.docker_fixes import fixes_at, where_to_get
from wizard.engines.docker_hosts import parse_host

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sockets of Linux and macOS")


async def offered(home: Path, **environ: str) -> list[str]:
    """The commands of the row that docker itself would choose."""
    found = await rows(DockerEngine(), world(home, **environ))
    chosen = next(row for row in found if row.chosen_by)
    assert chosen.problem is not None
    shown = [fix for fix in chosen.problem.fixes if fix.system in ("", "linux")]
    return [fix.command for fix in shown]


def stored(home: Path, name: str, text: str) -> Path:
    file = home / ".docker/contexts/meta" / sha256(name.encode()).hexdigest() / "meta.json"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    (home / ".docker/config.json").write_text(json.dumps({"currentContext": name}))
    return file


async def test_no_service_is_started_for_a_variable_that_leads_elsewhere(home: Path) -> None:
    commands = await offered(home, DOCKER_HOST=f"unix://{home}/none.sock")

    assert commands == ["unset DOCKER_HOST", "registry-wizard doctor"]


async def test_only_the_variable_that_decides_is_forgotten(home: Path) -> None:
    by_context = await offered(home, DOCKER_CONTEXT="gone")
    by_host = await offered(home, DOCKER_HOST="garbage", DOCKER_CONTEXT="gone")

    assert by_context[0] == "unset DOCKER_CONTEXT"
    assert by_host == ["unset DOCKER_HOST"]


async def test_a_current_context_that_is_gone_is_left_and_no_variable_is_named(home: Path) -> None:
    stored(home, "old", "{}").unlink()

    assert await offered(home) == ["docker context use default", "docker context ls"]


async def test_a_damaged_context_is_removed_since_docker_lists_none_beside_it(home: Path) -> None:
    file = stored(home, "cut", "{")

    assert await offered(home) == ["docker context use default", f"rm -r {file.parent}"]


async def test_tls_that_a_variable_asks_for_is_forgotten_first(home: Path) -> None:
    commands = await offered(home, DOCKER_HOST="tcp://127.0.0.1:1", DOCKER_TLS_VERIFY="1")

    assert commands == ["unset DOCKER_TLS_VERIFY DOCKER_CERT_PATH", "unset DOCKER_HOST"]


async def test_the_other_side_of_ssh_is_asked_as_docker_asks_it(home: Path) -> None:
    commands = await offered(home, DOCKER_HOST="ssh://ada@127.0.0.1:1")

    assert commands[0] == "ssh -T -p 1 ada@127.0.0.1 docker version"


@pytest.mark.parametrize(("kind", "program"), [("fifo", "rm"), ("file", "rm"), ("dir", "rmdir")])
async def test_what_lies_in_the_sockets_place_is_cleared_away(
    home: Path, kind: str, program: str
) -> None:
    path = home / "a b.sock"
    make = {"fifo": lambda: os.mkfifo(path), "file": path.touch, "dir": path.mkdir}
    make[kind]()

    commands = await offered(home, DOCKER_HOST=f"unix://{path}")

    assert commands[0] == f"{program} '{path}'"


async def test_a_device_is_never_cleared_away(home: Path) -> None:
    assert "/dev/null" not in " ".join(await offered(home, DOCKER_HOST="unix:///dev/null"))


@pytest.fixture
def of_a_group(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        path.chmod(0o660)
        yield path


def at_denied(path: Path, home: Path) -> tuple[Fix, ...]:
    endpoint = DockerEndpoint(f"unix://{path}", parse_host(f"unix://{path}", "linux"), ())
    reply = local_failure(str(path), PermissionError(13, "denied"))
    return fixes_at(endpoint, reply, reply.cause, home, (), system="linux")


def test_the_group_to_join_is_the_sockets_own_and_its_risk_is_told(
    of_a_group: Path, home: Path
) -> None:
    if os.geteuid() == 0:
        os.chown(of_a_group, 0, 64321)
    group = of_a_group.stat().st_gid

    first = at_denied(of_a_group, home)[0]

    assert first.command.startswith("sudo usermod -aG ")
    assert "root on this machine" in first.risk
    assert not first.automatic
    assert str(group) in first.command or group != 64321


def test_no_group_is_joined_that_opens_nothing(of_a_group: Path, home: Path) -> None:
    of_a_group.chmod(0o600)

    assert all("usermod" not in fix.command for fix in at_denied(of_a_group, home))


def test_where_only_the_command_is_the_engine_is_got_as_this_system_does() -> None:
    assert "sh" in where_to_get("6.1.0-18-amd64").command
    assert "WSL integration" in where_to_get("5.15.153.1-microsoft-standard-WSL2").title


def test_an_engine_of_macos_keeps_its_products_beside_the_way_back(home: Path) -> None:
    url = f"unix://{home}/none.sock"
    endpoint = DockerEndpoint(url, parse_host(url, "darwin"), (), chosen_by="context work")
    reply = local_failure(f"{home}/none.sock", FileNotFoundError(2, "none"))
    general = (
        Fix("Start Docker Desktop", command="open -a Docker", system="darwin"),
        Fix("Start Docker", command="sudo systemctl enable --now docker", system="linux"),
        Fix("Forget the variables", command="unset DOCKER_HOST", system="darwin"),
    )

    found = fixes_at(endpoint, reply, reply.cause, home, general, system="darwin")

    assert [fix.command for fix in found] == [
        "docker context use default",
        "registry-wizard doctor",
        "open -a Docker",
    ]
