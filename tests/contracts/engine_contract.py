"""What every engine promises. Subclass it with fixtures `engine` and `outside`."""

from __future__ import annotations

import gzip
import io
import tarfile
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.support.docker_registry import RunningRegistry, docker_registry, free_port
from tests.support.engine_runs import fresh_image, named, push, rows, threads
from wizard.causes import CATALOGUE
from wizard.clients.outside import World
from wizard.core.diagnosis import PUSH_STAGES, Problem
from wizard.core.image import Manifest, config_platform
from wizard.core.names import LINUX_AMD64, Platform, Reference
from wizard.core.ports import Endpoint, Engine, EngineStatus, FoundEngine, RegistryApi
from wizard.core.secret import ANONYMOUS, Credential, Secret

SECRET = "canary-5e1f00d"
BUILDERS = ("buildx", "classic", "podman", "wizard")
LONGEST_LINE = 400


def api_of(outside: World, registry: RunningRegistry) -> RegistryApi:
    return outside.registry_api(Endpoint(registry.host, registry.base_url), ANONYMOUS)


async def ready(engine: Engine, outside: World) -> FoundEngine:
    found = [row for row in await rows(engine, outside) if row.is_ready]
    return next((row for row in found if row.chosen_by), found[0])


class EngineContract:
    """The promises, as tests."""

    def test_its_signs_name_causes_of_the_catalogue_with_their_source(self, engine: Engine) -> None:
        assert {sign.cause for sign in engine.signs} <= set(CATALOGUE)
        assert all(sign.source for sign in engine.signs)
        assert engine.id
        assert engine.title
        assert not engine.about.endswith("!")

    async def test_detection_gives_rows_that_a_face_can_show(
        self, engine: Engine, outside: World
    ) -> None:
        found = await rows(engine, outside)

        assert found
        for row in found:
            assert row.engine == engine.id
            assert row.title
            assert row.seconds >= 0
            assert row.is_ready == (row.problem is None)
        assert sum(1 for row in found if row.chosen_by) <= 1

    async def test_the_closer_look_says_what_will_build_and_for_what(
        self, engine: Engine, outside: World
    ) -> None:
        details = await engine.examine(await ready(engine, outside), LINUX_AMD64, outside)

        assert details.summary
        assert details.builder in BUILDERS
        assert details.platform is not None
        assert {warning.cause for warning in details.warnings} <= set(CATALOGUE)

    @pytest.mark.parametrize("platform", [LINUX_AMD64, Platform("linux", "arm64")])
    async def test_what_was_pushed_is_the_image_for_the_platform(
        self, engine: Engine, outside: World, registry: RunningRegistry, platform: Platform
    ) -> None:
        image = fresh_image(platform)
        reference = Reference.parse(f"{registry.host}/contract/{engine.id}:{platform.architecture}")
        found = await ready(engine, outside)

        done = await push(engine, found, outside, str(reference), image=image)

        api = api_of(outside, registry)
        manifest = await api.get_manifest(reference.repository, reference.tag)
        assert manifest.digest == done.pushed.digest
        assert manifest.config is not None
        config = await api.get_blob(reference.repository, manifest.config)
        assert config_platform(config) == platform
        assert b"org.opencontainers.image.title" in config
        assert image.file_content in await _files(api, reference, manifest)
        assert done.pushed.size_bytes > 0
        assert done.pushed.route
        assert not threads()

    async def test_progress_comes_in_lines_that_can_be_shown(
        self, engine: Engine, outside: World, registry: RunningRegistry
    ) -> None:
        found = await ready(engine, outside)

        done = await push(engine, found, outside, f"{registry.host}/contract/lines:1")

        assert done.lines
        for line in done.lines:
            assert line
            assert len(line) <= LONGEST_LINE
            assert line.isprintable()

    async def test_a_login_opens_a_closed_registry(
        self, engine: Engine, outside: World, tmp_path: Path
    ) -> None:
        found = await ready(engine, outside)
        with docker_registry(tmp_path, htpasswd={"ada": SECRET}) as closed:
            credential = Credential("ada", Secret(SECRET))
            done = await push(
                engine, found, outside, f"{closed.host}/team/app:1", credential=credential
            )

        assert not [line for line in done.lines if SECRET in line]

    @pytest.mark.parametrize(
        ("credential", "cause"),
        [(ANONYMOUS, "login.missing"), (Credential("ada", Secret("wrong")), "login.rejected")],
    )
    async def test_a_refusal_is_evidence_that_names_the_cause(
        self,
        engine: Engine,
        outside: World,
        tmp_path: Path,
        credential: Credential,
        cause: str,
    ) -> None:
        found = await ready(engine, outside)
        with (
            docker_registry(tmp_path, htpasswd={"ada": SECRET}) as closed,
            pytest.raises(Problem) as raised,
        ):
            await push(engine, found, outside, f"{closed.host}/team/app:1", credential=credential)

        assert named(raised.value, engine).cause == cause
        assert raised.value.evidence[-1].stage in PUSH_STAGES
        assert "wrong" not in repr(raised.value.evidence)
        assert not threads()

    async def test_a_registry_that_is_not_there_is_a_problem_and_no_hang(
        self, engine: Engine, outside: World
    ) -> None:
        found = await ready(engine, outside)

        with pytest.raises(Problem) as raised:
            await push(engine, found, outside, f"127.0.0.1:{free_port()}/team/app:1")

        assert named(raised.value, engine).cause.endswith("unreachable")

    async def test_a_push_can_be_left_after_any_line(
        self, engine: Engine, outside: World, registry: RunningRegistry
    ) -> None:
        found = await ready(engine, outside)
        reference = Reference.parse(f"{registry.host}/contract/left:1")
        for count in range(1, 4):
            items = engine.push(found, fresh_image(), reference, ANONYMOUS, outside)
            async with aclosing(items) as running:
                for _ in range(count):
                    await anext(running, None)
            assert not threads()

    async def test_its_rows_are_ready_or_say_why(self, engine: Engine, outside: World) -> None:
        for row in await rows(engine, outside):
            if row.status is EngineStatus.READY:
                continue
            assert row.problem is not None
            assert row.problem.evidence
            assert row.problem.fixes


async def _files(api: RegistryApi, reference: Reference, manifest: Manifest) -> list[bytes]:
    """The contents of all files in all layers."""
    contents = []
    for layer in manifest.layers:
        packed = await api.get_blob(reference.repository, layer)
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
            opened = [archive.extractfile(member) for member in archive.getmembers()]
            contents += [file.read() for file in opened if file]
    return contents
