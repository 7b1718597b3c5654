"""`setup`, `doctor`, `switch`, `check` and `undo` against a real registry, as scripts run them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Ran, environment, wizard
from tests.support.docker_registry import RunningRegistry, docker_registry

pytestmark = pytest.mark.engine

CANARY = "CANARY-7f3a9c51"
LOGIN = ("--username", "ada", "--password-stdin")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[RunningRegistry]:
    with docker_registry(tmp_path) as registry:
        yield registry


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[RunningRegistry]:
    with docker_registry(tmp_path, htpasswd={"ada": CANARY}) as registry:
        yield registry


def set_up(registry: RunningRegistry, *more: str, stdin: str = "") -> Ran:
    line = ("setup", f"{registry.host}/team", "--engine", "none", "--image", "app", *more)
    return wizard(*line, stdin=stdin)


def statuses(ran: Ran) -> dict[str, str]:
    return {check["id"]: check["status"] for check in ran.document["checks"]}


def stored_in(registry: RunningRegistry) -> list[Path]:
    """Without what the registry itself leaves behind of an upload that was begun and cancelled."""
    files = (file for file in registry.storage.rglob("*") if file.is_file())
    return [file for file in files if "_uploads" not in file.parts]


def files_of(home: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in home.rglob("*") if file.is_file()}


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


def test_without_a_terminal_or_consent_it_says_what_it_would_do(opened: RunningRegistry) -> None:
    ran = set_up(opened)

    assert ran.code == 1
    assert f"Push a test image as {opened.host}/team/app:wizard-check-" in ran.err
    assert stored_in(opened) == []


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
