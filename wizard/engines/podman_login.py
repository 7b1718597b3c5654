"""One login, or none, for one run of Podman: in a private file, never in an argument.

Source: credentials.md 1.3 and 1.4.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from wizard.core.docker_json import encoded_auth
from wizard.core.names import Reference
from wizard.core.secret import AnyCredential, Credential


def login_arguments(
    reference: Reference, credential: AnyCredential, folder: Path
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Arguments for `podman push`, and what changes in its environment. `folder` is private."""
    file = folder / "auth.json"
    auths = {}
    if isinstance(credential, Credential):
        auths[reference.repository.host] = {"auth": encoded_auth(credential)}
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(file, flags, 0o600), "w") as opened:
        json.dump({"auths": auths}, opened)
    # Podman 4 reads docker's own file too where this one has no login for the registry (seen).
    empty = folder / "no-docker"
    empty.mkdir(mode=0o700)
    return ("--authfile", str(file)), {"DOCKER_CONFIG": str(empty)}
