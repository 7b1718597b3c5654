"""`setup` against a real registry, as scripts run it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.support.command_line import (
    CANARY,
    LOGIN,
    files_of,
    set_up,
    statuses,
    stored_in,
    wizard,
)
from tests.support.docker_registry import RunningRegistry

pytestmark = pytest.mark.engine


def test_with_consent_given_beforehand_the_chain_is_proven(opened: RunningRegistry) -> None:
    ran = set_up(opened, "--yes", "--json")

    document = ran.document
    assert ran.code == 0, ran.err
    assert (document["ready"], document["pull"]) == (True, "public")
    assert document["image"]["visibility"] == "public"
    assert document["image"]["reference"].startswith(f"{opened.host}/team/app:wizard-check-")
    assert document["profile"]["prefix"] == f"{opened.host}/team"
    assert stored_in(opened)


def test_the_tag_is_the_one_that_was_named(opened: RunningRegistry) -> None:
    line = ("setup", f"{opened.host}/team", "--engine", "none", "--image", "app:1.0", "--yes")

    assert wizard(*line, "--json").document["image"]["reference"].endswith("/team/app:1.0")


def test_without_a_terminal_or_consent_it_says_what_it_would_do(
    opened: RunningRegistry, home: Path
) -> None:
    ran = set_up(opened)

    assert ran.code == 1
    assert f"Push a test image as {opened.host}/team/app:wizard-check-" in ran.err
    assert stored_in(opened) == []
    assert files_of(home) == {}


def test_a_login_is_not_stored_without_consent(locked: RunningRegistry, home: Path) -> None:
    ran = set_up(locked, *LOGIN, "--store", "plaintext", stdin=CANARY)

    assert ran.code == 1
    assert "check the login of ada" in ran.err
    assert not (home / ".docker" / "config.json").exists()


def test_a_dry_run_shows_the_change_to_each_file_and_makes_none(
    locked: RunningRegistry, home: Path
) -> None:
    before = files_of(home)

    ran = set_up(
        locked, *LOGIN, "--store", "plaintext", "--dry-run", "--yes", stdin=CANARY
    )  # fmt: skip

    assert ran.code == 0
    assert f"{home}/.docker/config.json changes:" in ran.err
    assert f'"{locked.host}": {{' in ran.err
    assert CANARY not in ran.out + ran.err
    assert files_of(home) == before
    assert stored_in(locked) == []


def test_a_secret_from_standard_input_is_nowhere_but_where_it_was_stored(
    locked: RunningRegistry, home: Path
) -> None:
    ran = set_up(locked, *LOGIN, "--store", "plaintext", "--yes", "--json", stdin=f"{CANARY}\n")

    config = home / ".docker" / "config.json"
    encoded = base64.b64encode(f"ada:{CANARY}".encode()).decode()
    assert statuses(ran)["login.stored"] == "warn"
    assert encoded in config.read_text()
    for name, content in files_of(home).items():
        holds = CANARY.encode() in content or encoded.encode() in content
        assert not holds or name == str(config), name
    assert CANARY not in ran.out + ran.err
    assert encoded not in ran.out + ran.err


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_exactly_one_line_end_is_taken_off(locked: RunningRegistry, end: str) -> None:
    ran = set_up(
        locked, *LOGIN, "--store", "none", "--yes", "--json", stdin=f"{CANARY}{end}"
    )  # fmt: skip

    assert statuses(ran)["login.accepted"] == "pass"


def test_a_second_line_end_belongs_to_the_secret(locked: RunningRegistry) -> None:
    ran = set_up(locked, *LOGIN, "--store", "none", "--yes", "--json", stdin=f"{CANARY}\n\n")

    row = next(c for c in ran.document["checks"] if c["id"] == "login.accepted")
    assert row["status"] == "fail"


@pytest.mark.parametrize("given", [b"", b"\n", b"\xff\xfe", b"x" * 70_000])
def test_no_secret_on_standard_input_is_wrong_usage(locked: RunningRegistry, given: bytes) -> None:
    line = ("setup", f"{locked.host}/team", "--engine", "none", *LOGIN, "--yes", "--json")

    ran = wizard(*line, stdin=given)

    assert ran.code == 2
    assert "standard input" in ran.document["error"]["summary"]


def test_a_user_name_is_asked_for_where_the_registry_needs_one(locked: RunningRegistry) -> None:
    ran = set_up(locked, "--password-stdin", "--yes", stdin=CANARY)

    assert ran.code == 2
    assert "--username" in ran.err


def test_a_private_image_is_not_ready_until_a_way_to_pull_it_is_declared(
    locked: RunningRegistry,
) -> None:
    first = set_up(locked, *LOGIN, "--store", "none", "--yes", "--json", stdin=CANARY)
    declared = set_up(
        locked, *LOGIN, "--store", "none", "--yes", "--json",
        "--cluster-principal", "nodes@proj-1.iam.gserviceaccount.com", stdin=CANARY,
    )  # fmt: skip

    assert (first.code, first.document["pull"]) == (1, "unproven")
    assert (declared.code, declared.document["pull"]) == (0, "declared")


def test_the_test_image_is_deleted_in_the_end_when_asked(opened: RunningRegistry) -> None:
    ran = set_up(opened, "--yes", "--delete-image", "--json")

    reference = ran.document["image"]["reference"]
    assert statuses(ran)["push.deleted"] == "pass"
    assert wizard("check", reference, "--json").document["images"][0]["pullable"] is False


def test_a_registry_that_is_gone_is_one_failure_and_skips() -> None:
    ran = wizard("setup", "127.0.0.1:1/team", "--engine", "none", "--yes", "--json")

    failed = [c for c in ran.document["checks"] if c["status"] == "fail"]
    skipped = [c for c in ran.document["checks"] if c["status"] == "skip"]
    assert ran.code == 1
    assert [c["cause"] for c in failed] == ["network.unreachable"]
    assert {c["blocked_by"] for c in skipped} == {failed[0]["id"]}
    assert {c["step"] for c in skipped} == {"login", "push", "visibility"}
    assert all(c["cause"] is None for c in skipped)
