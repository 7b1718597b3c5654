"""No secret in the arguments or the environment of anything that is started on the way."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.canary import is_in
from tests.journeys.person import USER, Person
from tests.journeys.verdicts import one_failure
from tests.support.credential_helpers import FakeStore
from tests.support.needs import need_program
from wizard.sandbox.accounts import GH_WRITE_TOKEN, WRITE_TOKEN

pytestmark = [pytest.mark.lab, pytest.mark.engine]

GHCR = "ghcr.io/practice"
_RECORDS = """#!/bin/sh
{{ printf '%s\\0' {name} "$@"; env; }} >> '{log}'
exec {program} "$@"
"""


def recorded(person: Person, name: str, program: str) -> Path:
    """A stand-in on PATH that writes down how it was called and then is the real program."""
    log = person.home / f"{name}.log"
    standing_in = person.home / "bin" / name
    standing_in.write_text(_RECORDS.format(name=name, log=log, program=program))
    standing_in.chmod(0o755)
    return log


@contextmanager
def watched() -> Iterator[dict[str, bytes]]:
    """Arguments and environment of every process that was seen, again and again, by number."""
    seen: dict[str, bytes] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.005):
            for process in Path("/proc").glob("[1-9]*"):
                try:
                    cells = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
                except OSError:  # it has ended
                    continue
                seen[process.name] = seen.get(process.name, b"") + b"\0".join(cells)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("engine", ["docker", "none"])
def test_a_token_that_is_given_and_stored_by_a_helper(person: Person, engine: str) -> None:
    folder = person.home / "bin"
    folder.mkdir()
    helper = FakeStore(folder, "odd")
    person.keeps.add(helper.file)
    log = recorded(person, "docker", need_program("docker", "docker-cli"))
    person.write_config({"credsStore": "odd"})
    env = {"PATH": os.pathsep.join([str(folder), os.environ["PATH"]])}

    with watched() as seen:
        outcome = person.set_up(GHCR, engine=engine, store="auto", secret=WRITE_TOKEN, env=env)
        examined = person.examine(GHCR, "--push", engine=engine, env=env)

    one_failure(outcome, "pull.private")
    one_failure(examined, "pull.private")
    assert helper.calls
    for call in (*helper.arguments, *helper.environments):
        assert not is_in(str(call).encode(), WRITE_TOKEN, USER)
    ours = [cells for cells in seen.values() if str(person.home).encode() in cells]
    assert any(b"wizard" in cells for cells in ours)
    assert not [cells for cells in ours if is_in(cells, WRITE_TOKEN, USER)]
    if engine == "docker":
        assert not is_in(log.read_bytes(), WRITE_TOKEN, USER)


def test_a_token_in_the_users_environment_goes_to_nobody_who_does_not_need_it(
    person: Person,
) -> None:
    folder = person.home / "bin"
    folder.mkdir()
    helper = FakeStore(folder, "pass")  # which needs none
    log = recorded(person, "docker", need_program("docker", "docker-cli"))
    person.write_config({"credsStore": "pass"})
    person.secrets[GH_WRITE_TOKEN] = USER
    person.keeps.add(helper.file)
    path = os.pathsep.join([str(folder), os.environ["PATH"]])

    outcome = person.set_up(
        GHCR, engine="docker", store="auto", env={"PATH": path, "GITHUB_TOKEN": GH_WRITE_TOKEN}
    )

    assert outcome.statuses["engine.usable"] == "pass"
    assert helper.calls
    for environment in helper.environments:
        assert GH_WRITE_TOKEN not in environment.values()
    assert not is_in(log.read_bytes(), GH_WRITE_TOKEN, USER)
