"""Real docker and skopeo against the practice Quay, Harbor and Azure, and what `check` says."""

from __future__ import annotations

import json

import pytest

from tests.lab.lab import Lab
from tests.support.needs import need_program
from wizard.sandbox import accounts
from wizard.sandbox.dialects.products import (
    ACR_HOST,
    HARBOR_HOST,
    HARBOR_ROBOT,
    QUAY_HOST,
    ROBOT,
    ROBOT_SECRET,
)

pytestmark = [pytest.mark.lab, pytest.mark.engine]


PUSHERS = {
    QUAY_HOST: (ROBOT, ROBOT_SECRET),
    HARBOR_HOST: (HARBOR_ROBOT, ROBOT_SECRET),
    ACR_HOST: (accounts.LOGIN, accounts.PASSWORD),
}


def verdicts(lab: Lab, *images: str) -> list[str]:
    """What `check` says of each: `pullable` or the cause."""
    ran = lab.wizard("check", *images, "--json")
    found = json.loads(ran.stdout)["images"]
    return ["pullable" if one["pullable"] else str(one["cause"]) for one in found]


def test_docker_pushes_and_skopeo_agrees_with_every_verdict(lab: Lab) -> None:
    need_program("skopeo")
    images = [f"{host}/practice/app:1" for host in PUSHERS]
    for image, (host, (username, secret)) in zip(images, PUSHERS.items(), strict=True):
        assert "Login Succeeded" in lab.docker_login(host, username, secret).succeeded().stdout
        lab.build(image).succeeded()
        lab.run(["docker", "push", image]).succeeded()
        lab.run(["docker", "logout", host]).succeeded()

    def skopeo() -> list[bool]:
        asked = (["skopeo", "inspect", "--no-creds", f"docker://{image}"] for image in images)
        return [lab.run(argv).status == 0 for argv in asked]

    assert (verdicts(lab, *images), skopeo()) == (["pull.private-or-missing"] * 3, [False] * 3)
    for host in PUSHERS:
        lab.sandbox.publish("practice/app", host)
    assert (verdicts(lab, *images), skopeo()) == (["pullable"] * 3, [True] * 3)


def test_docker_is_told_in_harbors_words_that_a_project_is_anothers(lab: Lab) -> None:
    image = f"{HARBOR_HOST}/else/app:1"
    lab.docker_login(HARBOR_HOST, HARBOR_ROBOT, ROBOT_SECRET).succeeded()
    lab.build(image).succeeded()

    pushed = lab.run(["docker", "push", image])

    assert pushed.status != 0
    assert "unauthorized to access repository: else/app, action: push" in (
        pushed.stdout + pushed.stderr
    )
