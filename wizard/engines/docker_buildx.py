"""The route that the user's SDK takes: `docker build … --push`, which needs the plugin buildx.

Source: union-and-flyte.md 1.6, engines.md 3.1; `--metadata-file` is buildx's own reference.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Final

from wizard.clients.blocking import in_thread
from wizard.clients.program_lines import follow
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fault, Problem, Stage
from wizard.core.image import TestImage
from wizard.core.names import Digest, InvalidNameError
from wizard.core.ports import EngineProgress, EnginePushed, Outside
from wizard.core.secret import Credential
from wizard.core.text import clean
from wizard.engines.docker_config_folder import private_folder, stored_folder
from wizard.engines.docker_endpoints import CONTEXT_VARIABLE, HOST_VARIABLE
from wizard.engines.docker_job import Job, refused
from wizard.engines.docker_leftovers import Kept
from wizard.engines.docker_push import STALL_S

LOOK_S: Final = 5.0
MOST_LINES: Final = 60
"""Kept for the evidence; a failed build says why near its end."""
_MOST_METADATA: Final = 1 << 20
_NOISE = re.compile(r"^(#\d+ |ERROR: |error: |failed to (solve|build|push)[^:]*: )+")
_COMPLAINT = re.compile(r"\berror|denied|failed|unauthori[sz]ed|unknown flag|cannot", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Buildx:
    """Is the plugin there, and what it or docker said."""

    is_there: bool
    said: str


async def look_for_buildx(outside: Outside) -> Buildx:
    """Ask docker itself, which knows all the folders that plugins lie in."""
    try:
        limit_s = min(LOOK_S, outside.timeout_s)
        result = await outside.run(["docker", "buildx", "version"], timeout_s=limit_s)
    except Problem as problem:
        words = problem.evidence[-1].answered if problem.evidence else "it cannot be started"
        return Buildx(is_there=False, said=f"the docker command: {words}")
    if result.timed_out:
        return Buildx(is_there=False, said=f"docker buildx said nothing in {limit_s:g} s")
    said = clean((result.stdout or result.stderr).decode("utf-8", "replace"), 160)
    if result.code != 0:
        return Buildx(is_there=False, said=said or f"docker buildx ended with {result.code}")
    version = re.search(r"v?\d+\.\d+\S*", said)
    return Buildx(is_there=True, said=f"buildx {version[0]}" if version else "buildx")


async def push_by_command(job: Job) -> AsyncGenerator[EngineProgress | EnginePushed, None]:
    """Exactly the SDK's command, in a folder of its own. Raises Problem."""
    folder = await in_thread(lambda _: private_folder())
    try:
        async with aclosing(_run(job, Path(folder.name))) as items:
            async for item in items:
                yield item
    finally:
        folder.cleanup()


async def _run(job: Job, folder: Path) -> AsyncGenerator[EngineProgress | EnginePushed, None]:
    _unpack(job.image, folder / "context")
    metadata = folder / "metadata.json"
    argv = ["docker", "build", "--tag", str(job.reference), "--platform", str(job.image.platform)]
    argv += ["--metadata-file", str(metadata), "--push", str(folder / "context")]
    asked = f"docker build --platform {job.image.platform} --push"
    kept, lines, code = Kept(job), [""], 1
    # The default driver leaves the image in the engine, under the name that was pushed.
    await in_thread(lambda _: kept.look())
    try:
        yield EngineProgress(asked)
        running = follow(argv, environ=_environ(job, folder), silence_s=STALL_S)
        async with aclosing(running) as said:
            async for line in said:
                if isinstance(line, int):
                    code = line
                    continue
                lines = [*lines[-MOST_LINES:], line]
                yield EngineProgress(clean(line, 120))
    except Problem as problem:
        seen = tuple(
            replace(e, stage=Stage.UPLOAD, asked=asked, facts=job.facts()) for e in problem.evidence
        )
        cause = "engine.no-builder" if seen and seen[-1].fault is Fault.MISSING else problem.cause
        raise Problem(*seen, cause=cause) from None
    finally:
        await in_thread(lambda _: kept.forget_tag())
    if code != 0:
        raise refused(job, Stage.UPLOAD, asked, _complaint(lines, code))
    yield EnginePushed(_digest(job, metadata, asked), job.image.size_bytes, "docker build --push")


def _environ(job: Job, folder: Path) -> dict[str, str]:
    """The user's own, so that builder, proxies and login are the SDK's.

    What differs: the endpoint when it is not the chosen one, and a login that is not stored.
    """
    environ = {**job.outside.environ, "BUILDKIT_PROGRESS": "plain"}
    if not job.endpoint.chosen_by:
        environ.pop(HOST_VARIABLE, None)
        context = next((n for n in job.endpoint.names if n.startswith("context ")), "")
        # By its context where it has one: that knows its certificates.
        variable = CONTEXT_VARIABLE if context else HOST_VARIABLE
        environ[variable] = context.removeprefix("context ") or job.endpoint.shown
    if not (job.is_stored and isinstance(job.credential, Credential)):
        environ["DOCKER_CONFIG"] = str(stored_folder(job, folder / "docker"))
        environ.pop("DOCKER_AUTH_CONFIG", None)
    return environ


def _unpack(image: TestImage, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with tarfile.open(fileobj=io.BytesIO(image.build_context())) as archive:
        archive.extractall(folder, filter="data")


def _complaint(lines: list[str], code: int) -> str:
    """The last line that complains, without what wraps it."""
    complaints = [line for line in lines if _COMPLAINT.search(line)]
    last = (complaints or [line for line in lines if line] or [f"it ended with {code}"])[-1]
    return _NOISE.sub("", last)


def _digest(job: Job, metadata: Path, asked: str) -> Digest:
    try:
        with metadata.open("rb") as file:
            document = json.loads(file.read(_MOST_METADATA))
        return Digest(str(document["containerimage.digest"]))
    except (OSError, ValueError, KeyError, TypeError, InvalidNameError):
        raise refused(job, Stage.UPLOAD, asked, "it did not say what it pushed") from None
