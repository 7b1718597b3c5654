"""What is said of docker's and podman's files.

Sources: engines.md 4.2, credentials.md 1.5 and 1.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.causes.transcripts.said import (
    CLIENT,
    DOCKER,
    PODMAN,
    PODMAN_PUSH,
    PUSH,
    PYTHON_DOCKER,
    Said,
    said,
)

_FILE = "/home/ann/.docker/config.json"

SAID: Final[Mapping[str, tuple[Said, ...]]] = {
    "config.docker-malformed": (
        said(
            DOCKER,
            PUSH,
            f"WARNING: Error parsing config file ({_FILE}): json: invalid character '/' looking "
            "for beginning of object key string",
        ),
        said(
            PYTHON_DOCKER,
            CLIENT,
            "docker.errors.InvalidConfigFile: Invalid configuration for registry ghcr.io",
            "binascii.Error: Incorrect padding",
        ),
        said(
            PODMAN,
            PODMAN_PUSH,
            'Error: reading JSON file "/run/user/1000/containers/auth.json": unmarshaling JSON '
            'at "/run/user/1000/containers/auth.json": unexpected end of JSON input',
        ),
    ),
    "config.docker-unwritable": (
        said(
            DOCKER,
            "docker login ghcr.io",
            f"Error saving credentials: open {_FILE}1234: permission denied",
            f"Error saving credentials: rename {_FILE}1234 /sops/config.json: invalid "
            "cross-device link",
        ),
    ),
}

_OWN = "Only the wizard reads and writes this file, so no other tool says anything of it."

SILENT: Final[Mapping[str, str]] = {
    "config.environment-shadows": "Each tool takes the login that it finds first and does not "
    "mention the others.",
    "config.podman-shadows": "Podman takes the login in its own file and does not mention "
    "docker's; docker does not look at Podman's.",
    "config.wizard-damaged": _OWN,
    "config.wizard-newer": _OWN,
    "config.wizard-unwritable": _OWN,
}
