"""What Amazon ECR says and what it means: every row of registries.md C7, and of C's tables."""

from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Evidence, Fix, Problem, Stage, diagnose
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import for_host

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
SIGNS = for_host(HOST).signs
EXPIRED = "Your authorization token has expired. Reauthenticate and try again."
GONE = "The repository with name 'app' does not exist in the registry with id '123456789012'"
ARN = "arn:aws:ecr:us-east-1:123456789012:repository/app"
IMMUTABLE = (
    "The image tag '1' already exists in the 'app' repository and cannot be overwritten because "
    "the {} is immutable."
)
STUB = "error storing credentials - err: exit status 1, out: `The stub received bad data.`"
GLOBAL_HELPER = (
    "docker-credential-ecr-login can only be used with Amazon Elastic Container Registry."
)
BUILDKIT = f"unexpected status from PUT request to https://{HOST}/v2/app/blobs: 403 Forbidden"
NO_MEDIA_TYPE = "unsupported: Invalid JSON syntax: missing mediaType"
NO_TTY = "Error: Cannot perform an interactive login from a non TTY device"


def denied(action: str, reason: str = "identity-based") -> str:
    return (
        f"User: arn:aws:iam::123456789012:user/ada is not authorized to perform: ecr:{action} "
        f"on resource: {ARN} because no {reason} policy allows the ecr:{action} action"
    )


SAID = [
    # stage, authenticated, status, code, message, cause
    (Stage.UPLOAD, False, None, "", "no basic auth credentials", "login.missing"),
    (Stage.PING, True, 503, "UNAVAILABLE", "Service Unavailable", "network.registry-down"),
    (Stage.UPLOAD, True, None, "", f"denied: {EXPIRED}", "login.expired"),
    (Stage.MANIFEST, True, 403, "DENIED", EXPIRED, "login.expired"),
    (
        Stage.PING,
        True,
        403,
        "DENIED",
        "Your Authorization Token is invalid.",
        "login.rejected",
    ),
    (Stage.UPLOAD, True, None, "", f"name unknown: {GONE}", "push.repository-missing"),
    (Stage.UPLOAD, True, 404, "NAME_UNKNOWN", GONE, "push.repository-missing"),
    (Stage.MANIFEST, True, 404, "NAME_UNKNOWN", GONE, "pull.missing-repository"),
    (
        Stage.MANIFEST,
        True,
        404,
        "MANIFEST_UNKNOWN",
        "Requested image not found",
        "pull.missing-tag",
    ),
    (Stage.UPLOAD, True, None, "", denied("InitiateLayerUpload"), "push.not-permitted"),
    (Stage.UPLOAD, True, 403, "DENIED", denied("UploadLayerPart"), "push.not-permitted"),
    (Stage.MANIFEST_PUT, True, 403, "DENIED", denied("PutImage"), "push.not-permitted"),
    (
        Stage.UPLOAD,
        True,
        403,
        "DENIED",
        denied("InitiateLayerUpload", "resource-based"),
        "push.not-permitted",
    ),
    (Stage.UPLOAD, True, 403, "", BUILDKIT, "push.not-permitted"),
    (Stage.UPLOAD, True, None, "", "EOF", "push.interrupted"),
    (Stage.MANIFEST_PUT, True, 405, "UNSUPPORTED", NO_MEDIA_TYPE, "push.policy"),
    (Stage.MANIFEST, True, 403, "DENIED", denied("BatchGetImage"), "pull.private-or-missing"),
    (Stage.API, True, 400, "", denied("GetAuthorizationToken"), "login.cloud-denied"),
    (Stage.API, True, 400, "", denied("CreateRepository"), "push.not-permitted"),
    (Stage.DELETE, True, 400, "", denied("BatchDeleteImage"), "push.not-permitted"),
    (Stage.MANIFEST_PUT, True, 400, "TAG_INVALID", IMMUTABLE.format("tag"), "push.tag-immutable"),
    (
        Stage.MANIFEST_PUT,
        True,
        None,
        "",
        f"tag invalid: {IMMUTABLE.format('repository')}",
        "push.tag-immutable",
    ),
    (Stage.MANIFEST_PUT, True, 403, "DENIED", "image quota exceeded", "push.policy"),
    (Stage.STORE, False, None, "", STUB, "store.helper-failing"),
    (Stage.STORE, False, None, "", GLOBAL_HELPER, "store.helper-failing"),
    (Stage.API, False, None, "", "Unable to locate credentials", "login.cloud-missing"),
    (Stage.STORE, False, None, "", NO_TTY, "login.cloud-missing"),
    (Stage.API, False, None, "", "Token has expired and refresh failed", "login.cloud-expired"),
    (
        Stage.API,
        False,
        None,
        "",
        "The SSO session associated with this profile has expired",
        "login.cloud-expired",
    ),
    (Stage.MANIFEST, False, 401, "UNAUTHORIZED", "Not Authorized", "pull.never-anonymous"),
    (Stage.MANIFEST, True, 429, "TOOMANYREQUESTS", "Rate exceeded", "network.rate-limited"),
]


@pytest.mark.parametrize(("stage", "authenticated", "status", "code", "message", "cause"), SAID)
def test_what_amazon_says_means_one_thing(
    stage: Stage, authenticated: bool, status: int | None, code: str, message: str, cause: str
) -> None:
    seen = Evidence(
        stage,
        "asked",
        message,
        HOST,
        status=status,
        code=code,
        message=message,
        authenticated=authenticated,
    )

    assert diagnose(Problem(seen), CATALOGUE, SIGNS, COMMON_SIGNS).cause == cause


def test_every_sign_is_selected_by_a_row_of_the_table() -> None:
    rows = [
        Evidence(row[0], authenticated=row[1], status=row[2], code=row[3], message=row[4])
        for row in SAID
    ]
    first = {next((n for n, sign in enumerate(SIGNS) if sign.matches(row)), None) for row in rows}
    unused = [SIGNS[n].source for n in range(len(SIGNS)) if n not in first]

    assert unused == []


def test_across_accounts_the_repositorys_own_policy_must_name_who_pushes() -> None:
    facts = {"account": "123456789012"}

    def first(message: str) -> Fix:
        seen = Evidence(Stage.UPLOAD, message=message, authenticated=True, facts=facts)
        return diagnose(Problem(seen), CATALOGUE, SIGNS, COMMON_SIGNS).fixes[0]

    assert "PowerUser" in first(denied("InitiateLayerUpload")).title
    across = first(denied("InitiateLayerUpload", "resource-based"))
    assert across.ask == "an administrator of the AWS account 123456789012"
