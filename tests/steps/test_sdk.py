"""The SDK's rows beside the engine's: what is there, whether it fits, and what is not needed."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import wizard
from tests.support.dockerd import RunningDockerd, dockerd
from tests.support.sdk_environments import fake_environment, in_context, program
from wizard.causes import CATALOGUE
from wizard.core.checks import Check, Status, Step, passed
from wizard.core.diagnosis import Evidence, Problem, Stage, diagnose
from wizard.core.events import Checked
from wizard.core.flyte_config import Need
from wizard.core.ports import EngineDetails, EngineStatus, FoundEngine, Parts, Ping
from wizard.core.sdk import InstalledSdk, ProjectPython
from wizard.core.state import Choices, Journey, fold
from wizard.registries import parse_prefix
from wizard.steps import sdk
from wizard.wiring import build


@asynccontextmanager
async def parts_for(folder: Path, python: Path | str = "", **environ: str) -> AsyncIterator[Parts]:
    home = os.environ["HOME"]
    here = {"HOME": home, "PATH": os.environ["PATH"], **environ}
    async with build(here, python=str(python), project=str(folder)) as parts:
        yield parts


async def told(
    parts: Parts, engine: FoundEngine | None = None, details: EngineDetails | None = None
) -> dict[str, Check]:
    journey = Journey(engine=engine, details=details)
    found: dict[str, Check] = {}
    for step in (sdk.look, sdk.fits):
        async with aclosing(step(parts, journey)) as events:
            async for event in events:
                journey = fold(journey, event)
                if isinstance(event, Checked):
                    found[event.check.id] = event.check
    return found


def found(engine: str, endpoint: str = "unix:///a.sock", by: str = "") -> FoundEngine:
    return FoundEngine(engine, engine.title(), endpoint, EngineStatus.READY, chosen_by=by)


async def test_an_environment_without_an_sdk_is_said_and_a_guessed_python_is_not(
    tmp_path: Path,
) -> None:
    async with parts_for(tmp_path, fake_environment(tmp_path / "v")) as parts:
        row = (await told(parts))["sdk.python"]
    assert row.status is Status.PASS
    assert "no flytekit, union or flyte" in row.summary

    async with parts_for(tmp_path) as parts:
        assert "sdk.python" not in await told(parts)


async def test_a_broken_python_is_a_warning_and_nothing_else_is_claimed(tmp_path: Path) -> None:
    async with parts_for(tmp_path, program(tmp_path / "python", "exit 7")) as parts:
        rows = await told(parts, found("docker"))

    assert rows["sdk.python"].cause == "sdk.python-unusable"
    assert rows["sdk.python"].status is Status.WARN
    assert set(rows) == {"sdk.python"}


async def test_flytekit_with_podman_fails_and_flyte_2_does_when_it_is_told_to(
    tmp_path: Path,
) -> None:
    flytekit = fake_environment(tmp_path / "a", flytekit="1.16.31", docker="7.2.0")
    flyte = fake_environment(tmp_path / "b", flyte="2.12.1")
    async with parts_for(tmp_path, flytekit) as parts:
        row = (await told(parts, found("podman")))["sdk.engine"]
    assert (row.status, row.cause) == (Status.FAIL, "sdk.engine-unsupported")

    async with parts_for(tmp_path, flyte) as parts:
        row = (await told(parts, found("podman")))["sdk.engine"]
    assert row.cause == "sdk.engine-unsupported"

    (tmp_path / "config.yaml").write_text("image:\n  builder: local-podman\n")
    async with parts_for(tmp_path, flyte) as parts:
        row = (await told(parts, found("podman")))["sdk.engine"]
    assert row.status is Status.PASS


async def test_where_images_are_built_elsewhere_no_engine_is_missing(tmp_path: Path) -> None:
    flyte = fake_environment(tmp_path / "v", flyte="2.12.1")
    (tmp_path / "config.yaml").write_text(
        "admin:\n  endpoint: dns:///acme.hosted.unionai.cloud\nimage:\n  builder: remote\n"
    )
    async with parts_for(tmp_path, flyte) as parts:
        rows = await told(parts, found("lxd"))

    assert rows["sdk.config"].summary.startswith("you may not need this")
    assert "config.yaml" in rows["sdk.config"].summary
    assert rows["sdk.engine"].status is Status.PASS


async def test_only_the_configuration_of_what_is_installed_counts(tmp_path: Path) -> None:
    flytekit = fake_environment(tmp_path / "v", flytekit="1.16.31", docker="7.2.0")
    (tmp_path / "config.yaml").write_text("image:\n  builder: remote\n")
    async with parts_for(tmp_path, flytekit) as parts:
        rows = await told(parts, found("docker", "unix:///var/run/docker.sock"))

    assert "sdk.config" not in rows
    assert rows["sdk.engine"].status is Status.PASS


@pytest.mark.parametrize("packages", [{"flytekit": "1.16.31", "docker": "7.2.0"}, {"flyte": "2"}])
async def test_no_sdk_that_builds_here_goes_without_an_engine(
    tmp_path: Path, packages: dict[str, str]
) -> None:
    async with parts_for(tmp_path, fake_environment(tmp_path / "v", **packages)) as parts:
        row = (await told(parts, found("none", "")))["sdk.engine"]

    assert (row.status, row.cause) == (Status.FAIL, "sdk.engine-unsupported")
    assert row.summary == "The project's SDK cannot use the wizard's own push"


def test_a_doctor_that_stops_at_the_engine_starts_no_python(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    program(tmp_path / "bin" / "python3", f"touch {ran}; exit 1")
    environ = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    environ["PYTHONPATH"] = str(Path(__file__).parents[2])

    ended = wizard("doctor", "--json", environ=environ)

    assert not [row for row in ended.document["checks"] if row["step"] == "sdk"]
    assert not ran.exists()


@pytest.mark.parametrize("packages", [{"flytekit": "1.16.31", "docker": "7.2.0"}, {"flyte": "2"}])
async def test_without_buildx_no_sdk_builds_whatever_a_plain_push_does(
    tmp_path: Path, packages: dict[str, str]
) -> None:
    lacks = diagnose(
        Problem(Evidence(Stage.ENGINE, "docker buildx version", ""), cause="engine.no-builder"),
        CATALOGUE,
    )
    warned = EngineDetails("", "classic", warnings=(replace(lacks, is_warning=True),))
    there = found("docker", "unix:///var/run/docker.sock")
    async with parts_for(tmp_path, fake_environment(tmp_path / "v", **packages)) as parts:
        row = (await told(parts, there, warned))["sdk.engine"]

    assert (row.status, row.cause) == (Status.FAIL, "engine.no-builder")


@pytest.mark.parametrize(
    ("before", "answer", "status", "cause"),
    [
        ((), '{"exists": null, "why": "refused"}', Status.FAIL, "sdk.assumes-exists"),
        (("login",), '{"exists": null, "why": "no auth"}', Status.WARN, "sdk.assumes-exists"),
        ((), '{"exists": null, "breaks": true}', Status.FAIL, "sdk.python-unusable"),
        ((), '{"exists": false}', Status.PASS, ""),
    ],
)
async def test_no_machine_is_ready_on_which_the_existence_check_cannot_tell(
    tmp_path: Path, before: tuple[str, ...], answer: str, status: Status, cause: str
) -> None:
    """Where the login fails already, that is the fault, and the silence only follows from it."""
    python = ProjectPython(str(program(tmp_path / "python", f"echo '{answer}'")), "--python")
    rows = [passed("sdk.engine", Step.SDK, "")]
    rows += [Check("login.found", Step(step), Status.FAIL, "") for step in before]
    prefix = parse_prefix("localhost:5000/team")[0]
    journey = Journey(
        choices=Choices(prefix=prefix, image="app"),
        checks=tuple(rows),
        sdk=InstalledSdk(python, "3.12.1", {"flytekit": "1.16.31", "docker": "7.2.0"}),
        need=Need(True),
        ping=Ping("none"),
    )
    async with parts_for(tmp_path) as parts, aclosing(sdk.exists(parts, journey)) as events:
        (row,) = [event.check async for event in events if isinstance(event, Checked)]

    assert (row.status, row.cause) == (status, cause)


@pytest.fixture(scope="module")
def engines() -> Iterator[tuple[RunningDockerd, RunningDockerd]]:
    with dockerd() as one, dockerd() as other:
        yield one, other


@pytest.mark.engine
async def test_two_engines_are_told_apart_and_one_at_two_addresses_is_one(
    engines: tuple[RunningDockerd, RunningDockerd], tmp_path: Path
) -> None:
    one, other = engines
    flytekit = fake_environment(tmp_path / "v", flytekit="1.16.31", docker="7.2.0")
    link = one.folder / "link.sock"
    link.symlink_to(one.socket)
    async with parts_for(tmp_path, flytekit, DOCKER_HOST=one.url) as parts:
        differs = (await told(parts, found("docker", other.url, "your choice")))["sdk.engine"]
        same = (await told(parts, found("docker", f"unix://{link}")))["sdk.engine"]

    assert (differs.status, differs.cause) == (Status.FAIL, "sdk.different-engine")
    assert one.url in "".join(differs.evidence)
    assert same.status is Status.PASS


@pytest.mark.engine
def test_a_docker_package_before_7_2_is_named_where_a_context_leads_to_the_engine(
    engines: tuple[RunningDockerd, RunningDockerd],
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_context(home, engines[0].url)
    for version, cause in (("7.1.0", "sdk.docker-package-old"), ("7.2.0", "")):
        environment = fake_environment(tmp_path / version, flytekit="1.16.31", docker=version)
        row = _row(wizard("doctor", "--json", "--python", str(environment)).document, "sdk.engine")
        # The right engine is reached by the newer one; whether it has buildx is its own matter.
        assert row["cause"] in ((cause,) if cause else (None, "engine.no-builder")), row
    # A context without a config.json is followed by the command alone (engines.md 5.3).
    (home / ".docker" / "config.json").unlink()
    monkeypatch.setenv("DOCKER_CONTEXT", "test")
    ended = wizard("doctor", "--json", "--python", str(environment))
    assert _row(ended.document, "sdk.engine")["cause"] == "sdk.assumes-exists"


def _row(document: dict[str, Any], id_: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = document["checks"]
    return next(row for row in rows if row["id"] == id_)
