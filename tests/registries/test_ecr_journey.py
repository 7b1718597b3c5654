"""The whole way on Amazon ECR, by the command line as it is, on the practice registries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.command_line import wizard
from wizard.sandbox.dialects.aws import ACCOUNT, FOREIGN_ACCOUNT, NODES
from wizard.sandbox.dialects.ecr import HOST

Rows = dict[str, dict[str, Any]]


def set_up(prefix: str, *more: str) -> tuple[int, Rows, dict[str, object]]:
    """The exit code, the rows by what they check, and the document."""
    line = (
        "setup",
        "--sandbox",
        "--yes",
        "--json",
        f"{HOST}/{prefix}",
        "--engine",
        "none",
        "--store",
        "none",
    )
    ran = wizard(*line, "--image", "app", *more)
    return ran.code, {row["id"]: row for row in ran.document["checks"]}, ran.document


def failures(rows: Rows) -> list[str]:
    return [row["cause"] for row in rows.values() if row["status"] == "fail"]


@pytest.mark.parametrize(
    ("audience", "who"),
    [
        (("--cluster-account", FOREIGN_ACCOUNT), f"arn:aws:iam::{FOREIGN_ACCOUNT}:root"),
        (("--cluster-principal", NODES), NODES),
    ],
)
def test_from_no_repository_to_a_cluster_of_another_account_that_may_pull(
    audience: tuple[str, str], who: str
) -> None:
    consent = ("--create-repository", "--grant-cluster", "--delete-image")

    code, rows, document = set_up("practice", *audience, *consent)

    assert code == 0
    assert rows["push.repository"]["summary"] == (
        f"made the repository practice/app in account {ACCOUNT}, us-east-1"
    )
    opened = rows["visibility.opened"]["summary"]
    assert opened == f"let {who} pull from the repository practice/app"
    # Allowed by the policy, and still not proven: nobody here can be that cluster.
    row = rows["visibility.pull"]
    assert (row["status"], row["cause"]) == ("warn", "pull.never-anonymous")
    assert row["summary"].startswith("private; you declared that the cluster pulls it by: ")
    assert row["fixes"] == []
    assert (document["ready"], document["pull"]) == (True, "declared")
    assert rows["push.deleted"]["status"] == "pass"


def test_a_cluster_of_the_registrys_own_account_needs_no_change() -> None:
    code, rows, document = set_up("practice", "--create-repository", "--cluster-account", ACCOUNT)

    assert (code, document["pull"]) == (0, "declared")
    assert "visibility.opened" not in rows


def test_without_a_cluster_nobody_can_pull_and_there_are_two_ways_out() -> None:
    code, rows, document = set_up("practice", "--create-repository")

    assert (code, failures(rows)) == (1, ["pull.never-anonymous"])
    assert document["pull"] == "unproven"
    commands = [fix["command"] for fix in rows["visibility.pull"]["fixes"]]
    assert commands == [
        f"registry-wizard setup --cluster-account {ACCOUNT}",
        "registry-wizard setup public.ecr.aws/ALIAS",
    ]


def test_without_consent_the_policy_is_shown_and_not_changed() -> None:
    audience = ("--cluster-account", FOREIGN_ACCOUNT)

    code, rows, _ = set_up("practice", "--create-repository", *audience)

    assert (code, failures(rows)) == (1, ["pull.cluster-not-granted"])
    assert "visibility.opened" not in rows
    (fix,) = rows["visibility.pull"]["fixes"]
    assert fix["command"].startswith("aws ecr set-repository-policy ")


def test_without_consent_no_repository_is_made() -> None:
    code, rows, _ = set_up("practice")

    assert (code, failures(rows)) == (1, ["push.repository-missing"])
