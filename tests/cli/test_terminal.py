"""What a person meets who answers questions at a real terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import CANARY, environment, wizard
from tests.support.docker_registry import RunningRegistry
from tests.support.terminal import Terminal, on_terminal

pytestmark = pytest.mark.engine


def answer(terminal: Terminal, question: str, line: str) -> None:
    terminal.expect(question)
    terminal.type(line)


def test_a_login_is_asked_for_and_its_place_agreed_before_the_secret(
    locked: RunningRegistry, home: Path
) -> None:
    line = ["setup", f"{locked.host}/team", "--engine", "none", "--image", "app"]
    with on_terminal(line, environment()) as terminal:
        answer(terminal, "Number, 1 to", "1")
        answer(terminal, "User name: ", "ada")
        terminal.expect("no safe store")
        answer(terminal, "Number, 1 to 3", "2")
        answer(terminal, "Number, 1 to", "1")
        answer(terminal, "User name: ", "ada")
        shown = terminal.expect("Store it there? [y/N]")
        assert "NOT encrypted" in shown
        assert f'+    "{locked.host}": {{' in shown
        assert not (home / ".docker" / "config.json").exists()
        terminal.type("y")
        answer(terminal, "(not shown): ", CANARY)
        answer(terminal, "Push a test image as", "")
        answer(terminal, "Number, 1 to 2", "1")
        terminal.expect("kubectl apply")
        answer(terminal, "Delete the test image", "n")
        terminal.expect("Ready: the cluster's own way to pull it is declared by you")

        assert terminal.end() == 0
        assert CANARY not in terminal.text
    assert (home / ".docker" / "config.json").exists()


def test_enter_never_stores_a_login_in_plain_text(locked: RunningRegistry, home: Path) -> None:
    line = ["setup", f"{locked.host}/team", "--engine", "none", "--store", "plaintext"]
    with on_terminal(line, environment()) as terminal:
        answer(terminal, "Number, 1 to", "")
        answer(terminal, "User name: ", "ada")
        answer(terminal, "Store it there? [y/N]", "")
        answer(terminal, "Where may the login go?", "2")

        assert terminal.end() == 1
    assert not (home / ".docker" / "config.json").exists()


def test_the_registry_is_asked_for_where_none_is_named(opened: RunningRegistry) -> None:
    with on_terminal(["setup", "--engine", "none"], environment()) as terminal:
        shown = terminal.expect("Number, 1 to 6")
        assert "GitHub Container Registry" in shown
        terminal.type("6")
        answer(terminal, "Registry, such as", f"{opened.host}/team")
        answer(terminal, "Image name [flytekit]: ", "My App")
        answer(terminal, "Image name [flytekit]: ", "my-app")
        answer(terminal, "Push a test image as", "y")
        answer(terminal, "Delete the test image", "")

        assert terminal.end() == 0
        assert f"{opened.host}/team/my-app:wizard-check-" in terminal.text


def test_a_no_pushes_nothing(opened: RunningRegistry) -> None:
    line = ["setup", f"{opened.host}/team", "--engine", "none"]
    with on_terminal(line, environment()) as terminal:
        terminal.expect("Push a test image as")
        answer(terminal, "[Y/n] ", "perhaps")
        answer(terminal, "Answer y for yes or n for no.", "n")

        assert terminal.end() == 1
    assert not any(file.is_file() for file in opened.storage.rglob("*"))


def test_ctrl_c_at_a_question_ends_at_once(opened: RunningRegistry) -> None:
    line = ["setup", f"{opened.host}/team", "--engine", "none"]
    with on_terminal(line, environment()) as terminal:
        terminal.expect("Push a test image as")
        terminal.press("\x03")

        assert terminal.end() == 130
        assert "Traceback" not in terminal.text


def test_the_end_of_input_leaves_without_doing_more(opened: RunningRegistry) -> None:
    line = ["setup", f"{opened.host}/team", "--engine", "none"]
    with on_terminal(line, environment()) as terminal:
        terminal.expect("[Y/n] ")
        terminal.press("\x04")

        assert terminal.end() == 1
        assert "nothing more was done" in terminal.text


@pytest.mark.parametrize(
    ("line", "more"),
    [(["--plain"], {}), ([], {"ACCESSIBLE": "1"}), ([], {"TERM": "dumb"})],
)
def test_the_plain_form_is_numbered_questions(line: list[str], more: dict[str, str]) -> None:
    with on_terminal(line, environment(**more)) as terminal:
        shown = terminal.expect("Number, 1 to 5 [1]: ")
        assert "1  Set up" in shown
        terminal.type("4")
        terminal.expect("Nothing is set up here yet")
        answer(terminal, "Number, 1 to 5 [1]: ", "9")
        answer(terminal, "Type a number from 1 to 5.", "5")

        assert terminal.end() == 0
        assert b"\x1b[?1049h" not in terminal.raw


def test_the_plain_form_sets_up_and_comes_back_to_the_list(opened: RunningRegistry) -> None:
    no_engine = environment(DOCKER_HOST="unix:///nowhere/docker.sock")
    with on_terminal(["--plain"], no_engine) as terminal:
        answer(terminal, "Number, 1 to 5", "1")
        answer(terminal, "Number, 1 to 6", "6")
        answer(terminal, "Registry, such as", f"{opened.host}/team")
        answer(terminal, "Image name", "")
        answer(terminal, "Go on with the wizard's own push? [y/N]", "y")
        answer(terminal, "Push a test image as", "")
        answer(terminal, "Delete the test image", "")
        terminal.expect("● proven  Ready")
        answer(terminal, "Number, 1 to 5", "5")

        assert terminal.end() == 0


def test_colour_is_for_terminals_that_want_it(opened: RunningRegistry) -> None:
    line = ["doctor", f"{opened.host}/team", "--engine", "none"]
    with on_terminal(line, environment(TERM="xterm")) as coloured:
        coloured.end()
    with on_terminal(line, environment(TERM="xterm", NO_COLOR="1")) as bare:
        bare.end()

    assert b"\x1b[32m" in coloured.raw
    assert b"\x1b[32m" not in bare.raw
    assert b"\x1b[32m" not in wizard(*line).out.encode()
