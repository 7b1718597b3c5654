"""Of a cluster's identity each registry is asked for what it could know; the rest is a word."""

from __future__ import annotations

from tests.support.command_line import wizard
from wizard.core.state import Choices
from wizard.registries import REGISTRIES
from wizard.steps.access import audience_of

ACCOUNT = "210987654321"
NODES = "nodes@other-project.iam.gserviceaccount.com"


def test_of_what_is_declared_each_registry_knows_its_own_part() -> None:
    both = Choices(cluster_account=ACCOUNT, cluster_principal=NODES)

    said = {one.kind: str(audience_of(one, both)) for one in REGISTRIES}

    assert said.pop("ecr") == f"AWS account {ACCOUNT}"
    assert said.pop("gar") == NODES
    assert (said["ghcr"], said["dockerhub"]) == ("everybody", "everybody")
    # Of a registry that the wizard does not know, the word of who declares it is all there is.
    assert said["other"] == NODES


def test_an_identity_that_the_registry_cannot_know_is_declared_and_that_is_said() -> None:
    line = ("setup", "--sandbox", "--yes", "--json", "ghcr.io/practice-private", "--engine", "none")

    ran = wizard(*line, "--store", "none", "--cluster-account", ACCOUNT)

    row = next(row for row in ran.document["checks"] if row["id"] == "visibility.pull")
    assert (ran.document["pull"], row["status"]) == ("declared", "warn")
    assert f"AWS account {ACCOUNT}" in row["summary"]
    assert row["summary"].endswith("this registry knows no such identity by itself")
