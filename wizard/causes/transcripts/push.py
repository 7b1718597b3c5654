"""What is said to a push. Sources: registries.md A7 to E7 and 8.2, engines.md 4.4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.causes.transcripts.said import (
    BUILDKIT,
    DOCKER,
    DOCKER_REPORTED,
    ECR,
    GAR,
    PODMAN,
    PODMAN_PUSH,
    PUSH,
    PYTHON_DOCKER,
    Said,
    said,
    upload,
)

_NO_REPOSITORY = (
    "name unknown: The repository with name 'app' does not exist in the registry with id "
    "'123456789012'"
)
_IMMUTABLE = (
    "tag invalid: The image tag '1' already exists in the 'app' repository and cannot be "
    "overwritten because the tag is immutable."
)
_BUILD = "docker build --push --tag ghcr.io/acme/app:1 ."

SAID: Final[Mapping[str, tuple[Said, ...]]] = {
    "push.not-permitted": (
        said(DOCKER, PUSH, "denied: permission_denied: write_package"),
        said(PODMAN, PODMAN_PUSH, upload("ghcr.io: denied: permission_denied: write_package")),
        said(
            DOCKER_REPORTED,
            "docker push docker.io/acme/app:1",
            "denied: requested access to the resource is denied",
        ),
        said(PODMAN, "podman push docker.io/acme/app:1", upload("registry-1.docker.io: denied")),
        said(
            BUILDKIT,
            _BUILD,
            "push access denied, repository does not exist or may require authorization: "
            "server message: insufficient_scope: authorization failed",
            "ERROR: failed to solve: failed to push ghcr.io/acme/app:1: unexpected status from "
            "POST request to https://ghcr.io/v2/acme/app/blobs/uploads/: 403 Forbidden",
        ),
        said(
            DOCKER_REPORTED,
            f"docker push {ECR}/app:1",
            "denied: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: "
            "ecr:InitiateLayerUpload on resource: arn:aws:ecr:us-east-1:123456789012:"
            "repository/app because no identity-based policy allows the "
            "ecr:InitiateLayerUpload action",
        ),
        said(
            DOCKER_REPORTED,
            f"docker push {GAR}/proj-1/images/app:1",
            'denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on '
            'resource "projects/proj-1/locations/us/repositories/images" (or it may not exist)',
        ),
    ),
    "push.repository-missing": (
        said(DOCKER, f"docker push {ECR}/app:1", _NO_REPOSITORY),
        said(PODMAN, f"podman push {ECR}/app:1", upload(f"{ECR}: {_NO_REPOSITORY}")),
        said(
            DOCKER_REPORTED,
            f"docker push {GAR}/proj-1/images/app:1",
            'name unknown: Repository "images" not found',
        ),
    ),
    "push.policy": (
        said(
            DOCKER,
            "docker push registry.acme.lan/app:1",
            "error parsing HTTP 413 response body: invalid character '<' looking for beginning "
            'of value: "<html>413 Request Entity Too Large</html>"',
            "unsupported",
        ),
        said(
            PODMAN,
            "podman push registry.acme.lan/app:1",
            upload(
                "registry.acme.lan: StatusCode: 413, <html><body>413 Request Entity Too Large"
                "</body></h..."
            ),
            upload("registry.acme.lan: unsupported"),
        ),
        said(
            DOCKER_REPORTED,
            "docker push docker.io/acme/app:1",
            "denied: requested access to the resource is denied",
        ),
    ),
    "push.tag-immutable": (
        said(DOCKER_REPORTED, f"docker push {ECR}/app:1", _IMMUTABLE),
        said(
            PODMAN,
            f"podman push {ECR}/app:1",
            "Error: Uploading manifest failed, attempted the following formats: "
            "application/vnd.docker.distribution.manifest.v2+json(writing manifest: uploading "
            f"manifest 1 to {ECR}/app: {_IMMUTABLE})",
        ),
    ),
    "push.interrupted": (
        said(
            PYTHON_DOCKER,
            "client.images.push()",
            "urllib3.exceptions.ProtocolError: ('Connection broken: IncompleteRead(0 bytes "
            "read)', IncompleteRead(0 bytes read))",
        ),
        said(
            BUILDKIT,
            _BUILD,
            "ERROR: failed to solve: failed to push ghcr.io/acme/app:1: failed to copy: io: "
            "read/write on closed pipe",
        ),
    ),
}

SILENT: Final[Mapping[str, str]] = {
    "push.already-public": "docker and the others push there without a word.",
}
