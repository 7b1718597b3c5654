"""What is said of logins. Sources: registries.md A7, B7, C3, C7, E7; engines.md 4.4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.causes.transcripts.said import (
    AWS,
    BUILDKIT,
    CTR,
    DOCKER,
    DOCKER_REPORTED,
    ECR,
    FLYTEKIT,
    GAR,
    GCLOUD,
    PODMAN,
    PODMAN_PUSH,
    PUSH,
    Said,
    said,
    upload,
)

_REUSE = "Error: trying to reuse blob sha256:a3ed95caeb02 at destination: "
_AUTH = _REUSE + "unable to retrieve auth token: invalid username/password: unauthorized"
_LOGIN = "docker login ghcr.io"
_NOT_ALLOWED = (
    "An error occurred (AccessDeniedException) when calling the GetAuthorizationToken operation: "
    "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: "
)

SAID: Final[Mapping[str, tuple[Said, ...]]] = {
    "login.missing": (
        said(DOCKER, PUSH, "no basic auth credentials"),
        said(PODMAN, PODMAN_PUSH, _AUTH),
        said(
            BUILDKIT,
            f"docker build --push --tag {GAR}/proj-1/images/app:1 .",
            f"ERROR: failed to solve: failed to push {GAR}/proj-1/images/app:1: failed to "
            "authorize: failed to fetch anonymous token: unexpected status: 403 Forbidden",
        ),
        said(
            DOCKER_REPORTED,
            f"docker push {GAR}/proj-1/images/app:1",
            "denied: Unauthenticated request. Unauthenticated requests do not have permission "
            '"artifactregistry.repositories.uploadArtifacts" on resource '
            '"projects/proj-1/locations/us/repositories/images" (or it may not exist)',
        ),
        said(
            FLYTEKIT,
            "pyflyte register",
            "500 Server Error for http+docker://localhost/v1.41/distribution/ghcr.io/acme/app:1"
            '/json: Internal Server Error ("no basic auth credentials")',
        ),
        said(CTR, "ctr images push ghcr.io/acme/app:1", "ctr: unexpected status: 401 Unauthorized"),
    ),
    "login.rejected": (
        said(DOCKER, PUSH, "denied: denied", "unauthorized: authentication required"),
        said(
            PODMAN,
            PODMAN_PUSH,
            _REUSE + "Requesting bearer token: invalid status code from registry 403 (Forbidden)",
            _AUTH + ": incorrect username or password",
        ),
        said(
            DOCKER,
            _LOGIN,
            "Error response from daemon: login attempt to http://127.0.0.1:5000/v2/ failed with "
            "status: 401 Unauthorized",
        ),
    ),
    "login.expired": (
        said(
            DOCKER_REPORTED,
            f"docker push {ECR}/app:1",
            "denied: Your authorization token has expired. Reauthenticate and try again.",
        ),
        said(
            PODMAN,
            f"podman push {ECR}/app:1",
            upload(
                f"{ECR}: denied: Your authorization token has expired. Reauthenticate and try "
                "again."
            ),
        ),
        said(
            DOCKER_REPORTED,
            f"docker push {GAR}/proj-1/images/app:1",
            "unauthorized: failed authentication",
        ),
    ),
    "login.token-kind": (
        said(
            DOCKER_REPORTED,
            _LOGIN,
            'Error response from daemon: Get "https://ghcr.io/v2/": denied: denied',
        ),
        said(DOCKER_REPORTED, f"docker login {GAR}", "unknown: Unable to parse json key."),
    ),
    "login.scope-missing": (
        said(
            DOCKER_REPORTED,
            PUSH,
            "denied: permission_denied: The token provided does not match expected scopes.",
        ),
        said(
            PODMAN,
            "podman push docker.io/acme/app:1",
            _AUTH + ": access token has insufficient scopes",
        ),
    ),
    "login.sso-required": (said(DOCKER_REPORTED, PUSH, "denied", "unauthorized"),),
    "login.cloud-missing": (
        said(
            AWS,
            "aws ecr get-login-password",
            'Unable to locate credentials. You can configure credentials by running "aws '
            'configure".',
        ),
        said(
            "google-auth, as reported",
            "python3 workflow.py",
            "google.auth.exceptions.DefaultCredentialsError: Your default credentials were not "
            "found.",
        ),
    ),
    "login.cloud-expired": (
        said(
            AWS,
            "aws ecr get-login-password",
            "Token has expired and refresh failed",
            "An error occurred (ExpiredTokenException) when calling the GetAuthorizationToken "
            "operation: The security token included in the request is expired",
        ),
        said(
            GCLOUD,
            "gcloud auth print-access-token",
            "ERROR: (gcloud.auth.print-access-token) There was a problem refreshing your "
            "current auth tokens: invalid_grant: Bad Request",
        ),
    ),
    "login.cloud-denied": (
        said(
            AWS,
            "aws ecr get-login-password",
            _NOT_ALLOWED + "ecr:GetAuthorizationToken on resource: *",
        ),
        said(
            AWS,
            "aws ecr-public get-login-password --region us-east-1",
            _NOT_ALLOWED + "sts:GetServiceBearerToken on resource: *",
        ),
    ),
}

SILENT: Final[Mapping[str, str]] = {
    "login.realm-refused": "Docker, Podman and BuildKit send the login wherever the registry asks "
    "for it, without a word.",
}
