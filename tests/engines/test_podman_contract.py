"""Podman keeps the promises of the engine contract: a real one, by its command and its socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.contracts.engine_contract import EngineContract
from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.engine_runs import fresh_image, named, push, rows, threads, world
from tests.support.podman import OwnPodman, podman
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem
from wizard.core.image import config_platform
from wizard.core.names import LINUX_AMD64, Platform, Reference
from wizard.core.ports import Endpoint, EngineStatus, FoundEngine
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.engines.podman import PodmanEngine

SECRET = "canary-11ad5e0"


@pytest.fixture(scope="module")
def own() -> Iterator[OwnPodman]:
    with podman() as made:
        yield made


@pytest.fixture(scope="module")
def served() -> Iterator[OwnPodman]:
    with podman() as made:
        made.serve()
        yield made


@pytest.mark.engine
class TestByItsCommand(EngineContract):
    @pytest.fixture
    def engine(self) -> PodmanEngine:
        return PodmanEngine()

    @pytest.fixture
    async def outside(self, own: OwnPodman) -> AsyncIterator[World]:
        outside = world(own.home, **own.environ)
        yield outside
        await outside.aclose()
        assert not own.leftovers()


@pytest.mark.engine
class TestByItsSocketWithoutItsCommand:
    """The same promises where only a socket is there; each push takes Podman's service 2 s."""

    @pytest.fixture
    def engine(self) -> PodmanEngine:
        return PodmanEngine()

    @pytest.fixture
    async def outside(self, home: Path, served: OwnPodman) -> AsyncIterator[World]:
        outside = world(home, PATH="/nowhere", CONTAINER_HOST=served.url)
        yield outside
        await outside.aclose()
        assert not served.images()
        assert not served.containers()

    @pytest.fixture
    async def row(self, engine: PodmanEngine, outside: World, served: OwnPodman) -> FoundEngine:
        (row,) = await rows(engine, outside)
        assert row.is_ready
        assert row.endpoint == served.url
        assert row.chosen_by == "CONTAINER_HOST"
        return row

    async def test_the_closer_look_is_the_same_document(
        self, engine: PodmanEngine, outside: World, row: FoundEngine, served: OwnPodman
    ) -> None:
        details = await engine.examine(row, LINUX_AMD64, outside)

        told = served.info()["host"]
        assert str(details.platform) == f"{told['os']}/{told['arch']}"
        assert told["buildahVersion"] in details.summary
        assert details.free_bytes
        assert {warning.cause for warning in details.warnings} == {"sdk.engine-unsupported"}

    async def test_what_was_pushed_is_the_image_for_the_platform(
        self, engine: PodmanEngine, outside: World, row: FoundEngine, tmp_path: Path
    ) -> None:
        image = fresh_image(Platform("linux", "arm64"))
        with docker_registry(tmp_path, htpasswd={"ada": SECRET}) as closed:
            ada = Credential("ada", Secret(SECRET))
            reference = f"{closed.host}/team/app:1"
            done = await push(engine, row, outside, reference, image=image, credential=ada)
            endpoint = Endpoint(closed.host, closed.base_url)
            api = outside.registry_api(endpoint, ada)
            repository = Reference.parse(reference).repository
            manifest = await api.get_manifest(repository, "1")
            assert manifest.config is not None
            config = await api.get_blob(repository, manifest.config)

        assert manifest.digest == done.pushed.digest
        assert config_platform(config) == image.platform
        assert done.pushed.route == "podman build, podman push, by its socket"
        assert not [line for line in done.lines if SECRET in line]

    async def test_a_refusal_is_evidence_that_names_the_cause(
        self, engine: PodmanEngine, outside: World, row: FoundEngine, tmp_path: Path
    ) -> None:
        wrong = Credential("ada", Secret("wrong"))
        with (
            docker_registry(tmp_path, htpasswd={"ada": SECRET}) as closed,
            pytest.raises(Problem) as raised,
        ):
            await push(engine, row, outside, f"{closed.host}/team/app:1", credential=wrong)

        assert named(raised.value, engine).cause == "login.rejected"

    async def test_a_push_can_be_left_after_its_first_line(
        self, engine: PodmanEngine, outside: World, row: FoundEngine, registry: RunningRegistry
    ) -> None:
        reference = Reference.parse(f"{registry.host}/podman/left:1")
        items = engine.push(row, fresh_image(), reference, ANONYMOUS, outside)
        async with aclosing(items) as running:
            await anext(running)
            await anext(running)

        assert not threads()

    async def test_a_service_that_freezes_is_not_answering(
        self, engine: PodmanEngine, outside: World, served: OwnPodman
    ) -> None:
        served.freeze()
        try:
            (row,) = await rows(engine, outside)
        finally:
            served.thaw()

        assert row.status is EngineStatus.HUNG
