"""Which SDK can use which engine, and what is said where it cannot."""

from __future__ import annotations

import pytest

from wizard.core.diagnosis import Problem
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.core.sdk import (
    InstalledSdk,
    ProjectPython,
    elsewhere,
    goes_elsewhere,
    numbers,
    refused_prefix,
    remarks,
    trouble_with,
)

FLYTEKIT = {"flytekit": "1.16.31", "docker": "7.2.0"}
FLYTE = {"flyte": "2.12.1"}


def installed(packages: dict[str, str], host: str = "unix:///var/run/docker.sock") -> InstalledSdk:
    python = ProjectPython("/p/bin/python", ".venv")
    return InstalledSdk(python, "3.12.1", packages, host, "default")


def engine(kind: str = "docker", title: str = "Docker 28.2", **more: str) -> FoundEngine:
    return FoundEngine(kind, title, "unix:///a.sock", EngineStatus.READY, **more)


def cause(problem: Problem | None) -> str:
    return problem.cause if problem else ""


@pytest.mark.parametrize(
    ("packages", "kind", "builder", "expected"),
    [
        (FLYTEKIT, "docker", "", ""),
        (FLYTEKIT, "podman", "", "sdk.engine-unsupported"),
        (FLYTEKIT, "containerd", "", "sdk.engine-unsupported"),
        (FLYTEKIT, "lxd", "", "sdk.engine-unsupported"),
        (FLYTE, "docker", "", ""),
        (FLYTE, "podman", "local-podman", ""),
        (FLYTE, "podman", "local", "sdk.engine-unsupported"),
        (FLYTE, "podman", "", "sdk.engine-unsupported"),
        ({"flyte": "2.10.4"}, "podman", "local-podman", "sdk.engine-unsupported"),
        (FLYTE, "containerd", "local-podman", "sdk.engine-unsupported"),
        ({"union": "0.1.204"}, "docker", "", "sdk.python-unusable"),
        ({**FLYTEKIT, **FLYTE}, "podman", "local-podman", "sdk.engine-unsupported"),
    ],
)
def test_what_an_sdk_cannot_use_is_named(
    packages: dict[str, str], kind: str, builder: str, expected: str
) -> None:
    assert cause(trouble_with(installed(packages), engine(kind, kind), builder)) == expected


def test_podmans_socket_in_dockers_place_is_podman() -> None:
    there = engine("docker", "Podman 4.3.1")

    assert cause(trouble_with(installed(FLYTEKIT), there, "")) == "sdk.engine-unsupported"


@pytest.mark.parametrize(
    ("version", "chosen_by", "ids", "expected"),
    [
        ("7.1.0", "context colima", ("A", ""), "sdk.docker-package-old"),
        ("7.1.0", "DOCKER_CONTEXT=colima", ("A", "B"), "sdk.docker-package-old"),
        ("", "context colima", ("", ""), "sdk.docker-package-old"),
        ("7.1.0", "DOCKER_HOST", ("A", "B"), "sdk.different-engine"),
        ("7.2.0", "context colima", ("A", "B"), "sdk.different-engine"),
        ("7.2.0", "DOCKER_CONTEXT=colima", ("A", ""), "sdk.assumes-exists"),
    ],
)
def test_a_docker_package_that_goes_elsewhere_is_too_old_misled_or_lost(
    version: str, chosen_by: str, ids: tuple[str, str], expected: str
) -> None:
    sdk = installed({**FLYTEKIT, "docker": version})
    there = engine(chosen_by=chosen_by)

    problem = elsewhere(sdk, there, *ids)

    assert goes_elsewhere(sdk, there)
    assert problem is not None
    assert problem.cause == expected
    assert "/var/run/docker.sock" in problem.evidence[1].answered


def test_one_engine_at_two_addresses_is_one_engine() -> None:
    sdk = installed({**FLYTEKIT, "docker": "7.1.0"})

    assert elsewhere(sdk, engine(chosen_by="context colima"), "A", "A") is None


def test_what_could_not_be_asked_is_not_called_another_engine() -> None:
    there = engine(chosen_by="context remote")

    assert elsewhere(installed(FLYTEKIT, "tcp://10.0.0.1:2376"), there, "A", "") is None
    assert elsewhere(installed(FLYTEKIT, "ssh://host"), there, "A", "") is None


def test_the_same_socket_under_another_name_is_not_elsewhere() -> None:
    there = FoundEngine(
        "docker",
        "Docker",
        "unix:///run/docker.sock",
        EngineStatus.READY,
        aliases=("/var/run/docker.sock",),
    )

    assert not goes_elsewhere(installed(FLYTEKIT), there)
    assert not goes_elsewhere(installed(FLYTE), engine())


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7.2.0", (7, 2, 0)), ("7.2.0rc1", (7, 2, 0)), ("8", (8,)), ("", ()), ("banana", ())],
)
def test_versions_are_compared_by_their_numbers(text: str, expected: tuple[int, ...]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("prefix", "is_taken"),
    [
        ("ghcr.io/acme", True),
        ("localhost:30000", True),
        ("us-docker.pkg.dev/p-1/images", True),
        ("https://ghcr.io/acme", False),
        ("ghcr.io/acme/", False),
        ("[::1]:5000/team", False),
    ],
)
def test_image_spec_takes_what_flytekits_own_expression_takes(prefix: str, is_taken: bool) -> None:
    assert (refused_prefix(prefix) is None) is is_taken


def test_a_python_too_new_and_a_builder_that_takes_over_are_remarked_on() -> None:
    packages = {**FLYTEKIT, "flytekitplugins-envd": "1.16.0"}
    sdk = InstalledSdk(ProjectPython("p", ".venv"), "3.13.0", packages)

    said = " ".join(remarks(sdk))

    assert "3.12" in said
    assert "envd" in said
