"""A pull secret holds the login under the name that a node looks for; commands hold no secret."""

from __future__ import annotations

import base64
import json
import shlex

import pytest
import yaml

from wizard.core.pull_secret import kubernetes_secret, secret_name, ways
from wizard.core.secret import Credential, Secret

HUB = "https://index.docker.io/v1/"


@pytest.mark.parametrize(
    ("host", "server"), [("ghcr.io", "ghcr.io"), ("docker.io", HUB), ("reg.test:5000", "reg.test")]
)
def test_kubernetes_reads_the_login_out_of_the_manifest(host: str, server: str) -> None:
    manifest = kubernetes_secret(host, server, Credential("ada", Secret("to:ken")))

    document = yaml.safe_load(manifest)
    data = json.loads(base64.b64decode(document["data"][".dockerconfigjson"]))
    assert document["type"] == "kubernetes.io/dockerconfigjson"
    assert base64.b64decode(data["auths"][server]["auth"]) == b"ada:to:ken"
    assert "to:ken" not in manifest


@pytest.mark.parametrize(
    "host", ["ghcr.io", "localhost:30000", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"]
)
def test_its_name_is_one_that_kubernetes_takes(host: str) -> None:
    name = secret_name(host)

    assert name.replace("-", "").isalnum()
    assert name == name.lower()
    assert len(name) <= 63


def test_every_way_is_made_of_whole_commands() -> None:
    for way in ways("ghcr.io", "ghcr.io", "ada; rm -rf /"):
        assert way.title
        for command in way.commands:
            words = shlex.split(command)
            assert words[0] in {"flyte", "union", "rm", "registry-wizard", "kubectl"}
            assert "rm -rf" not in " ".join(word for word in words if word != "ada; rm -rf /")
