"""The lab itself: real docker and skopeo against the practice GHCR under its real name."""

from __future__ import annotations

import json

import pytest

from tests.lab.lab import Lab
from tests.support.needs import need_program

pytestmark = [pytest.mark.lab, pytest.mark.engine]

IMAGE = "ghcr.io/practice/app:1"


def test_unmodified_docker_logs_in_builds_and_pushes_to_ghcr(lab: Lab) -> None:
    assert "Login Succeeded" in lab.docker_login().succeeded().stdout
    lab.build(IMAGE).succeeded()
    pushed = lab.run(["docker", "push", IMAGE]).succeeded()
    assert "digest: sha256:" in pushed.stdout

    stored = lab.sandbox.requests[-1]
    assert (stored.method, stored.path) == ("PUT", "/v2/practice/app/manifests/1")
    assert (stored.status, stored.login) == (201, "practice")


def test_a_first_push_is_private_until_somebody_publishes_it(lab: Lab) -> None:
    need_program("skopeo")
    lab.docker_login().succeeded()
    lab.build(IMAGE).succeeded()
    lab.run(["docker", "push", IMAGE]).succeeded()

    inspect = ["skopeo", "inspect", "--no-creds", f"docker://{IMAGE}"]
    refused = lab.run(inspect)
    assert refused.status != 0
    assert "unauthorized" in refused.stderr

    lab.sandbox.publish("practice/app")
    seen = lab.run(inspect).succeeded()
    assert json.loads(seen.stdout)["Name"] == "ghcr.io/practice/app"
