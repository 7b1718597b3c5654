"""Interrupted at any step: exit code 130, nothing stays behind, and the next start goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.person import USER, Person
from tests.journeys.verdicts import one_failure
from tests.lab.lab import REPOSITORY
from tests.support.credential_helpers import FakeStore
from wizard.sandbox.accounts import WRITE_TOKEN

pytestmark = [pytest.mark.lab, pytest.mark.engine]

GHCR = "ghcr.io/practice"
CONFIG = '{\n\t"credsStore": "odd"\n}\n'
WAIT_S = 20.0


@dataclass(frozen=True)
class Moment:
    """When to interrupt: after this is said, and what makes it last."""

    says: str
    hold: Callable[[Person], None]
    release: Callable[[Person], None] = lambda _person: None
    before: bool = True
    """Held from the start; else only once it was said."""


def _freeze(person: Person) -> None:
    assert person.lab.docker is not None
    person.lab.docker.freeze()


def _thaw(person: Person) -> None:
    assert person.lab.docker is not None
    person.lab.docker.thaw()


def _silent(person: Person) -> None:
    person.lab.sandbox.switch_fault("silent", on=True)


def _heard(person: Person) -> None:
    person.lab.sandbox.switch_fault("silent", on=False)


def _helper(behaviour: str) -> Callable[[Person], None]:
    def make(person: Person) -> None:
        FakeStore(person.home / "bin", "odd", behaviour)

    return make


MOMENTS = {
    "engine": Moment("looking for container engines", _freeze, _thaw),
    "registry": Moment("asking ghcr.io (", _silent, _heard),
    "login": Moment("about this login", _silent, _heard, before=False),
    "stores": Moment("trying where a login could be kept", _helper("hang"), _helper("ok")),
    "store": Moment("storing the login", _helper("store-hangs-later"), _helper("ok")),
    "push": Moment("pushing ghcr.io", _silent, _heard, before=False),
}


@pytest.mark.parametrize(
    ("step", "number"),
    [
        *((step, signal.SIGINT) for step in MOMENTS),
        # Both end a run the same way: where something is to be tidied up, and where not.
        *((step, signal.SIGTERM) for step in ("registry", "store", "push")),
        ("store", signal.SIGHUP),
    ],
)
def test_nothing_stays_behind_and_the_next_start_goes_on(
    person: Person, step: str, number: signal.Signals
) -> None:
    moment = MOMENTS[step]
    (person.home / "bin").mkdir()
    _helper("ok")(person)
    person.keeps.add(person.home / "bin" / "odd.json")
    config = person.write_config(CONFIG)
    images = _images(person)
    if moment.before:
        moment.hold(person)

    process = _start(person)
    _wait_for(process, moment.says)
    if not moment.before:
        moment.hold(person)
    time.sleep(0.3)  # into the middle of it: any moment must do
    _signal_to_the_program(process, number)
    out, err = process.communicate(timeout=WAIT_S)
    person.said += [out.decode(), err.decode()]

    moment.release(person)
    assert process.returncode == 130, err
    assert json.loads(out)["error"]["summary"] == "interrupted"
    assert _programs(person) == []
    assert person.litter() == []
    assert _images(person) == images
    assert json.loads(config.read_text())["credsStore"] == "odd"

    _helper("ok")(person)
    again = person.set_up(
        GHCR, engine="docker", store="auto", secret=WRITE_TOKEN, env=_path(person)
    )
    one_failure(again, "pull.private")


def _path(person: Person) -> dict[str, str]:
    return {"PATH": os.pathsep.join([str(person.home / "bin"), os.environ["PATH"]])}


def _start(person: Person) -> subprocess.Popen[bytes]:
    person.secrets[WRITE_TOKEN] = USER
    line = ["setup", GHCR, "--engine", "docker", "--image", "app", "--store", "auto", "--yes"]
    line += ["--username", USER, "--password-stdin", "--json"]
    process = person.lab.machine.start(
        [sys.executable, "-m", "wizard", *line],
        env={"PYTHONPATH": str(REPOSITORY), **person.environ(**_path(person))},
    )
    assert process.stdin is not None
    process.stdin.write(WRITE_TOKEN.encode())
    process.stdin.close()
    process.stdin = None
    return process


def _wait_for(process: subprocess.Popen[bytes], words: str) -> None:
    assert process.stderr is not None
    said = b""
    while words.encode() not in said:
        line = process.stderr.readline()
        assert line, f"it ended before it said {words!r}: {said.decode()}"
        said += line


def _signal_to_the_program(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To it alone, as `kill` does: its children hear of it from it, or not at all."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), number)


def _programs(person: Person) -> list[str]:
    """What still runs in the machine of all that the program starts, once it has ended."""
    listed = person.lab.run(["ps", "-A", "-o", "args", "-ww"]).succeeded().stdout.splitlines()
    ours = ("-m wizard", "docker-credential-", "docker buildx", "docker build", "docker push")
    return [line for line in listed if any(word in line for word in ours)]


def _images(person: Person) -> set[str]:
    argv = ["docker", "images", "--all", "--no-trunc", "--quiet"]
    return set(person.lab.run(argv).succeeded().stdout.split())
