"""Pushing with a real Podman: what stands in its way, what it leaves alone, being left."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.support.certificates import Authority
from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.engine_runs import fresh_image, named, push, world
from tests.support.podman import OwnPodman, podman, stand_in
from wizard.core.diagnosis import Problem
from wizard.core.names import Reference
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.engines.podman import PodmanEngine
from wizard.engines.podman_build import Build
from wizard.engines.podman_endpoints import PodmanEndpoint
from wizard.engines.podman_login import login_arguments

pytestmark = pytest.mark.engine

ROW = FoundEngine("podman", "Podman 4.3.1", "podman", EngineStatus.READY)
ENGINE = PodmanEngine()
SECRET = "canary-90dd1e5"


@pytest.fixture(scope="module")
def own() -> Iterator[OwnPodman]:
    with podman() as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_is_left(own: OwnPodman) -> Iterator[None]:
    own.allow_plain_http("127.0.0.1")
    yield
    assert own.leftovers() == []


async def cause_of(own: OwnPodman, reference: str, **environ: str) -> str:
    with pytest.raises(Problem) as raised:
        await push(ENGINE, ROW, world(own.home, **{**own.environ, **environ}), reference)
    found = named(raised.value, ENGINE)
    assert found.fixes
    return found.cause


# --- the way to the registry ----------------------------------------------------------------------


async def test_plain_http_is_refused_even_on_loopback_with_the_line_for_registries_conf(
    own: OwnPodman, registry: RunningRegistry
) -> None:
    own.allow_plain_http()
    with pytest.raises(Problem) as raised:
        await push(ENGINE, ROW, world(own.home, **own.environ), f"{registry.host}/a/b:1")

    found = named(raised.value, ENGINE)
    assert found.cause == "engine.registry-plain-http"
    assert f'location = "{registry.host}"' in found.fixes[0].command


async def test_a_ca_that_podman_does_not_know_and_then_does_and_a_login(
    own: OwnPodman, tmp_path: Path
) -> None:
    authority = Authority(tmp_path / "ca")
    own.allow_plain_http()
    outside, login = world(own.home, **own.environ), Credential("ada", Secret(SECRET))
    leaf = authority.issue("127.0.0.1")
    with docker_registry(tmp_path, htpasswd={"ada": SECRET}, tls=leaf) as closed:
        with pytest.raises(Problem) as raised:
            await push(ENGINE, ROW, outside, f"{closed.host}/a/b:1", credential=login)
        found = named(raised.value, ENGINE)
        assert found.cause == "engine.registry-untrusted"

        # Where the fix says, below the home of whoever pushes.
        assert f"~/.config/containers/certs.d/{closed.host}/ca.crt" in found.fixes[0].command
        place = own.home / ".config" / "containers" / "certs.d" / closed.host
        place.mkdir(parents=True)
        (place / "ca.crt").write_bytes(authority.certificate.read_bytes())
        done = await push(ENGINE, ROW, outside, f"{closed.host}/a/b:1", credential=login)
    assert done.pushed.route == "podman build, podman push"


# --- logins ---------------------------------------------------------------------------------------


async def test_the_login_lies_in_a_private_file_and_in_no_argument(
    own: OwnPodman, tmp_path: Path, home: Path
) -> None:
    """By a stand-in that notes what it gets and hands over to the real one."""
    noted = tmp_path / "noted"
    script = (
        f'{{ echo "$@"; env; }} >> {noted}; for a in "$@"; do '
        f'case "$a" in *auth.json) stat -c "MODE %a %A" "$a" "${{a%/*}}" >> {noted};; esac; done; '
        f'exec {own.program} "$@"'
    )
    between = stand_in(home / "bin", script)
    path = {"PATH": f"{between['PATH']}:{own.environ['PATH']}"}
    with docker_registry(tmp_path, htpasswd={"ada": SECRET}) as closed:
        outside = world(own.home, **{**own.environ, **path, "GITHUB_TOKEN": "ghp_canary"})
        await push(
            ENGINE,
            ROW,
            outside,
            f"{closed.host}/a/b:1",
            credential=Credential("ada", Secret(SECRET)),
        )

    said = noted.read_text()
    assert SECRET not in said
    assert "ghp_canary" not in said
    assert "MODE 600" in said
    assert "MODE 700" in said
    (folder,) = {word.rpartition("/")[0] for word in said.split() if word.endswith("/auth.json")}
    assert not Path(folder).exists()


async def test_nobody_pushes_without_any_login_even_where_docker_and_podman_have_one(
    own: OwnPodman, tmp_path: Path
) -> None:
    with docker_registry(tmp_path, htpasswd={"ada": SECRET}) as closed:
        entry = {"auths": {closed.host: {"auth": "YWRhOmNhbmFyeS05MGRkMWU1"}}}
        docker = own.home / ".docker"
        docker.mkdir()
        (docker / "config.json").write_text(json.dumps(entry))
        runtime = Path(own.environ["XDG_RUNTIME_DIR"], "containers")
        runtime.mkdir(exist_ok=True)
        (runtime / "auth.json").write_text(json.dumps(entry))

        assert await cause_of(own, f"{closed.host}/a/b:1") == "login.missing"
        (docker / "config.json").unlink()
        (runtime / "auth.json").unlink()


async def test_a_login_file_that_is_named_and_gone_does_not_stop_a_push(
    own: OwnPodman, registry: RunningRegistry
) -> None:
    environ = {**own.environ, "REGISTRY_AUTH_FILE": "/nowhere/auth.json"}

    done = await push(ENGINE, ROW, world(own.home, **environ), f"{registry.host}/a/gone:1")

    assert done.pushed.digest


def test_a_login_file_is_private_from_its_first_moment(tmp_path: Path) -> None:
    reference = Reference.parse("docker.io/acme/app:1")

    (_, file), environ = login_arguments(reference, Credential("a", Secret("b")), tmp_path)

    assert stat.S_IMODE(Path(file).stat().st_mode) == 0o600
    assert json.loads(Path(file).read_text()) == {"auths": {"docker.io": {"auth": "YTpi"}}}
    assert list(Path(environ["DOCKER_CONFIG"]).iterdir()) == []


# --- what is the user's stays theirs --------------------------------------------------------------


async def test_a_tag_of_the_users_own_still_leads_to_their_image(
    own: OwnPodman, registry: RunningRegistry, tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nLABEL mine=1\n")
    reference = f"{registry.host}/mine/app:1"
    own.run("build", "--tag", reference, str(tmp_path))
    before = own.run("images", "--no-trunc", "--format", "{{.ID}} {{.Names}}")

    await push(ENGINE, ROW, world(own.home, **own.environ), reference)

    assert own.run("images", "--no-trunc", "--format", "{{.ID}} {{.Names}}") == before
    own.run("rmi", "--all", "--force")


# --- leaving --------------------------------------------------------------------------------------


@pytest.mark.parametrize("after_s", [0.0, 0.04, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4])
async def test_a_push_can_be_cancelled_at_any_moment(
    own: OwnPodman, registry: RunningRegistry, after_s: float
) -> None:
    outside = world(own.home, **own.environ)
    running = asyncio.create_task(push(ENGINE, ROW, outside, f"{registry.host}/a/left:1"))
    await asyncio.sleep(after_s)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert children_with("podman") == []


async def test_a_push_that_hangs_is_ended_with_everything_that_it_started(
    own: OwnPodman,
) -> None:
    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await ended.wait()
        writer.close()

    connected, ended = asyncio.Event(), asyncio.Event()
    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        reference = f"127.0.0.1:{server.sockets[0].getsockname()[1]}/a/b:1"
        outside = world(own.home, **own.environ)
        running = asyncio.create_task(push(ENGINE, ROW, outside, reference))
        await asyncio.wait_for(connected.wait(), 10)
        began = time.monotonic()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        ended.set()

    assert time.monotonic() - began < 8
    assert children_with("podman") == []


async def test_what_a_killed_build_left_is_found_by_its_mark_and_nothing_else_is(
    own: OwnPodman, tmp_path: Path
) -> None:
    """The container of somebody else's build stays."""
    outside = world(own.home, **own.environ)
    theirs = Build(
        PodmanEndpoint("podman", (), is_own=True), fresh_image(), tmp_path / "t", outside
    )
    ours = Build(PodmanEndpoint("podman", (), is_own=True), fresh_image(), tmp_path / "o", outside)
    for build in (theirs, ours):
        await killed_half_way(own, build)
    assert len(own.containers()) == 2

    await ours.forget()
    (left,) = own.containers()
    await theirs.forget()

    assert own.containers() == []
    assert left


