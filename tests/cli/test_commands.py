"""Commands that need no registry, as processes in an empty home."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import wizard as package
from tests.support.command_line import environment, wizard
from wizard.cli.commands import COMMANDS

SETTINGS = """\
version = 1
current = "work"

[profiles.work]
prefix = "ghcr.io/acme"
kind = "ghcr"
image = "my-app"

[profiles.work.proof]
reference = "ghcr.io/acme/my-app:wizard-check-1"
digest = "sha256:{digest}"
when = "2026-01-01T00:00:00Z"
pull = "public"
"""


def test_the_version_is_told() -> None:
    ran = wizard("--version")

    assert (ran.code, ran.out.strip()) == (0, f"registry-wizard {package.__version__}")


def test_help_shows_every_command_and_examples() -> None:
    ran = wizard("--help")

    assert ran.code == 0
    assert all(f"\n    {command}" in ran.out for command in COMMANDS)
    assert "examples:" in ran.out


@pytest.mark.parametrize("line", [["--version"], ["--help"], *([c, "--help"] for c in COMMANDS)])
def test_help_imports_nothing_that_takes_time(line: list[str]) -> None:
    script = (
        "import sys\n"
        "from wizard.__main__ import main\n"
        f"code = main({line!r})\n"
        "heavy = {'textual', 'httpx', 'docker', 'keyring', 'asyncio', 'tomlkit', 'segno', 'rich'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)), code)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )

    assert ended.stdout.splitlines()[-1] == "LOADED [] 0"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_has_examples_of_it(command: str) -> None:
    assert f"\n  registry-wizard {command}" in wizard(command, "--help").out


def test_help_prints_where_the_locale_has_no_marks() -> None:
    ran = wizard("setup", "--help", environ=environment(PYTHONIOENCODING="ascii"))

    assert ran.code == 0
    assert ran.err == ""


def test_the_app_without_a_terminal_says_what_to_run_instead() -> None:
    ran = wizard()

    assert ran.code == 2
    assert ran.out == ""
    assert "registry-wizard setup --sandbox --yes" in ran.err


def test_wrong_usage_is_2_and_stays_off_stdout() -> None:
    ran = wizard("doctor", "--nonsense")

    assert (ran.code, ran.out) == (2, "")


def test_profiles_of_a_new_machine() -> None:
    ran = wizard("profiles")

    assert (ran.code, ran.out) == (0, "")
    assert wizard("profiles", "--json").document["profiles"] == []


def with_settings(home: Path, text: str) -> None:
    file = home / ".config" / "registry-wizard" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)


def test_profiles_shows_the_last_proof(home: Path) -> None:
    with_settings(home, SETTINGS.format(digest="a" * 64))

    document = wizard("profiles", "--json").document

    assert document["current"] == "work"
    assert document["profiles"][0]["proof"]["pull"] == "public"
    line = wizard("profiles").out.splitlines()[0]
    assert line.startswith("● proven  work  ghcr.io/acme  ")
    assert line.endswith("(current)")


@pytest.mark.parametrize("what", ["imagespec", "flyte", "flyte-config", "env"])
def test_export_prints_the_hand_over_and_nothing_else(home: Path, what: str) -> None:
    with_settings(home, SETTINGS.format(digest="a" * 64))

    ran = wizard("export", what)

    assert ran.code == 0
    assert "ghcr.io/acme" in ran.out
    assert wizard("export", what, "--json").document["content"] == ran.out


def test_export_before_any_set_up_says_how_to_begin() -> None:
    ran = wizard("export", "env")

    assert ran.code == 2
    assert "registry-wizard setup" in ran.err


def test_nothing_to_undo_is_done() -> None:
    ran = wizard("undo", "--json")

    assert ran.code == 0
    assert ran.document["changes"] == []


@pytest.mark.parametrize("command", ["profiles", "doctor", "setup", "switch", "export"])
def test_a_damaged_settings_file_is_named_and_kept(home: Path, command: str) -> None:
    with_settings(home, "version = [\n")
    more = {"setup": ["ghcr.io/acme"], "export": ["env"]}.get(command, [])

    ran = wizard(command, *more, "--json")

    assert ran.code == 1
    assert ran.document["error"]["cause"] == "config.wizard-damaged"
    file = home / ".config" / "registry-wizard" / "config.toml"
    assert file.read_text() == "version = [\n"


@pytest.mark.parametrize(
    ("prefix", "cause", "suggestion"),
    [
        ("ghcr.io", "reference.incomplete", "ghcr.io/OWNER"),
        ("foo..bar/x", "reference.invalid", None),
    ],
)
@pytest.mark.parametrize("command", ["setup", "doctor"])
def test_a_bad_prefix_is_wrong_usage_with_cause_reason_and_suggestion(
    command: str, prefix: str, cause: str, suggestion: str | None
) -> None:
    ran = wizard(command, prefix, "--json")

    assert ran.code == 2
    assert ran.document["error"]["cause"] == cause
    assert ran.document["error"]["suggestion"] == suggestion
    assert ran.document["ready"] is False
    assert ran.document["checks"][0]["cause"] == cause


@pytest.mark.parametrize(
    "line",
    [
        ["doctor", "--platform", "amd64"],
        ["doctor", "--profile", "nobody"],
        ["setup"],
        ["switch"],
        ["switch", "nobody"],
        ["setup", "ghcr.io/acme", "--image", "app:"],
        ["setup", "ghcr.io/acme", "--image", "App"],
        ["check", "-"],
    ],
)
def test_what_cannot_be_understood_is_2_with_one_document(line: list[str]) -> None:
    ran = wizard(*line, "--json")

    assert ran.code == 2
    assert ran.document["error"]["summary"]


def test_a_name_that_is_none_is_not_pullable_and_streams_in_order() -> None:
    ran = wizard("check", "--json", "not..valid", "UP/Case", "also..bad")

    assert ran.code == 1
    assert set(ran.document) == {"schema", "command", "images"}
    assert [row["reference"] for row in ran.document["images"]] == [
        "not..valid", "UP/Case", "also..bad",
    ]  # fmt: skip
    assert set(ran.document["images"][0]) == {
        "reference", "pullable", "cause", "platforms", "digest", "size", "evidence", "seconds",
    }  # fmt: skip


def test_references_come_from_standard_input_one_a_line() -> None:
    text = "# a comment\n\nnot..valid\n" + "x" * 5000 + "\nalso..bad\n"

    rows = wizard("check", "--json", "-", stdin=text).document["images"]

    assert [row["reference"][:10] for row in rows] == ["not..valid", "x" * 10, "also..bad"]


def test_a_reader_that_went_away_is_no_fault() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "wizard", "explain"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_a_doctor_that_stops_at_the_engine_loads_nothing_for_later_steps() -> None:
    script = (
        "import sys\n"
        "from wizard.__main__ import main\n"
        "code = main(['doctor', '--engine', 'docker', '--json'])\n"
        "heavy = {'textual', 'httpx', 'docker', 'keyring', 'tomlkit', 'rich', 'botocore'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)), code)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=environment(DOCKER_HOST="unix:///nowhere/docker.sock"),
    )

    assert ended.stdout.splitlines()[-1] == "LOADED [] 1"
