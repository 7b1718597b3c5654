"""Each cause that an engine can have, made to happen with the real dockerd and named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.journeys.conftest import leave
from tests.journeys.person import Outcome, Person
from tests.journeys.verdicts import causes, one_failure, warned
from tests.lab.conftest import NewLab
from tests.lab.dockerd import Dockerd
from tests.lab.lab import REGISTRY_HOST, Lab
from tests.lab.machine import ADDRESS
from tests.lab.registry import docker_registry
from tests.support.needs import need_program

pytestmark = [pytest.mark.lab, pytest.mark.engine]

GHCR = "ghcr.io/practice"
OVER_TLS = f"{REGISTRY_HOST}:5000/team"


def docker_of(lab: Lab) -> Dockerd:
    assert lab.docker is not None
    return lab.docker


def engine_failure(person: Person, cause: str, **options: Any) -> dict[str, Any]:
    """Doctor's, and setup's, which has to say the same before anything else is done."""
    prefix = f"{REGISTRY_HOST}:9/team"
    setting_up = person.set_up(prefix, "--timeout", "2", engine="auto", **options)
    row = one_failure(setting_up, cause)
    assert {r["status"] for r in setting_up.checks if r["step"] != "engine"} == {"skip"}
    alone = person.ask("doctor", "--timeout", "2", **options)
    assert one_failure(alone, cause)["id"] == row["id"]
    assert row["step"] == "engine"
    return row


@causes("engine.not-running")
def test_dockerd_is_stopped(person: Person, cause: str) -> None:
    docker_of(person.lab).stop()
    engine_failure(person, cause)


@causes("engine.not-running")
def test_dockerd_has_died_and_left_its_socket(person: Person, cause: str) -> None:
    docker_of(person.lab).crash()
    engine_failure(person, cause)


@causes("engine.permission-denied")
def test_the_socket_belongs_to_others(person: Person, cause: str) -> None:
    person.home.chmod(0o777)

    row = engine_failure(person, cause, as_nobody=True)

    assert any("docker" in (fix["command"] or "") for fix in row["fixes"])


@causes("engine.not-answering")
def test_dockerd_is_frozen(person: Person, cause: str) -> None:
    docker = docker_of(person.lab)
    docker.freeze()
    try:
        engine_failure(person, cause)
    finally:
        docker.thaw()


@pytest.mark.parametrize(
    ("cause", "env"),
    [
        ("engine.endpoint-invalid", {"DOCKER_HOST": "banana"}),
        ("engine.endpoint-invalid", {"DOCKER_HOST": "unix://~/docker.sock"}),
        ("engine.endpoint-invalid", {"DOCKER_CONTEXT": "nowhere"}),
    ],
    ids=lambda given: given if isinstance(given, str) else "-".join(given.values()),
)
def test_an_address_that_cannot_be_understood(
    person: Person, cause: str, env: dict[str, str]
) -> None:
    docker_of(person.lab).stop()
    engine_failure(person, cause, env=env)


@causes("engine.wrong-context")
def test_the_chosen_endpoint_is_dead_while_another_answers(person: Person, cause: str) -> None:
    row = engine_failure(person, cause, env={"DOCKER_HOST": "unix:///run/another.sock"})

    assert any("answers" in line for line in row["evidence"])


@causes("engine.none-found")
def test_nothing_of_docker_is_installed(person: Person, cause: str) -> None:
    docker_of(person.lab).stop()
    only = person.home / "bin"
    only.mkdir()
    (only / "nsenter").symlink_to(need_program("nsenter", "util-linux"))  # the lab's own door
    run = person.lab.run
    run(["mount", "-t", "tmpfs", "none", "/usr/sbin"]).succeeded()
    try:
        engine_failure(person, cause, env={"PATH": str(only)})
    finally:
        run(["umount", "/usr/sbin"]).succeeded()


@causes("engine.no-builder")
def test_buildx_is_not_installed_and_the_classic_builder_serves(person: Person, cause: str) -> None:
    with docker_registry(person.lab.machine, address="127.0.0.1"):
        outcome = person.set_up("127.0.0.1:5000/team", engine="docker")

    assert warned(outcome, cause)["step"] == "engine"
    assert outcome.is_ready()


@causes("engine.disk-full")
def test_dockerds_disk_is_full(new_lab: NewLab, cause: str) -> None:
    with somebody_in(new_lab(docker_space="64m")) as person:
        docker_of(person.lab).fill_disk()

        one_failure(pushing(person), cause)


@causes("engine.registry-plain-http")
def test_dockerd_takes_the_name_for_a_remote_one(person: Person, cause: str) -> None:
    with no_loopback_name(person.lab), docker_registry(person.lab.machine):
        outcome = person.set_up("localhost:5000/team", engine="docker")
        own = person.set_up("localhost:5000/team", engine="none")

    assert "control" in one_failure(outcome, cause)["evidence"][-1]
    assert own.is_ready()


@causes("engine.registry-untrusted")
def test_dockerd_does_not_know_the_authority(new_lab: NewLab, cause: str) -> None:
    with somebody_in(new_lab(docker_trusts=False)) as person:
        row = one_failure(pushing(person), cause)

    assert "control" in row["evidence"][-1]


@causes("engine.registry-unreachable")
def test_dockerd_is_behind_a_proxy_that_nobody_runs(new_lab: NewLab, cause: str) -> None:
    environ = {"HTTPS_PROXY": f"http://{REGISTRY_HOST}:9"}
    with somebody_in(new_lab(docker_environ=environ)) as person:
        row = one_failure(pushing(person), cause)

    assert "control" in row["evidence"][-1]


@contextmanager
def no_loopback_name(lab: Lab) -> Iterator[None]:
    """Dockerd allows plain HTTP to what resolves to loopback; in this hosts file no name does."""
    docker = docker_of(lab)
    hosts = lab.machine.etc / "hosts"
    before = hosts.read_text()
    docker.stop()  # it remembers the file for some seconds
    hosts.write_text(f"{ADDRESS} localhost\n")
    try:
        docker.start()
        yield
    finally:
        docker.stop()
        hosts.write_text(before)


@contextmanager
def somebody_in(lab: Lab) -> Iterator[Person]:
    person = Person(lab)
    yield person
    leave(person)


def pushing(person: Person) -> Outcome:
    """By dockerd, to a real registry with the lab's certificate."""
    with docker_registry(person.lab.machine, leaf=person.lab.leaf):
        return person.set_up(OVER_TLS, engine="docker")
