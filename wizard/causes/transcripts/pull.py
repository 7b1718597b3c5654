"""What is said to a pull, here and in the cluster.

Sources: registries.md A6 to E6, union-and-flyte.md 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.causes.transcripts.said import (
    DOCKER,
    DOCKER_REPORTED,
    ECR,
    EVENTS,
    GCLOUD,
    KUBELET,
    PODMAN,
    PODMAN_PULL,
    PULL,
    SKOPEO,
    SKOPEO_COPY,
    Said,
    pulled,
    resolved,
    said,
    source,
)

_IMAGE = "ghcr.io/acme/app:1"
_TOKEN = "failed to authorize: failed to fetch anonymous token: unexpected status"  # noqa: S105
_BEARER = "Requesting bearer token: invalid status code from registry 403 (Forbidden)"
_NO_TOKEN = "unable to retrieve auth token: invalid username/password: unauthorized"  # noqa: S105
_HEAD = 'Error response from daemon: Head "https://ghcr.io/v2/acme/app/manifests/1": '
_EXPIRED = "denied: Your authorization token has expired. Reauthenticate and try again."
_MAY_NOT = (
    "denied: User: arn:aws:sts::123456789012:assumed-role/nodes/i-1 is not authorized to perform: "
    "ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/app because no "
)
_NO_SUCH = "The repository with name 'app' does not exist in the registry with id 'a1b2c3d4'"

SAID: Final[Mapping[str, tuple[Said, ...]]] = {
    "pull.private": (
        said(
            KUBELET,
            EVENTS,
            resolved(_IMAGE, f"{_TOKEN}: 401 Unauthorized"),
            f'Back-off pulling image "{_IMAGE}"',
        ),
        said(DOCKER, PULL, _HEAD + "unauthorized"),
        said(PODMAN, PODMAN_PULL, source(_NO_TOKEN)),
    ),
    "pull.never-anonymous": (
        said(
            KUBELET,
            EVENTS,
            resolved(
                f"{ECR}/app:1",
                "pull access denied, repository does not exist or may require authorization: "
                "authorization failed: no basic auth credentials",
            ),
        ),
        said(
            DOCKER,
            f"docker pull {ECR}/app:1",
            f'Error response from daemon: Head "https://{ECR}/v2/app/manifests/1": no basic '
            "auth credentials",
        ),
    ),
    "pull.cluster-not-granted": (
        said(
            KUBELET,
            EVENTS,
            resolved(
                f"{ECR}/app:1",
                f"unexpected status from HEAD request to https://{ECR}/v2/app/manifests/1: 403 "
                "Forbidden",
            ),
        ),
        said(
            PODMAN,
            f"podman pull {ECR}/app:1",
            f"Error: initializing source docker://{ECR}/app:1: reading manifest 1 in {ECR}/app: "
            f"{_MAY_NOT}resource-based policy allows the ecr:BatchGetImage action",
        ),
    ),
    "pull.policy-forbids-public": (
        said(
            GCLOUD,
            "gcloud artifacts repositories add-iam-policy-binding images --member=allUsers",
            "ERROR: (gcloud.artifacts.repositories.add-iam-policy-binding) "
            "FAILED_PRECONDITION: One or more users named in the policy do not belong to a "
            "permitted customer,  perhaps due to an organization policy.",
        ),
    ),
    "pull.missing-repository": (
        said(
            DOCKER_REPORTED,
            "docker pull public.ecr.aws/a1b2c3d4/app:1",
            "Error response from daemon: manifest for public.ecr.aws/a1b2c3d4/app:1 not found: "
            f"name unknown: {_NO_SUCH}",
        ),
        said(
            PODMAN,
            "podman pull registry.acme.lan/app:1",
            "Error: initializing source docker://registry.acme.lan/app:1: reading manifest 1 "
            "in registry.acme.lan/app: name unknown",
        ),
    ),
    "pull.missing-tag": (
        said(
            KUBELET,
            EVENTS,
            resolved(_IMAGE, f"{_IMAGE}: not found"),
        ),
        said(
            DOCKER,
            PULL,
            "Error response from daemon: manifest for ghcr.io/acme/app:1 not found: manifest "
            "unknown: manifest unknown",
        ),
        said(
            PODMAN,
            PODMAN_PULL,
            source("reading manifest 1 in ghcr.io/acme/app: manifest unknown"),
        ),
    ),
    "pull.private-or-missing": (
        said(
            DOCKER_REPORTED,
            "docker pull acme/app:1",
            "Error response from daemon: pull access denied for acme/app, repository does not "
            "exist or may require 'docker login': denied: requested access to the resource is "
            "denied",
        ),
        said(PODMAN, PODMAN_PULL, source(_BEARER)),
        said(
            SKOPEO,
            SKOPEO_COPY,
            'time="2026-11-23T09:14:00Z" level=fatal msg="initializing source '
            "docker://ghcr.io/acme/app:1: reading manifest 1 in ghcr.io/acme/app: "
            'unauthorized"',
        ),
        said(KUBELET, EVENTS, resolved(_IMAGE, f"{_TOKEN}: 403 Forbidden")),
    ),
    "pull.platform-missing": (
        said(
            KUBELET,
            EVENTS,
            pulled(_IMAGE, "no match for platform in manifest: not found"),
        ),
        said(
            PODMAN,
            PODMAN_PULL,
            "Error: choosing an image from manifest list docker://ghcr.io/acme/app:1: no image "
            'found in image index for architecture amd64, variant "", OS linux',
        ),
        said(
            "the container itself, as reported",
            "kubectl logs app",
            "exec /usr/local/bin/python: exec format error",
        ),
    ),
    "pull.blobs-unreadable": (
        said(
            PODMAN,
            PODMAN_PULL,
            "Error: reading blob sha256:c62e4615bd39: Error fetching blob: invalid status code "
            "from registry 404 (Not Found)",
            "Error: parsing image configuration: Error fetching blob: invalid status code from "
            "registry 403 (Forbidden)",
        ),
    ),
    "pull.stale-login": (
        said(DOCKER_REPORTED, PULL, _HEAD + "denied: denied"),
        said(
            DOCKER_REPORTED,
            "docker pull public.ecr.aws/acme/app:1",
            "Error response from daemon: pull access denied for public.ecr.aws/acme/app, "
            f"repository does not exist or may require 'docker login': {_EXPIRED}",
        ),
        said(PODMAN, PODMAN_PULL, source(_BEARER)),
    ),
    "pull.secret-short-lived": (
        said(
            "kubelet with docker, as reported",
            EVENTS,
            f'Failed to pull image "{ECR}/app:1": rpc error: code = Unknown desc = Error response '
            f"from daemon: pull access denied for {ECR}/app, repository does not exist or may "
            f"require 'docker login': {_EXPIRED}",
        ),
    ),
}

SILENT: Final[Mapping[str, str]] = {}
