"""gcloud's session, for the credential helper: the same question as registries/gar_gcloud.py asks.

Blocking, since docker waits for the helper anyway.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath

from wizard.clouds.child import RefusedError

_LIMIT_S = 20.0
_LEAST_LEFT = "5m"


def print_token(account: str, environ: Mapping[str, str]) -> tuple[str, datetime | None]:
    """An access token and its end. Raises RefusedError: NoCredentials, Expired."""
    folders = [f for f in environ.get("PATH", "").split(":") if PurePath(f).is_absolute()]
    program = shutil.which("gcloud", path=":".join(folders)) if folders else None
    if program is None:
        raise RefusedError("NoCredentials", "gcloud is not on PATH")
    words = [program, "config", "config-helper", "--format=json", f"--min-expiry={_LEAST_LEFT}"]
    words += ["--quiet", *([f"--account={account}"] if account else [])]
    try:
        done = subprocess.run(
            words, capture_output=True, timeout=_LIMIT_S, env=dict(environ), check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        raise RefusedError("Unexpected", "gcloud does not answer") from None
    if done.returncode != 0:
        kind = "NoCredentials" if b"active account" in done.stderr else "Expired"
        raise RefusedError(kind, "gcloud gives no token: run `gcloud auth login`")
    try:
        credential = json.loads(done.stdout)["credential"]
        token, ends = credential["access_token"], credential.get("token_expiry")
        expires = datetime.fromisoformat(ends).astimezone(UTC) if ends else None
    except (ValueError, KeyError, TypeError):
        raise RefusedError("Unexpected", "gcloud does not answer as it should") from None
    if not isinstance(token, str) or not token:
        raise RefusedError("Unexpected", "gcloud does not answer as it should")
    return token, expires
