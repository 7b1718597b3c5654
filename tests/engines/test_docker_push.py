"""A push by a real dockerd leaves the registry with the image and the engine with nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engines.test_refusals import job
from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.dockerd import RunningDockerd, dockerd
from tests.support.engine_runs import (
    Pushing,
    containers,
    found_at,
    fresh_image,
    image_ids,
    named,
    push,
    threads,
    world,
)
from tests.support.sockets import over_tcp
from wizard.clients.outside import World
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.secret import Credential, Secret
from wizard.engines.docker import DockerEngine
from wizard.engines.docker_push import breaking_off

pytestmark = pytest.mark.engine

DOCKER = DockerEngine()
LARGE = 4 << 20


@contextmanager
def silent_registry() -> Iterator[str]:
    """It takes connections and never says a word: a push to it lasts until somebody ends it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


class Started:
    """A push in a task, and a way to wait until it says something."""

    def __init__(self, outside: World, url: str, reference: str) -> None:
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self.task: asyncio.Task[Pushing] = asyncio.create_task(
            push(DOCKER, found_at(url), outside, reference, on_line=self._lines.put_nowait)
        )

    async def says(self, words: str) -> None:
        async with asyncio.timeout(20):
            while words not in await self._lines.get():
                pass


async def test_the_engine_keeps_no_image_and_no_container(
    outside: World, shared_dockerd: RunningDockerd, registry: RunningRegistry
) -> None:
    before = image_ids(shared_dockerd.url)

    done = await push(DOCKER, found_at(shared_dockerd.url), outside, f"{registry.host}/team/app:1")

    assert done.pushed.route == "docker build, docker push"
    assert image_ids(shared_dockerd.url) == before
    assert containers(shared_dockerd.url) == []


async def test_an_image_of_the_users_under_that_name_keeps_its_name(
    outside: World, shared_dockerd: RunningDockerd, registry: RunningRegistry
) -> None:
    import docker

    reference = f"{registry.host}/team/mine:v1"
    client = docker.APIClient(base_url=shared_dockerd.url)
    imported = json.loads(
        client.import_image_from_data(
            fresh_image().build_context(), reference.rpartition(":")[0], "v1"
        )
    )["status"]
    try:
        await push(DOCKER, found_at(shared_dockerd.url), outside, reference)

        assert client.inspect_image(reference)["Id"] == imported
        assert image_ids(shared_dockerd.url) == {imported}
    finally:
        client.remove_image(imported, force=True)
        client.close()


async def test_no_helper_is_asked_even_when_all_are_broken(
    home: Path, shared_dockerd: RunningDockerd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".docker").mkdir()
    settings = {"credsStore": "gone", "credHelpers": {"other.example": "gone-too"}}
    (home / ".docker" / "config.json").write_text(json.dumps(settings))
    monkeypatch.setenv("DOCKER_CONFIG", str(home / ".docker"))
    outside = world(home, DOCKER_HOST=shared_dockerd.url)
    with docker_registry(tmp_path, htpasswd={"ada": "secret"}) as closed:
        done = await push(
            DOCKER,
            found_at(shared_dockerd.url),
            outside,
            f"{closed.host}/team/app:1",
            credential=Credential("ada", Secret("secret")),
        )

    assert done.pushed.digest


@pytest.mark.parametrize("said", ["building for", "Step 2", "Preparing"])
async def test_a_cancelled_push_leaves_no_image_no_container_and_no_thread(
    outside: World, shared_dockerd: RunningDockerd, said: str
) -> None:
    before = image_ids(shared_dockerd.url)
    with silent_registry() as host:
        started = Started(outside, shared_dockerd.url, f"{host}/team/app:1")
        # "Preparing" is the last word before the engine waits for the registry.
        await started.says("refers to repository" if said == "Preparing" else said)

        started.task.cancel()
        async with asyncio.timeout(8):
            with pytest.raises(asyncio.CancelledError):
                await started.task

    assert not threads()
    assert image_ids(shared_dockerd.url) == before
    assert containers(shared_dockerd.url) == []


async def test_an_engine_over_tcp_pushes_and_is_left_without_a_trace(
    home: Path, shared_dockerd: RunningDockerd, registry: RunningRegistry
) -> None:
    before = image_ids(shared_dockerd.url)
    async with over_tcp(shared_dockerd.socket) as url:
        outside = world(home, DOCKER_HOST=url)
        done = await push(DOCKER, found_at(url), outside, f"{registry.host}/team/tcp:1")
        with silent_registry() as host:
            started = Started(outside, url, f"{host}/team/tcp:1")
            await started.says("refers to repository")
            started.task.cancel()
            async with asyncio.timeout(8):
                with pytest.raises(asyncio.CancelledError):
                    await started.task

    assert done.pushed.digest
    assert not threads()
    assert image_ids(shared_dockerd.url) == before


def test_a_push_that_falls_silent_is_a_timeout_that_the_own_push_decides(home: Path) -> None:
    hung = Evidence(Stage.UPLOAD, "docker push", "nothing", fault=Fault.HUNG)

    with pytest.raises(Problem) as raised, breaking_off(job(home), "docker push"):
        raise Problem(hung, cause="engine.not-answering")

    assert named(raised.value, DOCKER).cause == "network.timeout"
    assert "120 s" in raised.value.evidence[0].line


async def test_an_engine_that_dies_in_the_middle_is_an_interrupted_push(home: Path) -> None:
    with dockerd() as mortal, silent_registry() as host:
        outside = world(home, DOCKER_HOST=mortal.url)
        started = Started(outside, mortal.url, f"{host}/team/app:1")
        await started.says("refers to repository")
        mortal.kill()

        with pytest.raises(Problem) as raised:
            await started.task

    assert named(raised.value, DOCKER).cause == "push.interrupted"
    assert not threads()


async def test_an_engine_that_is_gone_before_the_build_is_not_running(home: Path) -> None:
    with dockerd() as mortal:
        url = mortal.url
        mortal.kill()
        with pytest.raises(Problem) as raised:
            await push(DOCKER, found_at(url), world(home, DOCKER_HOST=url), "127.0.0.1:1/a:1")

    assert named(raised.value, DOCKER).cause == "engine.not-running"


async def test_a_full_disk_is_named_and_nothing_is_kept_on_it(home: Path) -> None:
    with dockerd(space="3m") as small:
        outside = world(home, DOCKER_HOST=small.url)
        image = fresh_image(nonce_bytes=LARGE)
        with pytest.raises(Problem) as raised:
            await push(DOCKER, found_at(small.url), outside, "127.0.0.1:1/team/app:1", image=image)
        kept = image_ids(small.url)

    found = named(raised.value, DOCKER)
    assert found.cause == "engine.disk-full"
    assert "no space left on device" in found.evidence[0].line
    assert kept == set()


async def test_a_proxy_that_only_the_engine_has_is_the_engines_trouble(home: Path) -> None:
    with dockerd(environ={"HTTPS_PROXY": "http://127.0.0.1:1"}) as proxied:
        outside = world(home, DOCKER_HOST=proxied.url)
        with pytest.raises(Problem) as raised:
            await push(DOCKER, found_at(proxied.url), outside, "registry.invalid/team/app:1")

    found = named(raised.value, DOCKER)
    assert found.cause == "engine.registry-unreachable"
    assert "proxyconnect" in found.evidence[0].line
