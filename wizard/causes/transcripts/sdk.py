"""What flytekit, flyte and their Python say. Source: union-and-flyte.md 1.3 and 5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.causes.transcripts.said import DOCKER, FLYTE, FLYTEKIT, PUSH, Said, said

_REGISTER = "pyflyte register"

SAID: Final[Mapping[str, tuple[Said, ...]]] = {
    "sdk.docker-package-old": (
        said(
            FLYTEKIT + ", docker package 7.0",
            _REGISTER,
            "docker.errors.DockerException: Error while fetching server API version: "
            "('Connection aborted.', FileNotFoundError(2, 'No such file or directory'))",
            "docker.errors.DockerException: Error while fetching server API version: "
            "Not supported URL scheme http+docker",
        ),
    ),
    "sdk.different-engine": (
        said(DOCKER, PUSH, "An image does not exist locally with the tag: ghcr.io/acme/app"),
    ),
    "sdk.engine-unsupported": (
        said(FLYTEKIT + ", podman as docker", _REGISTER, "Error: unknown flag: --push"),
        said(FLYTEKIT, _REGISTER, "Exception: Image builder envd is not registered."),
    ),
    "sdk.assumes-exists": (
        said(
            FLYTEKIT,
            _REGISTER,
            "Flytekit assumes the image ghcr.io/acme/app:Xy1 already exists.",
        ),
        said(FLYTE, "flyte run", "assuming it exists"),
    ),
    "sdk.python-unusable": (
        said("bash", "python3 workflow.py", "bash: python3: command not found"),
        said(
            "Python 3.11",
            "python3 workflow.py",
            "ModuleNotFoundError: No module named 'flytekit'",
        ),
    ),
}

SILENT: Final[Mapping[str, str]] = {}
