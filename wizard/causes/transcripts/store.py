"""What credential helpers and stores say.

Sources: credentials.md 1.3, 2.2 and 3.2, engines.md 4.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.causes.transcripts.said import (
    DOCKER,
    DOCKER_REPORTED,
    KEYRING,
    PYTHON_DOCKER,
    Said,
    said,
)

_LOGIN = "docker login ghcr.io"
_STORING = "Error saving credentials: error storing credentials - err: exit status 1, out: "

SAID: Final[Mapping[str, tuple[Said, ...]]] = {
    "store.helper-missing": (
        said(
            DOCKER,
            _LOGIN,
            "Error saving credentials: error storing credentials - err: exec: "
            '"docker-credential-desktop": executable file not found in $PATH, out: ``',
        ),
        said(
            PYTHON_DOCKER,
            "client.images.build()",
            "docker.credentials.errors.StoreError: docker-credential-desktop not installed or "
            "not available in PATH",
        ),
    ),
    "store.helper-failing": (
        said(DOCKER_REPORTED, _LOGIN, _STORING + "`The stub received bad data.`"),
        said(DOCKER_REPORTED, _LOGIN, "error getting credentials - err: exit status 1, out: ``"),
    ),
    "store.locked": (
        said(
            DOCKER,
            _LOGIN,
            _STORING + "`pass not initialized: exit status 1: Error: password store is empty. "
            'Try "pass init".`',
            _STORING + "`Cannot autolaunch D-Bus without X11 $DISPLAY`",
            _STORING + "`Cannot create an item in a locked collection`",
        ),
        said(
            KEYRING,
            "keyring get ghcr.io ann",
            "keyring.errors.KeyringLocked: Failed to unlock the collection!",
        ),
    ),
    "store.plaintext": (
        said(
            DOCKER,
            _LOGIN,
            "WARNING! Your credentials are stored unencrypted in '/home/ann/.docker/config.json'.",
        ),
    ),
    "store.none": (
        said(
            KEYRING,
            "keyring set ghcr.io ann",
            "keyring.errors.NoKeyringError: No recommended backend was available. Install a "
            "recommended 3rd party backend package; or, install the keyrings.alt package if "
            "you want to use the non-recommended backends.",
        ),
    ),
}

SILENT: Final[Mapping[str, str]] = {
    "store.helper-hung": "Docker, Podman and the SDKs wait for it for ever, and say nothing.",
}
