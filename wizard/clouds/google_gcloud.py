"""gcloud's session, for the credential helper: the same question as registries/gar_gcloud.py asks.

Blocking, since docker waits for the helper anyway.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath

from wizard.clouds.child import RefusedError

_LIMIT_S = 20.0
_LEAST_LEFT = "5m"


_EXPIRED = re.compile(rb"reauth|invalid_grant|expired|revoked", re.IGNORECASE)


def print_token(account: str, environ: Mapping[str, str]) -> tuple[str, datetime | None]:
    """An access token and its end. Raises RefusedError: NoCredentials, Expired."""
    named = environ.get("PATH", os.defpath).split(os.pathsep)
    folders = os.pathsep.join(folder for folder in named if PurePath(folder).is_absolute())
    program = shutil.which("gcloud", path=folders) if folders else None
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
        raise _refused(done.stderr)
    try:
        credential = json.loads(done.stdout)["credential"]
        token, ends = credential["access_token"], credential.get("token_expiry")
        expires = datetime.fromisoformat(ends).astimezone(UTC) if ends else None
    except (ValueError, KeyError, TypeError):
        raise RefusedError("Unexpected", "gcloud does not answer as it should") from None
    if not isinstance(token, str) or not token:
        raise RefusedError("Unexpected", "gcloud does not answer as it should")
    return token, expires


def _refused(stderr: bytes) -> RefusedError:
    if b"active account" in stderr:
        return RefusedError("NoCredentials", "nobody is logged in to gcloud: run gcloud auth login")
    if _EXPIRED.search(stderr):
        words = "the login of gcloud has run out: run gcloud auth login"
        return RefusedError("Expired", words)
    return RefusedError("Unexpected", "gcloud gives no token: see gcloud auth print-access-token")
