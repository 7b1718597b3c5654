"""What the SDK's own check answers: as the project's docker package says, or docker's buildx."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.sdk_environments import fake_environment, program
from wizard.clients.machine_project import MachineProject
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem
from wizard.core.names import Reference
from wizard.core.sdk import InstalledSdk, ProjectPython


async def existence(home: Path, script: str, tmp_path: Path) -> object:
    python = program(tmp_path / "python", script)
    sdk = InstalledSdk(ProjectPython(str(python), "--python"), "3.12.0", {"flytekit": "1"})
    outside = World({"HOME": str(home), "PATH": os.environ["PATH"]}, home, 0.3)
    found = await MachineProject(outside, tmp_path).exists(
        sdk, Reference.parse("localhost:5000/app:1")
    )
    return found.answer


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("""echo '{"exists": true, "why": ""}'""", True),
        ("""echo '{"exists": false, "why": ""}'""", False),
        ("""echo '{"exists": null, "why": "no daemon"}'""", None),
        ("""echo 'hello from sitecustomize'; echo '{"exists": false}'""", False),
    ],
)
async def test_the_answer_of_the_docker_package_is_taken_as_it_is(
    home: Path, tmp_path: Path, script: str, answer: object
) -> None:
    assert await existence(home, script, tmp_path) is answer


async def test_what_flytekit_would_not_catch_is_told_from_what_it_takes_for_a_yes(
    home: Path, tmp_path: Path
) -> None:
    """A package that cannot be imported: flytekit ends with that very error."""
    folder = fake_environment(tmp_path / "v", flytekit="1.16.31", docker="7.2.0")
    (site,) = folder.glob("lib/*/site-packages")
    (site / "docker.py").write_text("import what_is_not_there")
    outside = World({"HOME": str(home), "PATH": os.environ["PATH"]}, home, 10)
    sdk = InstalledSdk(ProjectPython(str(folder / "bin" / "python"), ""), "", {"flytekit": "1"})

    code = MachineProject(outside, tmp_path)
    found = await code.exists(sdk, Reference.parse("localhost:5000/app:1"))

    assert (found.answer, found.breaks) == (None, True)
    assert "No module named 'what_is_not_there'" in found.why


async def test_a_docker_package_that_says_nothing_cannot_tell(home: Path, tmp_path: Path) -> None:
    assert await existence(home, "exec sleep 100", tmp_path) is None


async def test_a_docker_package_that_breaks_is_a_verdict(home: Path, tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        await existence(home, "echo 'ImportError: no module' >&2; exit 1", tmp_path)

    assert raised.value.cause == "sdk.python-unusable"
    assert "ImportError" in raised.value.evidence[0].answered


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("exit 0", True),
        ("echo 'ERROR: localhost/app:1: not found' >&2; exit 1", False),
        ("echo 'docker: unknown command: docker buildx' >&2; exit 1", None),
        ("exec sleep 100", None),
    ],
)
async def test_flyte_2_asks_through_buildx_stand_in(
    home: Path, tmp_path: Path, script: str, answer: object
) -> None:
    program(tmp_path / "bin" / "docker", script)
    environ = {"HOME": str(home), "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    sdk = InstalledSdk(ProjectPython(sys.executable, "--python"), "3.12.0", {"flyte": "2.12.1"})

    code = MachineProject(World(environ, home, 0.3), tmp_path)

    found = await code.exists(sdk, Reference.parse("localhost:5000/app:1"))
    assert found.answer is answer
    assert ("Docker Hub" in found.why) is (answer is None)


async def test_flyte_2_with_podman_never_asks_docker_stand_in(home: Path, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "docker", "exit 0")
    program(tmp_path / "bin" / "podman", "echo 'Error: unrecognized command' >&2; exit 125")
    (tmp_path / "config.yaml").write_text("image:\n  builder: local-podman\n")
    environ = {"HOME": str(home), "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    sdk = InstalledSdk(ProjectPython(sys.executable, "--python"), "3.12.0", {"flyte": "2.12.1"})

    code = MachineProject(World(environ, home, 5), tmp_path)

    found = await code.exists(sdk, Reference.parse("localhost:5000/app:1"))
    assert found.answer is None
    assert found.why.startswith("Error: unrecognized command")
