"""Whole reports compared, for fixed sets of checks."""

from __future__ import annotations

import io
from dataclasses import replace

from wizard.causes import CATALOGUE
from wizard.cli.render import check_lines, report_lines
from wizard.cli.style import Style
from wizard.core.checks import (
    Change,
    Check,
    Pull,
    Report,
    Status,
    Step,
    failed,
    passed,
    skipped,
)
from wizard.core.diagnosis import Evidence, Problem, Stage, diagnose

PLAIN = Style(width=80)
ASCII = Style(width=80, ascii_only=True)

SOCKET = Evidence(
    Stage.ENGINE, "unix:///var/run/docker.sock", "no such file", facts={"engine": "Docker"}
)
STOPPED = failed(
    "engine.detect",
    Step.ENGINE,
    diagnose(Problem(SOCKET, cause="engine.not-running"), CATALOGUE),
)
READY = Report(
    "doctor",
    "1",
    (
        passed("engine.detect", Step.ENGINE, "Docker 28.2 answers", seconds=0.12),
        passed("registry.name", Step.REGISTRY, "images go to ghcr.io/acme/app"),
        passed("registry.reach", Step.REGISTRY, "GHCR answers"),
        passed("visibility.pull", Step.VISIBILITY, "anybody can pull it"),
    ),
    pull=Pull.PUBLIC,
    changes=(Change("config.json", "a login for ghcr.io", "registry-wizard undo"),),
)


def text(report: Report, style: Style = PLAIN, system: str = "linux") -> str:
    return "\n".join(report_lines(report, style, system))


def test_a_ready_report() -> None:
    assert text(READY) == (
        "Engine     ● proven  Docker 28.2 answers  0.12 s\n"
        "Registry   ● proven  images go to ghcr.io/acme/app\n"
        "           ● proven  GHCR answers\n"
        "Visibility ● proven  anybody can pull it\n"
        "\n"
        "Changed\n"
        "  config.json: a login for ghcr.io\n"
        "    take it back: registry-wizard undo\n"
        "\n"
        "● proven  Ready: anybody can pull it, so the cluster can"
    )


def test_a_report_that_stops_at_the_engine() -> None:
    report = Report(
        "doctor",
        "1",
        (STOPPED, skipped("push.image", Step.PUSH, "not tried", "engine.detect")),
    )

    assert text(report, system="darwin") == (
        "Engine     ✗ broken  Docker is installed but not running  engine.not-running\n"
        "                     An engine is a program in the background; other programs\n"
        "                     talk to it through a socket, a file such as\n"
        "                     /var/run/docker.sock. That file is missing, or nobody\n"
        "                     listens behind it, so the engine was not started or has\n"
        "                     stopped.\n"
        "                     seen: unix:///var/run/docker.sock: no such file\n"
        "                     → Start Docker Desktop\n"
        "                         open -a Docker\n"
        "                     → Colima instead of Docker Desktop\n"
        "                         colima start\n"
        "                     → Look again\n"
        "                         registry-wizard doctor\n"
        "Push       – skipped not tried (after engine.detect)\n"
        "\n"
        "✗ broken  Not ready: Docker is installed but not running\n"
        "          More about it: registry-wizard explain engine.not-running"
    )


def test_rows_stand_in_the_order_of_the_steps_whatever_came_first() -> None:
    shuffled = replace(READY, checks=tuple(reversed(READY.checks)))

    lines = text(shuffled).splitlines()

    assert [line.split()[0] for line in lines[:4]] == ["Engine", "Registry", "●", "Visibility"]


def test_a_declared_pull_is_never_called_proven() -> None:
    declared = replace(READY, pull=Pull.DECLARED)

    assert text(declared).endswith(
        "Ready: the cluster's own way to pull it is declared by you, not proven"
    )


def test_nothing_checked_is_not_ready() -> None:
    assert "? unknown Not ready: the pull is not proven yet" in text(Report("doctor", "1"))


def test_the_ascii_twins_say_the_same_in_the_same_columns() -> None:
    report = Report("doctor", "1", (*READY.checks, STOPPED))

    twin = text(report, ASCII)

    assert twin.isascii()
    assert "* proven  Docker" in twin
    assert "x broken  Docker" in twin
    assert len(twin.splitlines()) == len(text(report).splitlines())


def test_colour_only_underlines_what_mark_and_word_say() -> None:
    painted = text(READY, Style(width=80, colour=True))

    assert "\x1b[32m● proven \x1b[0m" in painted
    assert "".join(painted.split("\x1b[")) != painted


def test_what_a_server_said_cannot_act_on_the_terminal() -> None:
    hostile = Check(
        "push.image",
        Step.PUSH,
        Status.FAIL,
        "no\x1b[2J\nand a second line",
        cause="push.policy",
        evidence=("\x1b]52;c;aGk=\x07", "\u202etxt"),
    )

    lines = list(check_lines(hostile, PLAIN, "linux"))

    assert all(line.isprintable() for line in lines)
    assert len(lines) == 3


def test_no_colour_and_no_overwriting_away_from_a_terminal() -> None:
    style = Style.of(io.StringIO(), {"TERM": "xterm"})

    assert (style.colour, style.transient) == (False, False)


def test_a_stream_that_cannot_show_the_marks_gets_the_twins() -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")

    assert Style.of(narrow, {}).ascii_only
