"""What the other registries say that no two of them say alike."""

from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Evidence, Problem, Stage, diagnose
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import REGISTRIES, for_host
from wizard.registries.generic import OciRegistry

HUB, GAR, PUBLIC = "docker.io", "us-docker.pkg.dev", "public.ecr.aws"
ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
UPLOAD = (
    'Permission "artifactregistry.repositories.uploadArtifacts" denied on resource '
    '"projects/p/locations/us/repositories/r" (or it may not exist)'
)
NOBODY = (
    "Unauthenticated request. Unauthenticated requests do not have permission "
    '"artifactregistry.repositories.{}" on resource "projects/p/locations/us/repositories/r"'
)
EXPIRED = "Your authorization token has expired. Reauthenticate and try again."
NO_SUCH = "The repository with name 'x' does not exist in the registry with id '123456789012'"
NOT_ALLOWED = "User: arn:aws:iam::1:user/u is not authorized to perform: ecr:{} on resource: r"

SAID = [
    # host, stage, authenticated, status, code, message, cause
    (
        HUB,
        Stage.MANIFEST,
        False,
        401,
        "DENIED",
        "authentication required",
        "pull.private-or-missing",
    ),
    (
        HUB,
        Stage.TOKEN,
        True,
        401,
        "",
        "access token has insufficient scopes",
        "login.scope-missing",
    ),
    (HUB, Stage.TOKEN, True, 401, "", "incorrect username or password", "login.rejected"),
    (
        HUB,
        Stage.TOKEN,
        True,
        429,
        "",
        "too many failed login attempts for username or IP address",
        "network.rate-limited",
    ),
    (
        HUB,
        Stage.MANIFEST,
        False,
        429,
        "TOOMANYREQUESTS",
        "You have reached your unauthenticated pull rate limit.",
        "network.rate-limited",
    ),
    (
        HUB,
        Stage.UPLOAD,
        True,
        401,
        "DENIED",
        "requested access to the resource is denied",
        "push.not-permitted",
    ),
    (
        HUB,
        Stage.UPLOAD,
        True,
        None,
        "",
        "push access denied, repository does not exist or may require authorization",
        "push.not-permitted",
    ),
    (HUB, Stage.MANIFEST, False, 404, "MANIFEST_UNKNOWN", "manifest unknown", "pull.missing-tag"),
    (ECR, Stage.MANIFEST, False, 401, "UNAUTHORIZED", "Not Authorized", "pull.never-anonymous"),
    (ECR, Stage.PING, True, 403, "DENIED", EXPIRED, "login.expired"),
    (
        ECR,
        Stage.PING,
        True,
        403,
        "DENIED",
        "Your Authorization Token is invalid.",
        "login.rejected",
    ),
    (ECR, Stage.UPLOAD, True, 404, "NAME_UNKNOWN", NO_SUCH, "push.repository-missing"),
    (ECR, Stage.UPLOAD, True, None, "", f"name unknown: {NO_SUCH}", "push.repository-missing"),
    (
        ECR,
        Stage.UPLOAD,
        True,
        403,
        "DENIED",
        NOT_ALLOWED.format("InitiateLayerUpload"),
        "push.not-permitted",
    ),
    (
        ECR,
        Stage.API,
        True,
        400,
        "",
        NOT_ALLOWED.format("GetAuthorizationToken"),
        "login.cloud-denied",
    ),
    (ECR, Stage.UPLOAD, True, None, "", "no basic auth credentials", "login.missing"),
    (
        ECR,
        Stage.MANIFEST_PUT,
        True,
        400,
        "TAG_INVALID",
        "The image tag 'x' already exists and cannot be overwritten because the tag is immutable.",
        "push.tag-immutable",
    ),
    (PUBLIC, Stage.MANIFEST, False, 404, "NAME_UNKNOWN", NO_SUCH, "pull.missing-repository"),
    (PUBLIC, Stage.MANIFEST, True, 403, "DENIED", EXPIRED, "pull.stale-login"),
    (PUBLIC, Stage.UPLOAD, True, 403, "DENIED", EXPIRED, "login.expired"),
    (PUBLIC, Stage.UPLOAD, True, 404, "NAME_UNKNOWN", NO_SUCH, "push.repository-missing"),
    (
        PUBLIC,
        Stage.MANIFEST,
        False,
        429,
        "TOOMANYREQUESTS",
        "Rate exceeded",
        "network.rate-limited",
    ),
    (
        GAR,
        Stage.TOKEN,
        False,
        403,
        "DENIED",
        NOBODY.format("downloadArtifacts"),
        "pull.private-or-missing",
    ),
    (GAR, Stage.TOKEN, False, 403, "DENIED", NOBODY.format("uploadArtifacts"), "login.missing"),
    (GAR, Stage.TOKEN, True, 403, "DENIED", UPLOAD, "push.not-permitted"),
    (GAR, Stage.TOKEN, True, 401, "UNAUTHORIZED", "failed authentication", "login.rejected"),
    (
        GAR,
        Stage.UPLOAD,
        True,
        404,
        "NAME_UNKNOWN",
        'Repository "images" not found',
        "push.repository-missing",
    ),
    (
        GAR,
        Stage.MANIFEST,
        True,
        404,
        "NAME_UNKNOWN",
        'Repository "images" not found',
        "pull.missing-repository",
    ),
    (
        GAR,
        Stage.UPLOAD,
        True,
        400,
        "NAME_INVALID",
        "Missing image name. Pushes should be of the form docker push HOST-NAME/PROJECT-ID/…",
        "reference.incomplete",
    ),
    (
        GAR,
        Stage.MANIFEST,
        False,
        404,
        "MANIFEST_UNKNOWN",
        'Failed to fetch "v1".',
        "pull.missing-tag",
    ),
]


@pytest.mark.parametrize(
    ("host", "stage", "authenticated", "status", "code", "message", "cause"), SAID
)
def test_what_a_registry_says_names_its_cause(
    host: str,
    stage: Stage,
    authenticated: bool,
    status: int | None,
    code: str,
    message: str,
    cause: str,
) -> None:
    seen = Evidence(
        stage,
        host=host,
        status=status,
        code=code,
        message=message,
        authenticated=authenticated,
    )

    found = diagnose(Problem(seen), CATALOGUE, for_host(host).signs, COMMON_SIGNS)

    assert found.cause == cause


@pytest.mark.parametrize("provider", REGISTRIES, ids=lambda p: p.kind)
def test_every_sign_names_a_cause_of_the_catalogue_and_its_source(provider: OciRegistry) -> None:
    for sign in provider.signs:
        assert sign.cause in CATALOGUE
        assert sign.source
