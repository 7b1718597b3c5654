"""Import the test image by ctr and push it: no builder, and no secret in an argument.

Everything happens in a containerd namespace of its own, which is gone afterwards (engines.md
3.3, E112).
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing, suppress
from pathlib import Path
from typing import Final

from wizard.clients.blocking import in_thread
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.names import Digest
from wizard.core.ports import EngineProgress, EnginePushed
from wizard.core.secret import Credential
from wizard.engines.containerd_archive import archive
from wizard.engines.containerd_job import Job, certificates_folder, lines, refused
from wizard.engines.containerd_prompt import UntypableError, terminal
from wizard.engines.containerd_tools import OWN_PUSH
from wizard.engines.docker_config_folder import private_folder

TIDY_S: Final = 10.0
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}")
_ASKED: Final = "ctr images push"


async def push_by_ctr(job: Job) -> AsyncGenerator[EngineProgress | EnginePushed, None]:
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
    file = folder / "image.tar"
    file.write_bytes(archive(job.image, job.reference))
    base = (*job.tool.argv, "--namespace", job.namespace, "images")
    yield EngineProgress(f"handing the image for {job.image.platform} to {job.title}")
    # Not unpacked: it may be for another platform, and nobody runs it.
    importing = [*base, "import", "--no-unpack", "--all-platforms", str(file)]
    async with aclosing(lines(job, Stage.BUILD, importing)) as items:
        async for item in items:
            if isinstance(item, EngineProgress):
                yield item
    digest: Digest | None = None
    async with aclosing(_pushing(job, [*base, "push"])) as items:
        async for item in items:
            if isinstance(item, Digest):
                digest = item
            else:
                yield item
    # Newer ones draw a digest's first digits only; then it is what the name pushed leads to.
    digest = digest or await _held(job, base)
    if digest != job.image.manifest.digest:
        words = f"it says that it pushed {digest}" if digest else "it did not say what it pushed"
        raise refused(job, Stage.UPLOAD, _ASKED, words)
    yield EnginePushed(digest, job.image.size_bytes, job.tool.way.value)


async def _held(job: Job, base: tuple[str, ...]) -> Digest | None:
    listed = await _words(job, *base, "ls", f"name=={job.reference}")
    return next((Digest(word) for word in listed if _DIGEST.fullmatch(word)), None)


async def _pushing(job: Job, argv: list[str]) -> AsyncGenerator[EngineProgress | Digest, None]:
    if folder := certificates_folder(job):
        argv += ["--hosts-dir", str(folder)]
    with ExitStack() as stack:
        if isinstance(job.credential, Credential):
            try:
                typed = stack.enter_context(terminal(job.credential))
            except UntypableError as error:
                raise _untypable(job, str(error)) from None
            argv += [f"--user={job.credential.username}", str(job.reference)]
            running = lines(job, Stage.UPLOAD, argv, stdin=typed)
        else:
            running = lines(job, Stage.UPLOAD, [*argv, str(job.reference)])
        async with aclosing(running) as items:
            async for item in items:
                yield item


def _untypable(job: Job, words: str) -> Problem:
    seen = Evidence(Stage.UPLOAD, _ASKED, words, fault=Fault.INVALID, facts=job.facts())
    return Problem(seen, cause="engine.cannot-push", fixes=(OWN_PUSH,))


async def _tidy(job: Job) -> None:
    """The image, what an import that was ended holds on to, and the namespace. Never raises."""
    inside = (*job.tool.argv, "--namespace", job.namespace)
    await _try(job, *inside, "images", "rm", "--sync", str(job.reference))
    if await _try(job, *job.tool.argv, "namespaces", "rm", job.namespace):
        return
    for kind in ("leases", "content"):
        listed = await _words(job, *inside, kind, "ls", "--quiet")
        sync = ["--sync"] if kind == "leases" else []
        if listed:
            await _try(job, *inside, kind, "rm", *sync, *listed)
    await _try(job, *job.tool.argv, "namespaces", "rm", job.namespace)


async def _try(job: Job, *argv: str) -> bool:
    with suppress(Problem):
        return (await job.outside.run(argv, timeout_s=TIDY_S)).code == 0
    return False


async def _words(job: Job, *argv: str) -> list[str]:
    with suppress(Problem):
        return (await job.outside.run(argv, timeout_s=TIDY_S)).stdout.decode().split()
    return []
