"""Real docker and skopeo against the practice Docker Hub under its real names, and our verdicts."""

from __future__ import annotations

import json

import pytest

from tests.lab.lab import Lab
from tests.support.needs import need_program
from wizard.sandbox.dialects import hub_accounts
from wizard.sandbox.dialects.dockerhub import HOST

pytestmark = [pytest.mark.lab, pytest.mark.engine]

PUBLIC, PRIVATE = "docker.io/practice/app:1", "docker.io/practice-org/app:1"


def login(lab: Lab, secret: str = hub_accounts.DELETE_TOKEN) -> str:
    """By docker's own words, without naming a server."""
    argv = ["docker", "login", "--username", "practice", "--password-stdin"]
    (lab.home / ".docker").mkdir(exist_ok=True)
    config = lab.home / ".docker" / "config.json"
    if not config.exists():
        config.write_text('{"auths": {"lab.invalid": {}}}')
    ran = lab.run(argv, input=secret)
    return ran.stdout + ran.stderr


def verdicts(lab: Lab, *images: str) -> list[str]:
    """What `check` says of each: `pullable` or the cause."""
    ran = lab.wizard("check", *images, "--json")
    found = json.loads(ran.stdout)["images"]
    return ["pullable" if one["pullable"] else str(one["cause"]) for one in found]


def can_skopeo(lab: Lab, image: str) -> bool:
    return lab.run(["skopeo", "inspect", "--no-creds", f"docker://{image}"]).status == 0


def test_docker_pushes_and_skopeo_agrees_with_every_verdict(lab: Lab) -> None:
    need_program("skopeo")
    assert "Login Succeeded" in login(lab)
    for image in (PUBLIC, PRIVATE):
        lab.build(image).succeeded()
        lab.run(["docker", "push", image]).succeeded()
    lab.run(["docker", "logout"]).succeeded()

    missing = "docker.io/practice/app:2"
    said = verdicts(lab, PUBLIC, PRIVATE, missing)
    assert said == ["pullable", "pull.private-or-missing", "pull.missing-tag"]
    assert [can_skopeo(lab, image) for image in (PUBLIC, PRIVATE, missing)] == [True, False, False]
    lab.sandbox.publish("practice-org/app", HOST)
    assert (verdicts(lab, PRIVATE), can_skopeo(lab, PRIVATE)) == (["pullable"], True)


def test_a_login_tells_a_private_image_from_a_missing_one(lab: Lab) -> None:
    login(lab)
    lab.build(PRIVATE).succeeded()
    lab.run(["docker", "push", PRIVATE]).succeeded()

    assert verdicts(lab, PRIVATE) == ["pull.private"]


def test_docker_says_in_docker_hubs_words_what_a_token_lacks(lab: Lab) -> None:
    assert "incorrect username or password" in login(lab, "dckr_pat_unknown")

    assert "Login Succeeded" in login(lab, hub_accounts.READ_TOKEN)
    lab.build(PUBLIC).succeeded()
    pushed = lab.run(["docker", "push", PUBLIC])
    assert pushed.status != 0
    assert "access token has insufficient scopes" in pushed.stdout + pushed.stderr
