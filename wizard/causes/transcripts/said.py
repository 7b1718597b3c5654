"""What a transcript is, and which tools and versions said what stands in this package.

Hosts, names and numbers are replaced by those of an example; all other words are the tool's own.
"""

from __future__ import annotations

from typing import Final

from wizard.core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """What one tool printed. Only the lines that tell; plain text, never markup."""

    tool: str
    """With its version, or where the words were reported."""
    command: str
    lines: tuple[str, ...]


def said(tool: str, command: str, *lines: str) -> Said:
    return Said(tool, command, lines)


# Run for this package or for the references, with the fault injected.
DOCKER: Final = "docker 28.2, Docker Engine 20.10"
PYTHON_DOCKER: Final = "docker package 7.2 for Python"
PODMAN: Final = "podman 4.3"
SKOPEO: Final = "skopeo 1.9"
CTR: Final = "ctr 1.6"
FLYTEKIT: Final = "flytekit 1.16"
FLYTE: Final = "flyte 2.12"
KEYRING: Final = "keyring for Python"
# Read in the tool's own source, or reported in public threads.
DOCKER_29: Final = "docker 29"
DOCKER_REPORTED: Final = "docker, as reported"
BUILDKIT: Final = "BuildKit, as reported"
KUBELET: Final = "kubelet with containerd, as reported"
AWS: Final = "aws, as reported"
GCLOUD: Final = "gcloud, as reported"

PUSH: Final = "docker push ghcr.io/acme/app:1"
PULL: Final = "docker pull ghcr.io/acme/app:1"
PODMAN_PUSH: Final = "podman push ghcr.io/acme/app:1"
PODMAN_PULL: Final = "podman pull ghcr.io/acme/app:1"
SKOPEO_COPY: Final = "skopeo copy docker://ghcr.io/acme/app:1 dir:app"
EVENTS: Final = "kubectl describe pod"
CLIENT: Final = "docker.from_env()"

ECR: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
GAR: Final = "us-docker.pkg.dev"


def upload(words: str) -> str:
    """As podman and skopeo put it around a refused upload."""
    return f"Error: writing blob: initiating layer upload to /v2/acme/app/blobs/uploads/ in {words}"


def source(words: str, host: str = "ghcr.io") -> str:
    """As podman puts it around a refused pull."""
    return f"Error: initializing source docker://{host}/acme/app:1: {words}"


def pulled(image: str, words: str) -> str:
    """As a kubelet puts it around containerd's words."""
    return (
        f'Failed to pull image "{image}": rpc error: code = Unknown desc = failed to pull and '
        f'unpack image "{image}": {words}'
    )


def resolved(image: str, words: str) -> str:
    return pulled(image, f'failed to resolve reference "{image}": {words}')
