"""The real flytekit, union and flyte 2 are asked beside the wizard: it must say what they do."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Ran, wizard
from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.dockerd import RunningDockerd, dockerd
from tests.support.needs import need_program
from tests.support.sdk_environments import in_context, sdk_python

pytestmark = pytest.mark.engine

# The tag is a hash over the fields: it is flytekit that says which one it will look for.
FLYTEKIT = """
import json, sys
from flytekit import ImageSpec
image = ImageSpec(name="app", registry=sys.argv[1], python_version="3.11", builder="noop",
                  base_image="scratch")
name = image.image_name()
print(json.dumps({"name": name, "exists": image.exist()}))
"""
FLYTE = """
import asyncio, flyte, sys
from flyte._internal.imagebuild.image_builder import ImageBuildEngine
image = flyte.Image.from_debian_base(name="app", registry=sys.argv[1], platform=("linux/amd64",),
                                     python_version=(3, 11)).with_pip_packages("tqdm")
print("EXISTS" if asyncio.run(ImageBuildEngine.image_exists(image)) else "ABSENT")
"""


@pytest.fixture(scope="module")
def flytekit(tmp_path_factory: pytest.TempPathFactory) -> str:
    return sdk_python(tmp_path_factory, "flytekit", "union")


@pytest.fixture(scope="module")
def flyte(tmp_path_factory: pytest.TempPathFactory) -> str:
    return sdk_python(tmp_path_factory, "flyte")


@pytest.fixture(scope="module")
def engine() -> Iterator[RunningDockerd]:
    need_program("docker", "docker.io")
    with dockerd() as running:
        yield running


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[RunningRegistry]:
    with docker_registry(tmp_path, htpasswd={"ada": "only-a-test"}) as running:
        yield running


def run(python: str, code: str, *words: str) -> str:
    ended = subprocess.run(
        [python, "-c", code, *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip().splitlines()[-1]


def image_spec(python: str, registry: RunningRegistry) -> dict[str, Any]:
    found = json.loads(run(python, FLYTEKIT, f"{registry.host}/team"))
    assert isinstance(found, dict)
    return found


def rows(ran: Ran) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in ran.document["checks"]}


def reaches(row: dict[str, Any]) -> bool:
    """It is the engine that was meant; without buildx it builds nothing for an SDK all the same."""
    has_buildx = not subprocess.run(
        ["docker", "buildx", "version"], capture_output=True, check=False
    ).returncode
    expected = ("pass", None) if has_buildx else ("fail", "engine.no-builder")
    return (row["status"], row["cause"]) == expected


def test_flytekit_says_no_before_and_yes_after_the_push_and_the_wizard_knew(
    flytekit: str,
    engine: RunningDockerd,
    registry: RunningRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.url)
    prefix = f"{registry.host}/team"
    looked_at = ("--python", flytekit, "--json", "--image")

    # Without a login it cannot tell, takes that for a yes and would build nothing.
    stranger = image_spec(flytekit, registry)
    told = rows(wizard("doctor", prefix, *looked_at, "app"))
    assert stranger["exists"] is None
    assert reaches(told["sdk.engine"])
    assert told["sdk.exists"]["cause"] == "sdk.assumes-exists"
    assert told["sdk.exists"]["status"] == "warn"
    assert "no basic auth credentials" in "".join(told["sdk.exists"]["evidence"])

    # The login is stored by pushing an image of another name; then it says no.
    login = ("--username", "ada", "--password-stdin", "--store", "plaintext", "--yes")
    wizard("setup", prefix, *looked_at, "other", *login, stdin="only-a-test")
    assert image_spec(flytekit, registry)["exists"] is False
    told = rows(wizard("doctor", prefix, *looked_at, "app"))
    assert told["sdk.exists"]["status"] == "pass"
    assert "would be built" in told["sdk.exists"]["summary"]

    # The wizard's push under the very tag that flytekit looks for: it says yes.
    tag = stranger["name"].rpartition(":")[2]
    pushed = wizard("setup", prefix, *looked_at, f"app:{tag}", "--yes")
    assert rows(pushed)["push.image"]["status"] == "pass", pushed
    assert "it is there" in rows(pushed)["sdk.exists"]["summary"]
    assert image_spec(flytekit, registry)["exists"] is True


def test_flytekit_cannot_tell_without_its_engine_and_the_engine_is_what_the_wizard_names(
    flytekit: str, registry: RunningRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/gone.sock")

    told = rows(wizard("doctor", f"{registry.host}/team", "--python", flytekit, "--json"))

    assert image_spec(flytekit, registry)["exists"] is None
    assert told["engine.detect"]["status"] == "fail"
    assert told["sdk.engine"]["blocked_by"] == "engine.detect"
    assert "sdk.exists" not in told


def test_an_engine_reached_by_a_context_is_found_by_the_docker_package_of_today(
    flytekit: str, engine: RunningDockerd, home: Path
) -> None:
    in_context(home, engine.url)

    told = rows(wizard("doctor", "--python", flytekit, "--json"))

    assert told["engine.detect"]["status"] == "pass"
    assert reaches(told["sdk.engine"])


def test_versions_are_those_that_pip_installed(flytekit: str, flyte: str) -> None:
    for python, names in ((flytekit, ("flytekit", "union")), (flyte, ("flyte",))):
        told = rows(wizard("doctor", "--python", python, "--json"))
        for name in names:
            code = f"import importlib.metadata as m; print(m.version({name!r}))"
            assert f"{name} {run(python, code)}" in told["sdk.python"]["summary"]


def test_flyte_2_without_buildx_assumes_and_the_wizard_says_so(
    flyte: str,
    engine: RunningDockerd,
    registry: RunningRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if (
        subprocess.run(["docker", "buildx", "version"], capture_output=True, check=False).returncode
        == 0
    ):
        pytest.skip("docker has its buildx here")
    monkeypatch.setenv("DOCKER_HOST", engine.url)
    # Nor can it ask Docker Hub, as behind a company's firewall.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    login = ("--username", "ada", "--password-stdin", "--store", "plaintext", "--yes")

    told = rows(
        wizard(
            "setup",
            f"{registry.host}/team",
            *("--python", flyte, "--json", "--image", "app", *login),
            stdin="only-a-test",
        )
    )

    assert run(flyte, FLYTE, f"{registry.host}/team") == "EXISTS"
    assert told["sdk.exists"]["cause"] == "sdk.assumes-exists"
