"""Build the test image by nerdctl and BuildKit, or load it, and push it by nerdctl.

In a containerd namespace of its own, so that no name of the user's is touched. The login is found
in docker's config.json, which nerdctl shares (engines.md 3.3; nerdctl's command reference).
"""

from __future__ import annotations

import base64
import io
import json
import os
import tarfile
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Final

from wizard.clients.blocking import in_thread
from wizard.clients.programs import TOKEN_VARIABLES
from wizard.core.diagnosis import Problem, Stage
from wizard.core.names import HUB_HOST, Digest
from wizard.core.ports import EngineProgress, EnginePushed
from wizard.core.secret import Credential
from wizard.engines.containerd_archive import archive
from wizard.engines.containerd_job import Job, lines, refused
from wizard.engines.containerd_tools import Way
from wizard.engines.docker_config_folder import private_folder

TIDY_S: Final = 10.0
_HUB_KEY: Final = "https://index.docker.io/v1/"


async def push_by_nerdctl(job: Job) -> AsyncGenerator[EngineProgress | EnginePushed, None]:
    """Raises Problem."""
    folder = await in_thread(lambda _: private_folder())
    try:
        async with aclosing(_run(job, Path(folder.name))) as items:
            async for item in items:
                yield item
    finally:
        folder.cleanup()
        await _tidy(job)


async def _run(job: Job, folder: Path) -> AsyncGenerator[EngineProgress | EnginePushed, None]:
    base = (*job.tool.argv, "--namespace", job.namespace)
    platform = ("--platform", str(job.image.platform))
    environ = _environ(job, folder)
    yield EngineProgress(f"handing the image for {job.image.platform} to {job.title}")
    if job.tool.way is Way.BUILD:
        _unpack(job, folder / "context")
        making = [*base, "build", *platform, "--tag", str(job.reference), str(folder / "context")]
    else:
        (folder / "image.tar").write_bytes(archive(job.image, job.reference))
        making = [*base, "load", *platform, "--input", str(folder / "image.tar")]
    async with aclosing(lines(job, Stage.BUILD, making, environ=environ)) as items:
        async for item in items:
            if isinstance(item, EngineProgress):
                yield item
    pushing = [*base, "push", *platform, str(job.reference)]
    digest: Digest | None = None
    async with aclosing(lines(job, Stage.UPLOAD, pushing, environ=environ)) as items:
        async for item in items:
            if isinstance(item, Digest):
                digest = item
            else:
                yield item
    if digest is None:
        raise refused(job, Stage.UPLOAD, "nerdctl push", "it did not say what it pushed")
    yield EnginePushed(digest, job.image.size_bytes, job.tool.way.value)


def _environ(job: Job, folder: Path) -> dict[str, str]:
    """The user's own; with a config.json for this push where the login is not stored."""
    environ = {k: v for k, v in job.outside.environ.items() if k not in TOKEN_VARIABLES}
    if job.is_stored and job.is_login:
        return environ
    config = folder / "docker"
    config.mkdir(mode=0o700)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(config / "config.json", flags, 0o600), "w") as file:
        json.dump({"auths": _auths(job)}, file)
    return {**environ, "DOCKER_CONFIG": str(config)}


def _auths(job: Job) -> dict[str, dict[str, str]]:
    if not isinstance(job.credential, Credential):
        return {}
    host = job.reference.repository.host
    both = f"{job.credential.username}:{job.credential.secret.reveal()}"
    entry = {"auth": base64.b64encode(both.encode()).decode()}
    return {_HUB_KEY if host == HUB_HOST else host: entry}


def _unpack(job: Job, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with tarfile.open(fileobj=io.BytesIO(job.image.build_context())) as context:
        context.extractall(folder, filter="data")


async def _tidy(job: Job) -> None:
    """The image and the namespace. Never raises."""
    for argv in (
        ("--namespace", job.namespace, "rmi", "--force", str(job.reference)),
        ("namespace", "remove", job.namespace),
    ):
        with suppress(Problem):
            await job.outside.run((*job.tool.argv, *argv), timeout_s=TIDY_S)
