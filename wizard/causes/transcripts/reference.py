"""What is said of names. Sources: registries.md A1 and E1, engines.md E76, union-and-flyte.md 5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.causes.transcripts.said import (
    DOCKER,
    DOCKER_REPORTED,
    EVENTS,
    FLYTE,
    FLYTEKIT,
    KUBELET,
    PODMAN,
    Said,
    resolved,
    said,
)

SAID: Final[Mapping[str, tuple[Said, ...]]] = {
    "reference.invalid": (
        said(
            DOCKER,
            "docker push ghcr.io/Acme/App:1",
            "invalid reference format: repository name (Acme/App) must be lowercase",
        ),
        said(
            PODMAN,
            "podman tag app ghcr.io/Acme/App:1",
            'normalizing image: normalizing name "Acme/App": repository name must be lowercase',
        ),
        said(
            FLYTEKIT,
            "pyflyte register",
            "ValueError: Invalid container registry name: https://ghcr.io/acme",
        ),
    ),
    "reference.incomplete": (
        said(
            DOCKER_REPORTED,
            "docker push us-docker.pkg.dev/proj-1/app:1",
            "name invalid: Missing image name. Pushes should be of the form docker push "
            "HOST-NAME/PROJECT-ID/REPOSITORY/IMAGE",
        ),
        said(FLYTE, "flyte run", "ValueError: no container registry is configured"),
        said(
            PODMAN,
            "podman build .",
            'Error: creating build container: short-name "python:3.12" did not resolve to an '
            "alias and no unqualified-search registries are defined in "
            '"/etc/containers/registries.conf"',
        ),
    ),
    "reference.local-only": (
        said(
            KUBELET,
            EVENTS,
            resolved(
                "localhost:30000/app:1",
                'failed to do request: Head "http://localhost:30000/v2/app/manifests/1": dial '
                "tcp 127.0.0.1:30000: connect: connection refused",
            ),
        ),
    ),
}

SILENT: Final[Mapping[str, str]] = {}
