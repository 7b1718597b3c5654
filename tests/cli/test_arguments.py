"""The command line of product.md section 4, word for word."""

from __future__ import annotations

import pytest

from wizard.cli.arguments import HAND_OVERS, parser
from wizard.cli.commands import COMMANDS

EVERYWHERE = {"--json", "--profile", "--config", "--help", "-h"}

OPTIONS = {
    "setup": {
        "--sandbox", "--engine", "--image", "--python", "--platform", "--username",
        "--password-stdin", "--store", "--create-repository", "--make-public", "--grant-cluster",
        "--delete-image", "--cluster-account", "--cluster-principal", "--fix", "--yes",
        "--dry-run", "--timeout", "--trust-realm", "--private",
    },
    "doctor": {
        "--sandbox", "--engine", "--image", "--python", "--platform", "--cluster-account",
        "--cluster-principal", "--push", "--fix", "--yes", "--dry-run", "--timeout",
        "--username", "--password-stdin", "--store", "--create-repository", "--make-public",
        "--grant-cluster", "--trust-realm", "--private",
    },
    "check": {"--sandbox", "--platform", "--timeout"},
    "switch": {"--fix", "--yes", "--dry-run", "--timeout"},
    "profiles": set(),
    "export": {"--output", "--anonymous", "--yes", "--timeout"},
    "undo": {"--all", "--fix", "--yes", "--dry-run"},
    "explain": {"--message"},
}  # fmt: skip


def parsed(line: str) -> object:
    return parser().parse_args(line.split())


def refused(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        parsed(line)
    assert end.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err


@pytest.mark.parametrize("command", OPTIONS)
def test_a_command_has_exactly_the_promised_options(command: str) -> None:
    commands = next(a for a in parser()._actions if a.dest == "command").choices
    assert commands is not None
    own = commands[command].filled()  # type: ignore[index, call-overload]
    options = {name for action in own._actions for name in action.option_strings}

    assert options == OPTIONS[command] | EVERYWHERE


def test_the_commands_are_the_promised_ones() -> None:
    assert set(COMMANDS) == set(OPTIONS)


def test_options_before_the_command_reach_it() -> None:
    given = parsed("--config other.toml --sandbox doctor")

    assert (given.config, given.sandbox) == ("other.toml", True)  # type: ignore[attr-defined]


def test_an_option_behind_the_command_wins_over_one_before_it() -> None:
    given = parsed("--profile one doctor --profile two")

    assert given.profile == "two"  # type: ignore[attr-defined]


def test_every_option_can_be_asked_for_on_every_command() -> None:
    given = parsed("profiles")

    assert given.password_stdin is False  # type: ignore[attr-defined]
    assert given.timeout is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "ten", "1e9"])
def test_a_timeout_is_a_number_of_seconds(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--timeout" in refused(f"doctor --timeout={seconds}", capsys)


@pytest.mark.parametrize(
    "line",
    ["nonsense", "check", "export", "export nothing", "setup --engine rkt", "doctor --js",
     "setup --password hunter2", "explain --message", "setup a b"],
)  # fmt: skip
def test_wrong_usage_is_told_on_stderr_and_ends_with_2(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "usage: registry-wizard" in refused(line, capsys)


def test_no_option_takes_a_secret() -> None:
    words = str(OPTIONS)

    assert "--password-stdin" in words
    assert "--token" not in words
    assert "'--password'" not in words


@pytest.mark.parametrize("what", HAND_OVERS)
def test_every_hand_over_is_a_word_of_export(what: str) -> None:
    assert parsed(f"export {what}").what == what  # type: ignore[attr-defined]
