"""The GitHub Actions hand-over is a workflow that GitHub can read, for every kind of registry."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from wizard.core.settings import Profile
from wizard.core.workflow import render_workflow

PREFIXES = {
    "ghcr": "ghcr.io/acme",
    "dockerhub": "docker.io/acme",
    "ecr": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team",
    "ecr-public": "public.ecr.aws/a1b2c3d4",
    "gar": "us-docker.pkg.dev/proj-1/images",
    "other": "registry.example.com/team",
}


def workflow(kind: str, platform: str = "linux/amd64") -> dict[str, Any]:
    profile = Profile("work", PREFIXES[kind], kind, platform=platform)
    loaded: dict[str, Any] = yaml.safe_load(render_workflow(profile))
    return loaded


def steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["jobs"]["deploy"]["steps"]
    return found


@pytest.mark.parametrize("kind", PREFIXES)
def test_images_go_to_the_profiles_registry(kind: str) -> None:
    deploy = steps(workflow(kind))[-1]

    assert deploy["env"]["FLYTE_IMAGE_REGISTRY"] == PREFIXES[kind]
    assert deploy["env"]["FLYTE_IMG_FAST_FAIL"] == "1"


@pytest.mark.parametrize(
    ("kind", "permissions"),
    [
        ("ghcr", {"contents": "read", "packages": "write"}),
        ("dockerhub", {"contents": "read"}),
        ("ecr", {"contents": "read", "id-token": "write"}),
        ("gar", {"contents": "read", "id-token": "write"}),
    ],
)
def test_the_runner_gets_the_rights_that_it_needs_and_no_more(
    kind: str, permissions: dict[str, str]
) -> None:
    assert workflow(kind)["permissions"] == permissions


def test_ghcr_needs_no_secret_of_the_repository() -> None:
    login = next(s for s in steps(workflow("ghcr")) if "login-action" in s.get("uses", ""))

    assert login["with"]["registry"] == "ghcr.io"
    assert login["with"]["password"] == "${{ secrets.GITHUB_TOKEN }}"


def test_docker_hub_is_logged_in_to_without_a_host() -> None:
    login = next(s for s in steps(workflow("dockerhub")) if "login-action" in s.get("uses", ""))

    assert "registry" not in login["with"]
    assert login["with"]["username"] == "${{ secrets.DOCKERHUB_USERNAME }}"


def test_amazon_is_asked_in_the_registrys_own_account_and_region() -> None:
    first = next(s for s in steps(workflow("ecr")) if "aws-credentials" in s.get("uses", ""))

    assert first["with"]["aws-region"] == "eu-west-1"
    assert first["with"]["role-to-assume"] == "arn:aws:iam::123456789012:role/ROLE"


def test_ecr_public_is_logged_in_to_as_public() -> None:
    login = next(s for s in steps(workflow("ecr-public")) if "ecr-login" in s.get("uses", ""))

    assert login["with"] == {"registry-type": "public"}


@pytest.mark.parametrize(("platform", "emulated"), [("linux/amd64", False), ("linux/arm64", True)])
def test_another_processor_is_emulated_on_the_runner(platform: str, emulated: bool) -> None:
    uses = [step.get("uses", "") for step in steps(workflow("ghcr", platform))]

    assert any("setup-qemu" in one for one in uses) is emulated
