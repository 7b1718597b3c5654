"""`undo` asks about what something else changed since, and about commands that it would run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_terminal import answer
from tests.support.command_line import CANARY, LOGIN, Ran, environment, set_up, wizard
from tests.support.credential_helpers import Machine
from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.dockerd import dockerd
from tests.support.logins import auth
from tests.support.needs import need_program
from tests.support.terminal import on_terminal

OTHERS = 20


@pytest.fixture
def other(tmp_path: Path) -> Iterator[RunningRegistry]:
    folder = tmp_path / "other"
    folder.mkdir()
    with docker_registry(folder, htpasswd={"zed": "z"}) as registry:
        yield registry


@pytest.fixture
def machine(home: Path, locked: RunningRegistry) -> Machine:
    """Logged in by the wizard, in plain text."""
    machine = Machine(home, "/usr/local/bin", "/usr/bin", "/bin")
    machine.write('{\n\t"auths": {\n\t\t"old.test": {}\n\t},\n\t"psFormat": "x"\n}\n')
    assert set_up(locked, *LOGIN, "--store", "plaintext", "--yes", stdin=CANARY).code == 1
    assert locked.host in logins(machine)
    return machine


def logins(machine: Machine) -> dict[str, object]:
    found: dict[str, object] = json.loads(machine.config.read_text())["auths"]
    return found


def docker_logins(machine: Machine, registry: RunningRegistry) -> None:
    docker = need_program("docker", "docker-cli")
    environ = {**machine.environ, "DOCKER_HOST": "unix:///none.sock"}
    for _ in range(OTHERS):
        argv = [docker, "login", "-u", "zed", "-p", "z", registry.host]
        subprocess.run(argv, check=True, env=environ, capture_output=True)


def changed_by_hand(machine: Machine, host: str) -> None:
    document = json.loads(machine.config.read_text())
    document["auths"][host] = {"auth": auth("somebody", "else")}
    machine.config.write_text(json.dumps(document))


def undone(ran: Ran) -> list[tuple[bool, bool]]:
    return [(row["done"], row["changed_since"]) for row in ran.document["changes"]]


@pytest.mark.engine
@pytest.mark.parametrize("said", ["y", "--yes"])
def test_twenty_docker_logins_elsewhere_since_are_kept_and_nobody_is_asked_about_them(
    machine: Machine, locked: RunningRegistry, other: RunningRegistry, said: str
) -> None:
    docker_logins(machine, other)

    if said == "--yes":
        assert undone(wizard("undo", "--all", "--yes", "--json")) == [(True, False)]
    else:
        with on_terminal(["undo", "--all"], environment()) as terminal:
            answer(terminal, "Take this back? [Y/n]", "y")
            assert terminal.end() == 0
        assert "something else" not in terminal.text

    assert logins(machine) == {"old.test": {}, other.host: {"auth": auth("zed", "z")}}
    assert locked.host not in machine.config.read_text()
    assert json.loads(machine.config.read_text())["psFormat"] == "x"


@pytest.mark.engine
def test_our_own_line_changed_since_is_asked_about_and_given_back_or_left_as_was_said(
    machine: Machine, locked: RunningRegistry, other: RunningRegistry
) -> None:
    docker_logins(machine, other)
    changed_by_hand(machine, locked.host)
    theirs = logins(machine)

    left = wizard("undo", "--all", "--yes")
    assert left.code == 1
    assert "something else changed it since; it was left alone" in left.out
    assert "registry-wizard undo, at a terminal" in left.err
    assert logins(machine) == theirs

    with on_terminal(["undo", "--all"], environment()) as terminal:
        shown = terminal.expect("Take this back? [Y/n]")
        assert "something else changed it since: that is asked about" in shown
        terminal.type("")
        answer(terminal, "all the same? [y/N]", "y")
        assert terminal.end() == 0
    assert logins(machine) == {name: theirs[name] for name in ("old.test", other.host)}
    assert undone(wizard("undo", "--all", "--yes", "--json")) == []


def test_enter_alone_leaves_what_something_else_changed_and_it_is_settled_then(
    machine: Machine, locked: RunningRegistry
) -> None:
    changed_by_hand(machine, locked.host)
    theirs = logins(machine)

    with on_terminal(["undo"], environment()) as terminal:
        answer(terminal, "Take this back? [Y/n]", "")
        answer(terminal, "all the same? [y/N]", "")
        assert terminal.end() == 1

    assert logins(machine) == theirs
    assert undone(wizard("undo", "--yes", "--json")) == []


@pytest.mark.engine
def test_a_context_that_a_fix_switched_is_switched_back_only_after_consent(home: Path) -> None:
    docker = need_program("docker", "docker-cli")
    config = home / ".docker" / "config.json"
    with dockerd() as engine:
        for name, url in (("works", engine.url), ("dead", f"unix://{home}/dead.sock")):
            create = [docker, "context", "create", name, "--docker", f"host={url}"]
            subprocess.run(create, check=True, capture_output=True)
        subprocess.run([docker, "context", "use", "dead"], check=True, capture_output=True)

        mended = wizard("doctor", "--engine", "docker", "--fix", "--yes", "--json")
        (row,) = [r for r in mended.document["checks"] if r["id"] == "engine.detect"]
        assert row["status"] == "pass"

    (change,) = mended.document["changes"]
    assert change == {
        "file": "",
        "what": "ran docker context use works",
        "undo": "registry-wizard undo",
    }
    assert json.loads(config.read_text())["currentContext"] == "works"
    for asked in (("undo", "--dry-run"), ("undo",)):
        ran = wizard(*asked)
        assert "runs: docker context use dead" in ran.out
        assert json.loads(config.read_text())["currentContext"] == "works"
    taken = wizard("undo", "--yes", "--json")
    (told,) = taken.document["changes"]
    assert (taken.code, told["done"], told["runs"]) == (0, True, "docker context use dead")
    assert json.loads(config.read_text())["currentContext"] == "dead"
