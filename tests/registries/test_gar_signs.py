"""What Google says and what it means: every row of registries.md E7, and of E's tables."""

from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Evidence, Problem, Stage, diagnose
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import for_host

HOST = "us-docker.pkg.dev"
SIGNS = for_host(HOST).signs
ON = 'on resource "projects/p/locations/us/repositories/r" (or it may not exist)'
NOBODY = (
    "Unauthenticated request. Unauthenticated requests do not have permission "
    f'"artifactregistry.repositories.{{}}" {ON}'
)
DENIED = f'Permission "artifactregistry.repositories.{{}}" denied {ON}'
BUILDKIT = (
    "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to "
    "https://us-docker.pkg.dev/v2/token?scope=repository%3Ap%2Fr%2Fa%3Apull%2Cpush: 403 Forbidden"
)
MISSING_IMAGE = (
    "Missing image name. Pushes should be of the form "
    "docker push HOST-NAME/PROJECT-ID/REPOSITORY/IMAGE"
)
OFF = (
    "Artifact Registry API has not been used in project p before or it is disabled. "
    "Enable it by visiting https://console.developers.google.com then retry."
)

SAID = [
    # stage, authenticated, status, code, message, cause
    (Stage.UPLOAD, False, None, "", f"denied: {NOBODY.format('uploadArtifacts')}", "login.missing"),
    (Stage.TOKEN, False, 403, "DENIED", NOBODY.format("uploadArtifacts"), "login.missing"),
    (
        Stage.UPLOAD,
        True,
        None,
        "",
        f"denied: {DENIED.format('uploadArtifacts')}",
        "push.not-permitted",
    ),
    (Stage.TOKEN, True, 403, "DENIED", DENIED.format("uploadArtifacts"), "push.not-permitted"),
    (
        Stage.UPLOAD,
        True,
        None,
        "",
        'name unknown: Repository "r" not found',
        "push.repository-missing",
    ),
    (
        Stage.UPLOAD,
        True,
        404,
        "NAME_UNKNOWN",
        'Repository "r" not found',
        "push.repository-missing",
    ),
    (
        Stage.MANIFEST,
        True,
        404,
        "NAME_UNKNOWN",
        'Repository "r" not found',
        "pull.missing-repository",
    ),
    (Stage.UPLOAD, False, None, "", BUILDKIT, "login.missing"),
    (Stage.MANIFEST, False, None, "", BUILDKIT, "pull.private-or-missing"),
    (
        Stage.UPLOAD,
        False,
        None,
        "",
        (
            "error getting credentials - err: exec: "
            '"docker-credential-gcloud": executable file not found in $PATH, out: ``'
        ),
        "store.helper-missing",
    ),
    (Stage.TOKEN, True, 401, "UNAUTHORIZED", "failed authentication", "login.rejected"),
    (Stage.UPLOAD, True, None, "", "unauthorized: failed authentication", "login.rejected"),
    (Stage.TOKEN, True, 400, "UNKNOWN", "Unable to parse json key.", "login.token-kind"),
    (Stage.UPLOAD, True, None, "", "unknown: Unable to parse json key.", "login.token-kind"),
    (Stage.UPLOAD, True, 400, "NAME_INVALID", MISSING_IMAGE, "reference.incomplete"),
    (Stage.MANIFEST, True, 404, "MANIFEST_UNKNOWN", 'Failed to fetch "1".', "pull.missing-tag"),
    (Stage.MANIFEST, False, None, "", 'manifest unknown: Failed to fetch "1".', "pull.missing-tag"),
    (
        Stage.UPLOAD,
        True,
        None,
        "",
        "Container Registry is deprecated and shutting down, please use the auto migration tool",
        "reference.invalid",
    ),
    (
        Stage.API,
        True,
        None,
        "",
        "ERROR: (gcloud.auth.print-access-token) Reauthentication required.",
        "login.cloud-expired",
    ),
    (
        Stage.STORE,
        True,
        None,
        "",
        (
            "There was a problem refreshing your current auth tokens: "
            "('invalid_grant: Token has been expired or revoked.', ...)"
        ),
        "login.cloud-expired",
    ),
    (
        Stage.API,
        True,
        400,
        "FAILED_PRECONDITION",
        (
            "One or more users named in the policy do not belong to a permitted customer, "
            "perhaps due to an organization policy."
        ),
        "pull.policy-forbids-public",
    ),
    (
        Stage.TOKEN,
        False,
        403,
        "DENIED",
        NOBODY.format("downloadArtifacts"),
        "pull.private-or-missing",
    ),
    (
        Stage.TOKEN,
        True,
        403,
        "DENIED",
        DENIED.format("downloadArtifacts"),
        "pull.private-or-missing",
    ),
    (Stage.API, True, 403, "SERVICE_DISABLED", OFF, "push.repository-missing"),
    (
        Stage.API,
        True,
        403,
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "Request had insufficient authentication scopes.",
        "login.scope-missing",
    ),
    (
        Stage.API,
        True,
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token.",
        "login.rejected",
    ),
    (
        Stage.DELETE,
        True,
        400,
        "GOOGLE_MANIFEST_DANGLING_TAG",
        "Manifest is still referenced by tag: 1",
        "push.policy",
    ),
    (
        Stage.DELETE,
        True,
        403,
        "DENIED",
        f'Permission "artifactregistry.versions.delete" denied {ON}',
        "push.not-permitted",
    ),
    (Stage.API, True, 429, "RESOURCE_EXHAUSTED", "Quota exceeded", "network.rate-limited"),
    (Stage.API, True, 503, "UNAVAILABLE", "The service is unavailable.", "network.registry-down"),
]


@pytest.mark.parametrize(("stage", "authenticated", "status", "code", "message", "cause"), SAID)
def test_what_google_says_means(
    stage: Stage, authenticated: bool, status: int | None, code: str, message: str, cause: str
) -> None:
    seen = Evidence(
        stage, host=HOST, status=status, code=code, message=message, authenticated=authenticated
    )

    assert diagnose(Problem(seen), CATALOGUE, SIGNS, COMMON_SIGNS).cause == cause


@pytest.mark.parametrize("row", range(len(SIGNS)))
def test_each_sign_is_selected_by_something_that_google_says(row: int) -> None:
    sign = SIGNS[row]
    selected = []
    for stage, authenticated, status, code, message, cause in SAID:
        seen = Evidence(
            stage, host=HOST, status=status, code=code, message=message, authenticated=authenticated
        )
        first = next((one for one in SIGNS if one.matches(seen)), None)
        selected += [cause] if first is sign else []

    assert set(selected) == {sign.cause}


@pytest.mark.parametrize("row", range(len(SIGNS)))
def test_no_sign_of_google_takes_what_a_look_alike_says(row: int) -> None:
    """None of its rows matches first where another cause of the same table is meant."""
    sign = SIGNS[row]
    for stage, authenticated, status, code, message, cause in SAID:
        seen = Evidence(
            stage, host=HOST, status=status, code=code, message=message, authenticated=authenticated
        )
        first = next((one for one in SIGNS if one.matches(seen)), None)
        assert first is not sign or sign.cause == cause


def test_a_missing_role_is_answered_by_the_role_and_by_whom_to_ask() -> None:
    seen = Evidence(Stage.UPLOAD, message=DENIED.format("uploadArtifacts"), authenticated=True)

    fix = diagnose(Problem(seen), CATALOGUE, SIGNS, COMMON_SIGNS).fixes[0]

    assert "Artifact Registry Writer" in fix.title
    assert fix.ask
