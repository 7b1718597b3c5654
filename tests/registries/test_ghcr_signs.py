"""What GHCR says and what it means: every row of registries.md A7, A2 and A6."""

from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage, diagnose
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import for_host

SIGNS = for_host("ghcr.io").signs

A7 = [
    # stage, authenticated, status, message, cause
    (Stage.TOKEN, True, 403, "denied", "login.rejected"),
    (Stage.UPLOAD, True, None, "denied: denied", "login.rejected"),
    (Stage.UPLOAD, True, None, "error from registry: denied denied", "login.rejected"),
    (Stage.UPLOAD, True, None, "error from registry: denied", "login.rejected"),
    (
        Stage.MANIFEST,
        True,
        None,
        'Head "https://ghcr.io/v2/a/b/manifests/1": denied: denied',
        "login.rejected",
    ),
    (
        Stage.UPLOAD,
        True,
        403,
        "permission_denied: The token provided does not match expected scopes.",
        "login.scope-missing",
    ),
    (Stage.UPLOAD, True, 403, "permission_denied: write_package", "push.not-permitted"),
    (
        Stage.UPLOAD,
        False,
        401,
        "unauthorized: unauthenticated: User cannot be authenticated with the token provided.",
        "login.missing",
    ),
    (
        Stage.UPLOAD,
        True,
        401,
        "unauthenticated: User cannot be authenticated with the token provided.",
        "login.rejected",
    ),
    (
        Stage.MANIFEST_PUT,
        True,
        403,
        "denied: installation not allowed to Create organization package",
        "push.not-permitted",
    ),
    (
        Stage.UPLOAD,
        True,
        403,
        "denied: installation not allowed to Write organization package",
        "push.not-permitted",
    ),
    (
        Stage.UPLOAD,
        True,
        None,
        "invalid reference format: repository name (Owner/App) must be lowercase",
        "reference.invalid",
    ),
    (
        Stage.MANIFEST,
        False,
        None,
        'Head "https://ghcr.io/v2/acme/app/manifests/1": unauthorized',
        "pull.private-or-missing",
    ),
    (Stage.TOKEN, False, 401, "authentication required", "pull.private-or-missing"),
    (
        Stage.TOKEN,
        False,
        403,
        "requested access to the resource is denied",
        "pull.private-or-missing",
    ),
    (Stage.MANIFEST, True, 404, "manifest unknown", "pull.missing-tag"),
    (Stage.MANIFEST, False, None, "manifest unknown: manifest unknown", "pull.missing-tag"),
    (
        Stage.UPLOAD,
        True,
        None,
        "unexpected status from HEAD request to https://ghcr.io/v2/a/b/blobs/x: 403 Forbidden",
        "push.not-permitted",
    ),
    (Stage.UPLOAD, True, 403, "", "push.not-permitted"),
    (Stage.UPLOAD, True, 401, "", "push.not-permitted"),
    (
        Stage.UPLOAD,
        True,
        403,
        "Resource protected by organization SAML enforcement.",
        "login.sso-required",
    ),
    (
        Stage.UPLOAD,
        True,
        416,
        "the request body is too large and exceeds the maximum permissible limit of 4.00MiB",
        "push.interrupted",
    ),
    (Stage.MANIFEST, True, 403, "permission_denied: read_package", "pull.private-or-missing"),
    (Stage.MANIFEST, True, 403, "denied", "pull.private-or-missing"),
    (Stage.TOKEN, False, 429, "too many requests", "network.rate-limited"),
    (Stage.UPLOAD, True, 503, "service unavailable", "network.registry-down"),
]


@pytest.mark.parametrize(("stage", "authenticated", "status", "message", "cause"), A7)
def test_what_ghcr_says_names_its_cause(
    stage: Stage, authenticated: bool, status: int | None, message: str, cause: str
) -> None:
    seen = Evidence(
        stage, host="ghcr.io", status=status, message=message, authenticated=authenticated
    )

    assert diagnose(Problem(seen), CATALOGUE, SIGNS, COMMON_SIGNS).cause == cause


def test_a_web_page_with_the_same_status_is_no_word_of_ghcr() -> None:
    page = Evidence(Stage.TOKEN, status=403, authenticated=True, fault=Fault.INTERCEPTED)

    assert diagnose(Problem(page), CATALOGUE, SIGNS, COMMON_SIGNS).cause == "network.intercepted"


def test_a_missing_scope_offers_ghs_own_command_and_a_page_with_the_scopes_ticked() -> None:
    seen = Evidence(Stage.UPLOAD, message="The token provided does not match expected scopes.")

    fixes = diagnose(Problem(seen), CATALOGUE, SIGNS).fixes

    assert fixes[0].command == "gh auth refresh -h github.com -s write:packages,delete:packages"
    assert "scopes=write:packages,delete:packages" in fixes[1].url


def test_every_sign_is_reached_by_some_message() -> None:
    reached = {
        next(sign for sign in SIGNS if sign.matches(seen))
        for stage, authenticated, status, message, _ in A7
        for seen in [Evidence(stage, status=status, message=message, authenticated=authenticated)]
        if any(sign.matches(seen) for sign in SIGNS)
    }
    policy = next(sign for sign in SIGNS if sign.cause == "push.policy")

    assert set(SIGNS) - reached == {policy}
    assert policy.matches(Evidence(Stage.MANIFEST_PUT, message="package creation is restricted"))
