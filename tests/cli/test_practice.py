"""The practice registries by the command line: ready without an account, an engine or a network."""

from __future__ import annotations

from pathlib import Path

from tests.support.command_line import environment, wizard
from tests.support.terminal import on_terminal


def test_practice_goes_to_ready_where_nobody_is_asked() -> None:
    ran = wizard("setup", "--sandbox", "--yes", "--json")

    assert ran.code == 0, ran.err
    assert (ran.document["ready"], ran.document["pull"]) == (True, "public")
    assert ran.document["image"]["reference"].startswith("ghcr.io/practice/flytekit:wizard-check-")


def test_practice_is_said_plainly_with_the_account_that_it_needs() -> None:
    ran = wizard("setup", "--sandbox", "--yes")

    assert "Practice registries in this process" in ran.err
    assert "user name practice, token ghp_practice" in ran.err
    assert "Made public by the practice, as a person would" in ran.err
    assert "Now for real: registry-wizard setup" in ran.out


def test_nothing_of_practice_touches_the_users_own_files(home: Path) -> None:
    before = sorted(home.rglob("*"))

    wizard("setup", "--sandbox", "--yes")

    assert sorted(home.rglob("*")) == before


def test_a_first_push_is_private_until_the_person_who_may_makes_it_public() -> None:
    ran = wizard("setup", "ghcr.io/practice-private", "--sandbox", "--yes", "--json")

    assert ran.code == 1
    assert ran.document["image"]["visibility"] == "private"
    assert "It cannot be made public here" in ran.err


def test_nothing_that_is_gone_with_the_practice_is_said_to_be_taken_back() -> None:
    said = wizard("setup", "--sandbox", "--yes").out

    assert "which is gone now" in said.partition("Changed")[2]
    assert "registry-wizard undo" not in said


def test_a_namespace_of_others_is_refused_with_its_cause() -> None:
    ran = wizard("setup", "ghcr.io/practice-foreign", "--sandbox", "--yes", "--json")

    causes = [check["cause"] for check in ran.document["checks"] if check["status"] == "fail"]
    assert ran.code == 1
    assert causes == ["push.not-permitted"]


def test_doctor_can_log_in_by_itself_in_practice() -> None:
    ran = wizard("doctor", "--sandbox", "--push", "--fix", "--yes", "--json")

    checks = {check["id"]: check["status"] for check in ran.document["checks"]}
    assert checks["login.found"] == "pass"
    assert checks["push.image"] == "pass"
    assert ran.document["changes"]


def test_an_image_that_was_never_pushed_is_private_or_missing() -> None:
    ran = wizard("check", "ghcr.io/practice/nothing:1", "--sandbox", "--json")

    assert ran.code == 1
    assert ran.document["images"][0]["cause"] == "pull.private-or-missing"


def test_at_a_terminal_the_practice_plays_the_other_person() -> None:
    with on_terminal(["setup", "--sandbox"], environment()) as terminal:
        shown = terminal.expect("How do you log in to ")
        assert "token ghp_practice_token_that_may_write" in shown
        options = terminal.expect("Number, 1 to")
        assert "1  A personal access token (classic)" in options
        terminal.type("1")
        terminal.expect("Store it there? [Y/n]")
        terminal.type("")
        terminal.expect("(not shown): ")
        terminal.type("ghp_practice_token_that_may_write")
        terminal.expect("Push a test image as")
        terminal.type("")
        terminal.expect("1  Let the practice play the person")
        terminal.type("1")
        terminal.expect("Delete the test image")
        terminal.type("")
        terminal.expect("● proven  Ready")

        assert terminal.end() == 0


def test_a_registry_that_the_practice_does_not_have_is_told_before_it_is_asked() -> None:
    host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"

    ran = wizard("setup", host, "--sandbox", "--yes")

    assert ran.code == 1
    assert f"The practice has no {host}: choose one of those above." in ran.err
