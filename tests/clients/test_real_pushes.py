"""Real docker, podman and skopeo push and pull with the login that the wizard stored."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.credential_helpers import Machine
from tests.support.docker_registry import docker_registry
from tests.support.dockerd import RunningDockerd, dockerd
from tests.support.keyrings import (
    initialised_pass,
    native_helper,
    own_helper,
    unlocked_keyring,
)
from tests.support.logins import CANARY, LoginWorld, Provider
from tests.support.needs import need_program
from tests.support.podman import podman
from wizard.core.ports import Endpoint, StoreChoice

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def engine() -> Iterator[RunningDockerd]:
    need_program("docker", "docker-cli")
    with dockerd() as running:
        yield running


@pytest.fixture
def machine(home: Path, engine: RunningDockerd) -> Machine:
    path = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")
    return Machine(home, *path, DOCKER_HOST=engine.url)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Endpoint]:
    with docker_registry(tmp_path, htpasswd={"amy": CANARY}) as running:
        yield Endpoint(running.host, running.base_url)


@pytest.fixture
def layer() -> bytes:
    """A file system with one file in it."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        entry = tarfile.TarInfo("hello")
        entry.size = 5
        tar.addfile(entry, io.BytesIO(b"world"))
    return content.getvalue()


def said_by(machine: Machine, *argv: str, stdin: bytes = b"") -> str:
    ended = subprocess.run(
        argv, check=False, env=machine.environ, input=stdin, capture_output=True, timeout=120
    )
    said = (ended.stdout + ended.stderr).decode()
    assert ended.returncode == 0, said
    assert CANARY not in said
    return said


def push_and_pull(machine: Machine, host: str, layer: bytes) -> None:
    """With each tool; the registry serves nobody without a login."""
    image = f"{host}/amy/test"
    said_by(machine, "docker", "import", "-", f"{image}:docker", stdin=layer)
    said_by(machine, "docker", "push", f"{image}:docker")
    said_by(machine, "docker", "rmi", f"{image}:docker")
    said_by(machine, "docker", "pull", f"{image}:docker")

    plain = ("--src-tls-verify=false", "--dest-tls-verify=false")
    copied = (f"docker://{image}:docker", f"docker://{image}:skopeo")
    said_by(machine, need_program("skopeo"), "copy", *plain, *copied)

    said_by(machine, need_program("podman"), "pull", "--tls-verify=false", f"{image}:skopeo")
    said_by(machine, "podman", "tag", f"{image}:skopeo", f"{image}:podman")
    said_by(machine, "podman", "push", "--tls-verify=false", f"{image}:podman")
    said_by(machine, "podman", "rmi", "--all", "--force")
    said_by(machine, "podman", "pull", "--tls-verify=false", f"{image}:podman")


@pytest.mark.parametrize("store", ["secretservice", "registry-wizard", "pass", "plaintext"])
async def test_docker_podman_and_skopeo_push_and_pull_with_the_stored_login(
    machine: Machine, registry: Endpoint, layer: bytes, store: str
) -> None:
    need_program("podman")
    with podman() as own:
        machine.environ.update(
            {name: text for name, text in own.environ.items() if name.startswith("CONTAINERS")}
        )
        if store == "plaintext":
            await LoginWorld(machine).log_in(registry, choice=StoreChoice.PLAINTEXT)
            push_and_pull(machine, registry.host, layer)
            return
        own_helper(machine) if store == "registry-wizard" else native_helper(machine, store)
        choice = StoreChoice.KEYRING if store == "registry-wizard" else StoreChoice.HELPER
        with initialised_pass(machine) if store == "pass" else unlocked_keyring(machine):
            world = LoginWorld(machine)
            if store == "secretservice":
                # Debian's package brings both; only the desktop's keyring is open here.
                machine.write('{"credsStore": "secretservice"}')
            await world.log_in(registry, choice=choice)
            (login,) = await world.logins.find(Provider(), registry)
            push_and_pull(machine, registry.host, layer)

    assert store in login.source
    assert CANARY not in machine.config.read_text()
