"""A DOCKER_CONFIG of our own for one push, for a login that docker's own files do not have.

It lies in a folder that only this user may enter, and is gone with it after the push.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from pathlib import Path
from typing import Final

from wizard.core.secret import Credential
from wizard.engines.docker_contexts import config_folder, read_settings
from wizard.engines.docker_job import Job

_KEPT_SETTINGS: Final = (
    "aliases",
    "cliPluginsExtraDirs",
    "currentContext",
    "features",
    "HttpHeaders",
    "plugins",
    "proxies",
)
"""What decides how docker builds. No logins and no helpers."""
_LINKED: Final = ("buildx", "cli-plugins", "contexts")


def private_folder() -> tempfile.TemporaryDirectory[str]:
    """0700 from its first moment on."""
    return tempfile.TemporaryDirectory(prefix="registry-wizard-", ignore_cleanup_errors=True)


def stored_folder(job: Job, folder: Path) -> Path:
    """The user's builders, contexts and plugins, and this one login or none."""
    own = config_folder(job.outside.environ, job.outside.home)
    folder.mkdir(mode=0o700)
    document = {
        key: value
        for key, value in read_settings(own / "config.json").items()
        if key in _KEPT_SETTINGS
    }
    document["auths"] = {job.config_key: _entry(job)} if _entry(job) else {"unused.invalid": {}}
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(folder / "config.json", flags, 0o600), "w") as file:
        json.dump(document, file)
    for name in _LINKED:
        if (own / name).is_dir():
            (folder / name).symlink_to((own / name).absolute())
    return folder


def _entry(job: Job) -> dict[str, str]:
    if not isinstance(job.credential, Credential):
        # An entry must stand there all the same: without any, docker picks a helper by itself.
        return {}
    both = f"{job.credential.username}:{job.credential.secret.reveal()}"
    return {"auth": base64.b64encode(both.encode()).decode()}