async def killed_half_way(own: OwnPodman, build: Build) -> None:
    """Killed as soon as its working container is there: from then on it leaves one."""
    build._folder.mkdir()
    before = len(own.containers())
    while len(own.containers()) == before:
        task = asyncio.create_task(build.run())
        records = own.folder / "storage" / "vfs-containers"
        known = set(records.glob("*/userdata/buildah.json"))
        while not set(records.glob("*/userdata/buildah.json")) - known and not task.done():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        for pid in children_with(build._mark):
            os.kill(pid, 9)
        await task
        build._was_killed = True


def children_with(word: str) -> list[int]:
    """Processes below this one whose arguments have the word."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().decode("utf-8", "replace")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if word in line.replace("\0", " ") and parent == os.getpid():
            found.append(int(folder.name))
    return found


async def test_a_build_that_fails_says_why_by_a_stand_in(own: OwnPodman, home: Path) -> None:
    words = "Error: mkdir /x/vfs-layers: no space left on device"
    environ = stand_in(home / "bin", f'echo "{words}" >&2; exit 125')

    assert await cause_of(own, "far.example/a/b:1", **environ) == "engine.disk-full"


async def test_without_the_command_nothing_is_pushed(own: OwnPodman) -> None:
    with pytest.raises(Problem):
        await push(ENGINE, ROW, world(own.home, PATH="/nowhere"), "far.example/a/b:1")


async def test_anonymous_is_a_login_of_nobody(own: OwnPodman, registry: RunningRegistry) -> None:
    items = ENGINE.push(
        ROW,
        fresh_image(),
        Reference.parse(f"{registry.host}/a/c:1"),
        ANONYMOUS,
        world(own.home, **own.environ),
    )
    async with aclosing(items) as running:
        assert [item async for item in running]
