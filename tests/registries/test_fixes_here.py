"""Of what a cause can be mended by, only what helps at this very registry, exact enough to run."""

from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Diagnosis, Evidence, Problem, Stage, diagnose
from wizard.core.names import Reference
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import REGISTRIES, for_host
from wizard.steps.run import naming

GHCR = "ghcr.io/acme/app"
HUB = "docker.io/acme/app"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app"
ECR_PUBLIC = "public.ecr.aws/a1b2c3d4/app"
GAR = "us-docker.pkg.dev/proj-one/images/app"
HARBOR = "harbor.example.com/team/app"
ALL = (GHCR, HUB, ECR, ECR_PUBLIC, GAR, HARBOR)

# What belongs to one of them, and to whom it is of use.
FOREIGN = {
    "github.com": {GHCR},
    "ghcr.io": {GHCR},
    "docs.docker.com/docker-hub": {HUB},
    "aws ": {ECR, ECR_PUBLIC},
    "amazon.com": {ECR, ECR_PUBLIC},
    "--cluster-account": {ECR, ECR_PUBLIC},
    "gcloud": {GAR},
    "docker login": {GHCR, HUB, HARBOR},
    "/ACCOUNT": {GHCR, HUB, HARBOR},
}

OF_CLOUDS = {
    "login.cloud-missing",
    "login.cloud-expired",
    "login.cloud-denied",
    "pull.cluster-not-granted",
}
NEVER = {("pull.never-anonymous", GAR)}


def told(name: str, cause: str = "", **seen: object) -> Diagnosis:
    reference = Reference.parse(f"{name}:1")
    evidence = Evidence(Stage.MANIFEST, host=reference.repository.host, **seen)  # type: ignore[arg-type]
    problem = naming(REGISTRIES, Problem(evidence, cause=cause), reference)
    return diagnose(problem, CATALOGUE, for_host(reference.repository.host).signs, COMMON_SIGNS)


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_advised_that_belongs_to_another_registry(name: str) -> None:
    causes = [cause for cause in CATALOGUE if cause.startswith(("push.", "pull.", "network."))]
    advised = [
        (cause, f"{fix.command} {fix.url}")
        for cause in (*causes, "login.missing", "login.cloud-missing", "reference.incomplete")
        for fix in told(name, cause).fixes
    ]

    assert [
        (cause, text)
        for cause, text in advised
        for word, owners in FOREIGN.items()
        if word in text.removeprefix("registry-wizard setup") and name not in owners
    ] == []


@pytest.mark.parametrize("name", ALL)
def test_every_cause_has_a_way_out_at_every_registry(name: str) -> None:
    by_session = name in (ECR, ECR_PUBLIC, GAR)
    causes = [cause for cause in CATALOGUE if by_session or cause not in OF_CLOUDS]

    assert [c for c in causes if (c, name) not in NEVER and not told(name, c).fixes] == []


def test_commands_for_a_repository_name_it_whole() -> None:
    made = [fix.command for fix in told(ECR, "push.repository-missing").fixes]
    google = [fix.command for fix in told(GAR, "push.repository-missing").fixes]

    assert "aws ecr create-repository --repository-name team/app --region eu-west-1" in made
    assert google[-1].endswith(
        "create images --repository-format=docker --location=us --project=proj-one"
    )


def test_docker_hubs_login_is_forgotten_by_the_command_that_finds_it() -> None:
    hub = [fix.command for fix in told(HUB, "pull.stale-login").fixes]
    ghcr = [fix.command for fix in told(GHCR, "pull.stale-login").fixes]

    assert hub[0] == "docker logout"
    assert ghcr[0] == "docker logout ghcr.io"


def test_amazons_private_registry_is_told_of_roles_and_never_of_a_secret_that_ends() -> None:
    # The client decides that cause by the challenge.
    found = told(ECR, "pull.never-anonymous", message="Not Authorized", status=401)
    commands = [fix.command for fix in found.fixes]

    assert found.cause == "pull.never-anonymous"
    assert commands[0].startswith("aws iam attach-role-policy")
    assert commands[1].startswith(
        "registry-wizard setup 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team --cluster-account"
    )
    assert not [command for command in commands if "create secret" in command]


@pytest.mark.parametrize("name", [ECR, GAR])
def test_both_ways_to_a_clouds_private_image_are_commands(name: str) -> None:
    repository = Reference.parse(f"{name}:1").repository
    commands = [fix.command for fix in for_host(repository.host).publish_fixes(repository, "")]

    assert all(commands)
    assert [command for command in commands if "--cluster-" in command]
