"""What docker, its SDK and skopeo themselves find after our store, and beside our writes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.credential_helpers import Machine
from tests.support.docker_registry import docker_registry
from tests.support.logins import CANARY, GHCR, HUB, LoginWorld, auth
from tests.support.needs import need_program, need_root
from wizard.clients.docker_config import podman_paths
from wizard.clients.login_shadows import goes_on
from wizard.core.diagnosis import Problem
from wizard.core.ports import Endpoint, StoreChoice

pytestmark = pytest.mark.engine

_SDK = """
import sys
from docker import auth
found = auth.load_config().resolve_authconfig(sys.argv[1])
print(found["username"] if "username" in found else found["Username"])
"""


@pytest.fixture
def machine(home: Path) -> Machine:
    # No engine: `docker login` then talks to the registry by itself.
    return Machine(home, "/usr/local/bin", "/usr/bin", "/bin", DOCKER_HOST="unix:///none.sock")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Endpoint]:
    with docker_registry(tmp_path, htpasswd={"amy": CANARY, "zed": "z"}) as running:
        yield Endpoint(running.host, running.base_url)


def said_by(machine: Machine, *argv: str, status: int = 0) -> str:
    ended = subprocess.run(
        argv, check=False, env=machine.environ, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == status, ended.stderr
    return ended.stderr if status else ended.stdout


@pytest.mark.parametrize("store", ["helper", "plaintext"])
@pytest.mark.parametrize(
    "endpoint", [GHCR, HUB, Endpoint("localhost:30000", "http://localhost:30000")], ids=str
)
async def test_skopeo_and_dockers_sdk_find_whom_we_stored(
    machine: Machine, endpoint: Endpoint, store: str
) -> None:
    need_program("skopeo")
    machine.helper("secretservice")
    await LoginWorld(machine).log_in(endpoint, choice=StoreChoice(store))

    sdk = said_by(machine, sys.executable, "-c", _SDK, endpoint.host)
    skopeo = said_by(machine, "skopeo", "login", "--get-login", endpoint.host)

    assert (sdk.strip(), skopeo.strip()) == ("amy", "amy")


@pytest.mark.parametrize("store", ["helper", "plaintext"])
@pytest.mark.parametrize("key", ["docker.io", "index.docker.io", "https://docker.io"])
@pytest.mark.parametrize("entry", [{}, {"auth": auth("old", "o")}], ids=["empty", "another"])
async def test_another_entry_of_docker_hub_stands_in_no_tools_way(
    machine: Machine, key: str, entry: dict[str, str], store: str
) -> None:
    need_program("skopeo")
    machine.helper("secretservice")
    before = json.dumps({"auths": {key: entry, "other": {}}})
    machine.write(before)
    world = LoginWorld(machine)
    await world.log_in(HUB, choice=StoreChoice(store))

    sdk = said_by(machine, sys.executable, "-c", _SDK, HUB.host)
    skopeo = said_by(machine, "skopeo", "login", "--get-login", HUB.host)
    assert (sdk.strip(), skopeo.strip()) == ("amy", "amy")

    await world.journal.undo(everything=True, dry_run=False)
    assert machine.config.read_text() == before


@pytest.mark.parametrize("store", ["helper", "plaintext"])
async def test_docker_finds_whom_we_stored(
    machine: Machine, registry: Endpoint, store: str
) -> None:
    need_program("docker", "docker-cli")
    machine.helper("secretservice")
    await LoginWorld(machine).log_in(registry, choice=StoreChoice(store))

    said = said_by(machine, "docker", "login", registry.host, status=1)

    # Without an engine it gets no further than this.
    assert "existing credentials... [Username: amy]" in said


async def test_what_docker_wrote_is_found_and_survives_our_change_to_the_byte(
    machine: Machine, registry: Endpoint
) -> None:
    need_program("docker", "docker-cli")
    machine.helper("pass")
    # Docker would pick pass by itself in a file without any login.
    machine.write(json.dumps({"auths": {"other": {}}}))
    login = ["docker", "login", "-u", "zed", "-p", "z", registry.host]
    said_by(machine, *login)
    before = machine.config.read_bytes()
    world = LoginWorld(machine)

    await world.log_in(GHCR)
    after = machine.config.read_text()
    await world.journal.undo(everything=True, dry_run=False)

    assert json.loads(after) == {
        "auths": {"other": {}, registry.host: {"auth": auth("zed", "z")}},
        "credHelpers": {"ghcr.io": "pass"},
    }
    assert machine.config.read_bytes() == before


@pytest.mark.parametrize("before", [None, "{}", '{"auths": {}}', '{"credHelpers": {}}'])
async def test_docker_still_picks_the_store_it_would_have_picked_for_other_registries(
    machine: Machine, registry: Endpoint, before: str | None
) -> None:
    need_program("docker", "docker-cli")
    fake = machine.helper("pass")
    if before is not None:
        machine.write(before)
    await LoginWorld(machine).log_in(GHCR)

    said_by(machine, "docker", "login", "-u", "zed", "-p", "z", registry.host)

    assert fake.items[registry.host] == ("zed", "z")
    assert auth("zed", "z") not in machine.config.read_text()


async def test_twenty_docker_logins_around_our_write_lose_nothing_unsaid(
    machine: Machine, registry: Endpoint
) -> None:
    need_program("docker", "docker-cli")
    machine.write(json.dumps({"auths": {"other": {"auth": auth("bob", "b")}}}))
    login = ["docker", "login", "-u", "zed", "-p", "z", registry.host]
    started = [
        await asyncio.create_subprocess_exec(
            *login,
            env=machine.environ,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        for _ in range(20)
    ]

    async def others_are_done() -> None:
        await asyncio.gather(*(process.wait() for process in started))

    world = LoginWorld(machine, others_are_done)
    try:
        await world.log_in(choice=StoreChoice.PLAINTEXT)
        is_reported = False
    except Problem as problem:
        is_reported = problem.cause == "config.docker-unwritable"
    await others_are_done()

    stored = json.loads(machine.config.read_text())["auths"]
    assert stored["other"] == {"auth": auth("bob", "b")}
    assert stored.get("ghcr.io") == {"auth": auth("amy", CANARY)} or is_reported


async def test_ten_wizards_and_ten_docker_logins_at_once_lose_nothing_unsaid(
    machine: Machine, registry: Endpoint
) -> None:
    need_program("docker", "docker-cli")
    machine.helper("pass")
    machine.write(json.dumps({"auths": {"other": {"auth": auth("bob", "b")}}}))
    login = ["docker", "login", "-u", "zed", "-p", "z", registry.host]
    started = [
        await asyncio.create_subprocess_exec(
            *login,
            env=machine.environ,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        for _ in range(10)
    ]

    async def others_are_done() -> None:
        await asyncio.gather(*(process.wait() for process in started))

    hosts = [f"registry-{number}.example.org" for number in range(10)]

    async def log_in(host: str) -> str:
        try:
            await LoginWorld(machine, others_are_done).log_in(Endpoint(host, f"https://{host}"))
        except Problem as problem:
            return problem.cause
        return ""

    said = dict(zip(hosts, await asyncio.gather(*map(log_in, hosts)), strict=True))
    await others_are_done()

    stored = json.loads(machine.config.read_text())
    assert stored["auths"]["other"] == {"auth": auth("bob", "b")}
    assert stored["auths"][registry.host] == {"auth": auth("zed", "z")}
    for host, cause in said.items():
        is_there = stored.get("credHelpers", {}).get(host) == "pass"
        assert is_there == (cause == ""), (host, cause)
        assert cause in ("", "config.docker-unwritable")
    assert "" in said.values()


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"XDG_RUNTIME_DIR": ""},
        {"XDG_RUNTIME_DIR": "{home}/gone"},
        {"XDG_CONFIG_HOME": "{home}/settings"},
        {"DOCKER_CONFIG": "{home}/ci"},
        {"DOCKER_CONFIG": "{home}/ci", "XDG_RUNTIME_DIR": ""},
        {"REGISTRY_AUTH_FILE": "{home}/mine.json"},
    ],
    ids=lambda environ: " ".join(environ) or "nothing-set",
)
async def test_skopeo_reads_its_files_in_the_order_that_we_do(
    machine: Machine, environ: dict[str, str]
) -> None:
    """Each file holds another user; the one that is used is taken away until none is left."""
    need_root()
    skopeo = need_program("skopeo")
    machine.environ |= {name: text.format(home=machine.home) for name, text in environ.items()}
    is_older = await goes_on(machine.outside)
    # Where the session has no folder of its own, it is a place of the machine: a stand-in there.
    usual, stand_in = Path("/run/containers"), machine.home / "run-containers"
    stand_in.mkdir()
    left: list[tuple[str, Path]] = []
    for number, path in enumerate(podman_paths(machine.outside, goes_on=is_older)):
        file = stand_in / path.relative_to(usual) if path.is_relative_to(usual) else path
        if "gone" in file.parts:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        entry = {"ghcr.io": {"auth": auth(f"user{number}", "z")}}
        file.write_text(json.dumps(entry if file.name == ".dockercfg" else {"auths": entry}))
        left.append((f"user{number}", file))
    inside = f"mkdir -p {usual} && mount --bind {stand_in} {usual} && exec {skopeo} "

    for username, file in left:
        asked = ["unshare", "-m", "sh", "-c", f"{inside} login --get-login ghcr.io"]
        assert said_by(machine, *asked).strip() == username
        file.unlink()
