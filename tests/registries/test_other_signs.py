"""What the products of registries.md 9 say, each to its cause, and no look-alike to the same."""

from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Evidence, Problem, Stage, diagnose
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import for_host
from wizard.registries.other_signs import OTHER_SIGNS

TOKEN, UPLOAD, MANIFEST, DELETE = Stage.TOKEN, Stage.UPLOAD, Stage.MANIFEST, Stage.DELETE
ACR = "authentication required, visit https://aka.ms/acr/authorization for more information."
HARBOR = "unauthorized to access repository: team/app, action: {0}: unauthorized to access {0}"
QUAY = "access to the requested resource is not authorized"
GITLAB = (
    "HTTP Basic: Access denied. If a password was provided for Git authentication, the password "
    "was incorrect or you're required to use a token instead of a password."
)
OLD_GITLAB = (
    "HTTP Basic: Access denied. The provided password or token is incorrect or your account has "
    "2FA enabled and you must use a personal access token instead of a password."
)

ROWS = [
    # stage, authenticated, status, code, message, cause, words of the first fix
    (TOKEN, True, 401, "UNAUTHORIZED", ACR, "login.rejected", "three hours"),
    (TOKEN, False, 401, "UNAUTHORIZED", ACR, "pull.private-or-missing", "anonymous-pull"),
    (MANIFEST, False, 401, "UNAUTHORIZED", ACR, "pull.private-or-missing", "anonymous-pull"),
    (UPLOAD, False, 401, "UNAUTHORIZED", ACR, "login.missing", ""),
    (UPLOAD, True, 401, "UNAUTHORIZED", ACR, "push.not-permitted", "AcrPush"),
    (DELETE, True, 401, "UNAUTHORIZED", ACR, "push.not-permitted", "AcrPush"),
    (UPLOAD, True, 401, "UNAUTHORIZED", HARBOR.format("push"), "push.not-permitted", "Developer"),
    (UPLOAD, False, 401, "UNAUTHORIZED", HARBOR.format("push"), "login.missing", ""),
    (
        MANIFEST,
        False,
        401,
        "UNAUTHORIZED",
        HARBOR.format("pull"),
        "pull.private-or-missing",
        "whole project",
    ),
    (
        UPLOAD,
        True,
        404,
        "NOT_FOUND",
        "project team not found",
        "push.repository-missing",
        "New Project",
    ),
    (
        MANIFEST,
        False,
        404,
        "NOT_FOUND",
        "artifact team/app:1 not found",
        "pull.missing-tag",
        "",
    ),
    (UPLOAD, True, 401, "UNAUTHORIZED", QUAY, "push.not-permitted", "robot account"),
    (UPLOAD, False, 401, "UNAUTHORIZED", QUAY, "login.missing", ""),
    (MANIFEST, False, 401, "UNAUTHORIZED", QUAY, "pull.private-or-missing", "Make Public"),
    (
        TOKEN,
        True,
        401,
        "",
        "Could not find robot with username: acme+x and supplied password.",
        "login.rejected",
        "NAMESPACE+ROBOT",
    ),
    (TOKEN, True, 401, "", "Invalid Username or Password", "login.rejected", "NAMESPACE+ROBOT"),
    (TOKEN, True, 401, "UNAUTHORIZED", GITLAB, "login.rejected", "personal access token"),
    (TOKEN, True, 403, "", OLD_GITLAB, "login.rejected", "personal access token"),
    (UPLOAD, True, 403, "DENIED", "access forbidden", "push.not-permitted", "write_registry"),
    (TOKEN, True, 401, "", "Bad Credentials", "login.rejected", ""),
    (
        Stage.MANIFEST_PUT,
        True,
        403,
        "DENIED",
        "Not enough permissions to delete/overwrite artifact 'docker/app/1/manifest.json'",
        "push.tag-immutable",
        "new tag",
    ),
    (
        Stage.MANIFEST_PUT,
        True,
        412,
        "PRECONDITION",
        "Failed to process request due to 'app:1' configured as immutable.",
        "push.tag-immutable",
        "",
    ),
    (UPLOAD, True, 403, "DENIED", "adding 5 MiB will exceed the storage quota", "push.policy", ""),
]


@pytest.mark.parametrize(
    ("stage", "authenticated", "status", "code", "message", "cause", "fix"), ROWS
)
def test_what_a_product_says_names_its_cause(
    stage: Stage,
    authenticated: bool,
    status: int,
    code: str,
    message: str,
    cause: str,
    fix: str,
) -> None:
    seen = Evidence(
        stage,
        host="registry.example.com",
        status=status,
        code=code,
        message=message,
        authenticated=authenticated,
    )
    other = for_host("registry.example.com")

    for evidence in (seen, Evidence(stage, message=message, authenticated=authenticated)):
        found = diagnose(Problem(evidence), CATALOGUE, other.signs, COMMON_SIGNS)
        if evidence is seen or any(sign.matches(evidence) for sign in OTHER_SIGNS):
            # Also where an engine gives the words alone, without a status.
            assert found.cause == cause
            assert fix in (found.fixes[0].title if found.fixes else "")


def test_every_sign_is_selected_by_one_of_these() -> None:
    seen = [
        Evidence(row[0], status=row[2], code=row[3], message=row[4], authenticated=row[1])
        for row in ROWS
    ]
    firsts = {
        next((sign for sign in OTHER_SIGNS if sign.matches(evidence)), None) for evidence in seen
    }

    assert [sign.source for sign in OTHER_SIGNS if sign not in firsts] == []


@pytest.mark.parametrize("message", ["authentication required", "", "unauthorized", "denied"])
def test_plain_refusals_are_left_to_what_all_registries_say(message: str) -> None:
    for stage in (TOKEN, UPLOAD, MANIFEST):
        seen = Evidence(stage, status=401, message=message, authenticated=True)
        assert not any(sign.matches(seen) for sign in OTHER_SIGNS)
