"""The whole way on Amazon ECR Public, by the command line as it is, on the practice registries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.command_line import wizard
from wizard.sandbox.dialects.aws import ADA, LEA, OLD
from wizard.sandbox.dialects.ecr_public import HOST
from wizard.sandbox.dialects.ecr_public_api import FOREIGN_ALIAS

Rows = dict[str, dict[str, Any]]


def set_up(prefix: str, *more: str, secret: str = "") -> tuple[int, Rows]:
    """The exit code, and the rows of the document by what they check."""
    line = ("setup", "--sandbox", "--yes", "--json", f"{HOST}/{prefix}", "--image", "app")
    given = ("--username", "AWS", "--password-stdin") if secret else ()
    ran = wizard(*line, "--engine", "none", "--store", "none", *given, *more, stdin=secret)
    return ran.code, {row["id"]: row for row in ran.document["checks"]}


def failures(rows: Rows) -> list[str]:
    return [row["cause"] for row in rows.values() if row["status"] == "fail"]


def test_from_no_repository_to_an_image_that_everybody_can_pull() -> None:
    code, rows = set_up("practice", "--create-repository", "--delete-image")

    assert (code, {row["status"] for row in rows.values()} - {"warn"}) == (0, {"pass"})
    made = f"made the public repository {HOST}/practice/app"
    assert rows["push.repository"]["summary"] == made
    assert rows["visibility.pull"]["summary"].startswith("anybody can pull it")


@pytest.mark.parametrize(
    ("prefix", "more", "secret", "cause"),
    [
        ("practice", (), "", "push.repository-missing"),
        ("practice", ("--private",), "", "push.already-public"),
        (FOREIGN_ALIAS, ("--image", "team/app"), "", "push.not-permitted"),
        ("practice", (), "never-given", "login.rejected"),
        ("practice", (), OLD.password, "login.expired"),
    ],
)
def test_what_is_in_the_way_is_the_one_thing_that_fails(
    prefix: str, more: tuple[str, ...], secret: str, cause: str
) -> None:
    code, rows = set_up(prefix, *more, secret=secret)

    assert (code, failures(rows)) == (1, [cause])


@pytest.mark.parametrize(
    ("secret", "cause"), [(ADA.password, None), (LEA.password, "push.not-permitted")]
)
def test_a_pasted_login_is_enough_where_somebody_has_made_the_repository(
    secret: str, cause: str | None
) -> None:
    """The session beside it, of somebody who may, makes the repository; the login pushes."""
    code, rows = set_up("practice", "--create-repository", secret=secret)

    assert (code, failures(rows)) == (1 if cause else 0, [cause] if cause else [])
