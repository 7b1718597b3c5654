"""`doctor`, `switch`, `undo` and `check` against a real registry, as scripts run them."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.support.command_line import (
    CANARY,
    LOGIN,
    environment,
    files_of,
    set_up,
    statuses,
    stored_in,
    wizard,
)
from tests.support.docker_registry import RunningRegistry

pytestmark = pytest.mark.engine


def test_doctor_looks_at_the_last_proven_image_and_changes_nothing(
    opened: RunningRegistry, home: Path
) -> None:
    reference = set_up(opened, "--yes", "--json").document["image"]["reference"]
    before, stored = files_of(home), len(stored_in(opened))

    ran = wizard("doctor", "--engine", "none", "--json")

    assert ran.code == 0, ran.out
    assert ran.document["ready"] is True
    assert ran.document["image"]["reference"] == reference
    assert files_of(home) == before
    assert len(stored_in(opened)) == stored


def test_doctor_before_any_push_is_unknown_and_so_not_ready(opened: RunningRegistry) -> None:
    ran = wizard("doctor", f"{opened.host}/team", "--engine", "none", "--json")

    assert ran.code == 1
    assert statuses(ran)["visibility.pull"] == "unknown"


def test_doctor_pushes_when_asked(opened: RunningRegistry) -> None:
    ran = wizard("doctor", f"{opened.host}/team", "--engine", "none", "--push", "--json")

    assert (ran.code, ran.document["pull"]) == (0, "public")


def test_doctor_says_when_there_is_nothing_that_it_can_mend(opened: RunningRegistry) -> None:
    ran = wizard("doctor", f"{opened.host}/team", "--engine", "none", "--fix", "--yes")

    assert "Nothing here can be mended by the wizard itself" in ran.err


def test_doctor_says_when_there_is_nothing_to_mend(opened: RunningRegistry) -> None:
    ran = wizard("doctor", f"{opened.host}/team", "--engine", "none", "--push", "--fix", "--yes")

    assert ran.code == 0
    assert "Nothing here needs mending" in ran.err


def test_a_fix_is_only_shown_in_a_dry_run(locked: RunningRegistry) -> None:
    line = ("doctor", f"{locked.host}/team", "--engine", "none", "--fix", "--dry-run")

    assert "Would do for login.missing: Log in" in wizard(*line).err


def test_what_people_type_is_mended_and_said(opened: RunningRegistry) -> None:
    ran = wizard("doctor", f"{opened.host}/Team/", "--engine", "none", "--json")

    assert ran.document["profile"]["prefix"] == f"{opened.host}/team"
    assert "lower case" in ran.err


def test_a_second_registry_becomes_a_second_profile_and_switch_goes_back(
    opened: RunningRegistry,
) -> None:
    set_up(opened, "--yes")
    wizard("setup", f"{opened.host}/other", "--engine", "none", "--image", "app", "--yes")
    names = [row["name"] for row in wizard("profiles", "--json").document["profiles"]]

    ran = wizard("switch", names[0], "--yes", "--json")

    assert names == ["default", "other"]
    assert ran.code == 0, ran.err
    assert ran.document["profile"]["prefix"] == f"{opened.host}/team"
    assert wizard("profiles", "--json").document["current"] == "default"


def test_switch_without_consent_pushes_nothing(opened: RunningRegistry) -> None:
    set_up(opened, "--yes")
    stored = len(stored_in(opened))

    ran = wizard("switch", "default", "--json")

    assert ran.code == 0, ran.err
    assert len(stored_in(opened)) == stored


def test_undo_takes_the_login_back_to_the_same_bytes(locked: RunningRegistry, home: Path) -> None:
    config = home / ".docker" / "config.json"
    config.parent.mkdir()
    config.write_text('{\n  "auths": {},\n  "experimental": "on"\n}\n')
    before = config.read_bytes()
    set_up(locked, *LOGIN, "--store", "plaintext", "--yes", stdin=CANARY)
    assert config.read_bytes() != before

    shown = wizard("undo")
    assert (shown.code, config.read_bytes() != before) == (1, True)
    assert "registry-wizard undo --yes" in shown.err

    taken = wizard("undo", "--yes", "--json")
    assert taken.code == 0, taken.err
    assert [row["done"] for row in taken.document["changes"]] == [True]
    assert config.read_bytes() == before


def test_check_says_yes_only_when_every_image_can_be_pulled(opened: RunningRegistry) -> None:
    reference = set_up(opened, "--yes", "--json").document["image"]["reference"]
    missing = f"{opened.host}/team/app:never"

    yes = wizard("check", reference, reference, "--json")
    no = wizard("check", "-", "--json", stdin=f"{reference}\n{missing}\n")

    row = yes.document["images"][0]
    assert yes.code == 0
    assert (row["pullable"], row["cause"], row["platforms"]) == (True, None, ["linux/amd64"])
    assert row["size"] > 0
    assert no.code == 1
    assert [r["reference"] for r in no.document["images"]] == [reference, missing]
    assert no.document["images"][1]["cause"] == "pull.missing-tag"


def test_check_for_another_platform_is_a_no(opened: RunningRegistry) -> None:
    reference = set_up(opened, "--yes", "--json").document["image"]["reference"]

    ran = wizard("check", reference, "--platform", "linux/arm64", "--json")

    assert ran.code == 1
    assert ran.document["images"][0]["cause"] == "pull.platform-missing"


def test_a_single_image_is_explained_in_full(opened: RunningRegistry) -> None:
    ran = wizard("check", f"{opened.host}/team/app:never")

    assert "cannot be pulled  pull.missing" in ran.out
    assert "seen: " in ran.out
    assert "→ " in ran.out


def test_the_report_is_on_stdout_and_everything_else_is_not(opened: RunningRegistry) -> None:
    ran = set_up(opened, "--yes")

    assert ran.out.splitlines()[0].startswith("Engine     ● proven  ")
    assert "● proven  Ready: anybody can pull it, so the cluster can" in ran.out
    assert "…" not in ran.out.replace("wizard-check-…", "")
    assert "… asking " in ran.err


def test_a_locale_without_marks_gets_their_twins(opened: RunningRegistry) -> None:
    line = ("doctor", f"{opened.host}/team", "--engine", "none")

    ran = wizard(*line, environ=environment(PYTHONIOENCODING="ascii"))

    assert ran.out.isascii()
    assert "* proven" in ran.out
    assert "? unknown" in ran.out


def test_no_probe_takes_longer_than_it_was_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        reference = f"127.0.0.1:{silent.getsockname()[1]}/team/app:1"

        ran = wizard("check", reference, "--timeout", "0.5", "--json")

    row = ran.document["images"][0]
    assert ran.code == 1
    assert (row["pullable"], row["cause"]) == (None, "network.timeout")
