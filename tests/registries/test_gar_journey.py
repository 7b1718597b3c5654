"""The whole way on Artifact Registry, by the command line as it is, on the practice registries."""

from __future__ import annotations

import pytest

from tests.support.command_line import wizard


def set_up(prefix: str, *more: str) -> tuple[int, dict[str, dict[str, str]]]:
    """The exit code, and the rows of the document by what they check."""
    ran = wizard("setup", "--sandbox", "--yes", "--json", f"us-docker.pkg.dev/{prefix}", *more)
    return ran.code, {row["id"]: row for row in ran.document["checks"]}


def test_from_no_repository_to_an_image_that_everybody_can_pull() -> None:
    consent = ("--create-repository", "--make-public", "--delete-image")

    code, rows = set_up("practice-project/images", *consent)

    assert (code, {row["status"] for row in rows.values()} - {"warn"}) == (0, {"pass"})
    assert rows["push.repository"]["summary"].startswith("made the repository images in project")
    assert rows["visibility.opened"]["summary"] == "let everybody read the repository images"


@pytest.mark.parametrize(
    ("prefix", "cause"),
    [
        ("practice-project/images", "push.repository-missing"),
        ("practice-foreign/images", "push.not-permitted"),
        ("practice-project/mirror", "push.policy"),
    ],
)
def test_what_is_in_the_way_is_the_one_thing_that_fails(prefix: str, cause: str) -> None:
    code, rows = set_up(prefix)

    assert code == 1
    assert [row["cause"] for row in rows.values() if row["status"] == "fail"] == [cause]


def test_what_a_policy_leaves_open_is_told_beside_what_was_declared() -> None:
    nodes = "nodes@practice-project.iam.gserviceaccount.com"

    code, rows = set_up(
        "practice-project/images", "--create-repository", "--cluster-principal", nodes
    )

    row = rows["visibility.pull"]
    assert (code, row["status"]) == (0, "warn")
    assert row["summary"] == (
        f"private; you declared that the cluster pulls it by: {nodes}; "
        f"the repository's policy does not name {nodes}; the project's own may let it pull"
    )
