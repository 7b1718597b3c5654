from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from tests.support.credential_helpers import Machine
from tests.support.logins import GHCR, HUB, LoginWorld, Provider
from wizard.clients.docker_config import config_path, podman_paths
from wizard.clients.login_places import (
    Helped,
    Plain,
    detected_store,
    docker_place,
    podman_place,
)
from wizard.core.docker_json import parse
from wizard.core.json_text import JsonText

V1 = "https://index.docker.io/v1/"


@pytest.fixture
def machine(home: Path) -> Machine:
    return Machine(home)


def document(text: object) -> JsonText:
    return parse(json.dumps(text).encode())


def auth(user: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:secret".encode()).decode()}


def test_docker_config_names_a_folder(machine: Machine) -> None:
    assert config_path(machine.outside) == machine.home / ".docker" / "config.json"
    machine.environ["DOCKER_CONFIG"] = "/elsewhere"
    assert config_path(machine.outside) == Path("/elsewhere/config.json")


def test_podman_looks_at_its_own_files_first_and_at_dockers_after(machine: Machine) -> None:
    home = machine.home

    assert podman_paths(machine.outside, "linux") == (
        home / "run" / "containers" / "auth.json",
        home / ".config" / "containers" / "auth.json",
        home / ".docker" / "config.json",
        home / ".dockercfg",
    )
    assert podman_paths(machine.outside, "darwin")[0] == home / ".config/containers/auth.json"


def test_variables_change_where_podman_looks(machine: Machine) -> None:
    machine.environ["DOCKER_CONFIG"] = "/elsewhere"
    assert podman_paths(machine.outside, "linux") == (Path("/elsewhere/config.json"),)

    machine.environ["REGISTRY_AUTH_FILE"] = "/mine.json"
    assert podman_paths(machine.outside, "linux") == (Path("/mine.json"),)

    del machine.environ["DOCKER_CONFIG"], machine.environ["REGISTRY_AUTH_FILE"]
    machine.environ["XDG_RUNTIME_DIR"] = ""
    runtime = Path(f"/run/containers/{os.geteuid()}/auth.json")
    assert podman_paths(machine.outside, "linux")[0] == runtime


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ({"credHelpers": {"ghcr.io": "a"}, "credsStore": "b"}, Helped("a", "credHelpers")),
        ({"credHelpers": {"other": "a"}, "credsStore": "b"}, Helped("b", "credsStore")),
        ({"credHelpers": {"ghcr.io": ""}, "credsStore": "b"}, None),
        ({"auths": {"ghcr.io": {}}}, None),
        ({}, None),
    ],
)
def test_docker_asks_one_helper_and_nothing_after_it(text: object, expected: object) -> None:
    assert docker_place(document(text), "ghcr.io") == expected


@pytest.mark.parametrize("key", ["ghcr.io", "https://ghcr.io", "http://ghcr.io/v1/"])
def test_a_plain_login_is_found_by_its_host(key: str) -> None:
    place = docker_place(document({"auths": {"other": auth("x"), key: auth("amy")}}), "ghcr.io")

    assert isinstance(place, Plain)
    assert place.username == "amy"


def test_the_exact_key_wins_over_another_form_of_it() -> None:
    auths = {"https://ghcr.io": auth("other"), "ghcr.io": auth("amy")}

    place = docker_place(document({"auths": auths}), "ghcr.io")

    assert isinstance(place, Plain)
    assert place.username == "amy"


def test_podman_reads_no_default_store_and_hubs_plain_login_under_dockers_key() -> None:
    text = {"credsStore": "x", "credHelpers": {V1: "y"}, "auths": {V1: auth("amy")}}

    place = podman_place(document(text), HUB)

    assert isinstance(place, Plain)
    assert place.username == "amy"


@pytest.mark.parametrize(
    ("helpers", "has_pass", "expected"),
    [
        (["secretservice"], False, "secretservice"),
        (["secretservice", "pass"], True, "pass"),
        (["secretservice"], True, ""),
        ([], False, ""),
    ],
)
def test_the_store_that_docker_picks_by_itself(
    machine: Machine, helpers: list[str], has_pass: bool, expected: str
) -> None:
    for name in helpers:
        machine.helper(name)
    if has_pass:
        (machine.bin / "pass").write_text("#!/bin/sh\n")
        (machine.bin / "pass").chmod(0o755)

    assert detected_store(document({}), machine.outside, "linux") == expected
    assert detected_store(document({"auths": {"h": {}}}), machine.outside, "linux") == ""


async def test_a_login_in_the_store_that_docker_picks_by_itself_is_found(
    machine: Machine,
) -> None:
    machine.helper("secretservice").keep("ghcr.io", "amy", "secret")

    (login,) = await LoginWorld(machine).logins.find(Provider(), GHCR)

    assert (login.username, login.tools) == ("amy", ("docker",))


async def test_the_oldest_file_is_still_read_by_podman(machine: Machine) -> None:
    (machine.home / ".dockercfg").write_text(json.dumps({"ghcr.io": auth("amy")}))

    (login,) = await LoginWorld(machine).logins.find(Provider(), GHCR)

    assert (login.username, login.tools) == ("amy", ("podman",))
