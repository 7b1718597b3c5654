"""What the project proposes is told, and in force only after a yes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import environment, wizard
from tests.support.docker_registry import RunningRegistry
from tests.support.terminal import on_terminal

SPEC = 'from flytekit import ImageSpec\nimage = ImageSpec(name="{}")\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def preset(project: Path, text: str) -> Path:
    file = project / ".registry-wizard.toml"
    file.write_text(text)
    return file


def test_a_preset_is_told_with_its_path_and_never_taken_by_itself(project: Path) -> None:
    file = preset(project, 'registry = "ghcr.io/acme"\n')

    for command in (("doctor",), ("setup", "--yes")):
        ran = wizard(*command, "--json", "--engine", "none")
        assert f"{file} proposes ghcr.io/acme" in ran.err
        assert f"registry-wizard {command[0]} ghcr.io/acme" in ran.err
        assert ran.document["profile"] is None


def test_a_preset_that_cannot_be_used_is_told_why_and_stops_nothing(project: Path) -> None:
    file = preset(project, 'registry = "ghcr.io"\n')

    ran = wizard("doctor", "--json", "--engine", "none")

    assert f"not used: {file}" in ran.err
    assert ran.code == 1


@pytest.mark.engine
def test_a_preset_is_taken_after_a_yes_and_the_image_is_the_codes_own(
    opened: RunningRegistry, project: Path
) -> None:
    preset(project, f'registry = "{opened.host}/team"\nplatform = "linux/arm64"\n')
    (project / "flow.py").write_text(SPEC.format("my-app"))
    with on_terminal(["setup", "--engine", "none"], environment()) as terminal:
        shown = terminal.expect(f"Set up {opened.host}/team? [Y/n]")
        assert ".registry-wizard.toml proposes" in shown
        assert "platform linux/arm64" in shown
        terminal.type("y")
        terminal.expect("the image is my-app, as named in the code here")
        terminal.expect(f"Push a test image as {opened.host}/team/my-app")
        terminal.type("n")
        terminal.end()
        assert "for linux/arm64" in terminal.text


@pytest.mark.engine
def test_several_names_in_the_code_are_offered(opened: RunningRegistry, project: Path) -> None:
    (project / "flow.py").write_text(SPEC.format("first") + SPEC.format("second"))
    line = ["setup", f"{opened.host}/team", "--engine", "none"]
    with on_terminal(line, environment()) as terminal:
        terminal.expect("found in the code here: first, second")
        terminal.expect("Image name [first]: ")
        terminal.type("second")
        terminal.expect(f"Push a test image as {opened.host}/team/second")
        terminal.type("n")
        terminal.end()


@pytest.mark.engine
def test_the_image_of_the_command_line_goes_before_that_of_the_code(
    opened: RunningRegistry, project: Path
) -> None:
    (project / "flow.py").write_text(SPEC.format("my-app"))
    line = ("setup", f"{opened.host}/team", "--engine", "none", "--yes", "--json")

    given = wizard(*line, "--image", "other", "--profile", "a")
    found = wizard(*line, "--profile", "b")
    (project / "flow.py").write_text(SPEC.format("renamed"))
    known = wizard(*line, "--profile", "b")

    assert "/team/other:" in given.document["image"]["reference"]
    assert "/team/my-app:" in found.document["image"]["reference"]
    assert "/team/my-app:" in known.document["image"]["reference"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("image:\n  builder: remote\n", "image.builder is remote"),
        (
            "admin:\n  endpoint: dns:///serverless-1.us-east-2.s.union.ai\n",
            "Union Serverless builds your images",
        ),
    ],
)
def test_who_does_not_need_it_is_told_so(project: Path, text: str, said: str) -> None:
    (project / "config.yaml").write_text(text)

    ran = wizard("doctor", "ghcr.io/acme", "--engine", "none", "--json", "--timeout", "1")

    (row,) = [row for row in ran.document["checks"] if row["id"] == "sdk.config"]
    assert row["summary"].startswith("you may not need this")
    assert said in row["summary"]


def test_a_run_without_an_engine_does_not_speak_of_one_that_does_not_answer() -> None:
    ran = wizard("doctor", "--engine", "none", "--json")

    assert ran.document["checks"][0]["summary"] == "going on without an engine"
