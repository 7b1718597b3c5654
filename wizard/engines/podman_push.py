"""Build the test image with Podman and push it, and keep nothing of it.

`podman build` and `podman push`, as Flyte 2's builder local-podman runs them (union-and-flyte.md
2.3), but without a tag: a tag of the user's own stays where it is.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Final

from wizard.clients.program_lines import follow
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.image import TestImage
from wizard.core.names import Digest, InvalidNameError, Reference
from wizard.core.ports import EngineProgress, EnginePushed, FoundEngine, Outside
from wizard.core.secret import AnyCredential
from wizard.core.text import clean
from wizard.engines.docker_config_folder import private_folder
from wizard.engines.docker_endpoints import DockerEndpoint
from wizard.engines.docker_job import Job
from wizard.engines.podman_build import Build
from wizard.engines.podman_command import command, complaint_in, environ_in
from wizard.engines.podman_detect import BY_COMMAND
from wizard.engines.podman_endpoints import PodmanEndpoint
from wizard.engines.podman_login import login_arguments
from wizard.engines.podman_refused import refused, sharpened
from wizard.engines.podman_where import endpoint_of, goes_by_command

STALL_S: Final = 120.0
"""Longest silence that is borne: at HTTP 429 Podman tries again without a word (E66)."""
MOST_LINES: Final = 60
_MOST_DIGEST: Final = 200
ROUTE: Final = "podman build, podman push"
Item = EngineProgress | EnginePushed


@dataclass(frozen=True, slots=True)
class PodmanJob:
    """What is built, where it goes and for whom."""

    found: FoundEngine
    image: TestImage
    reference: Reference
    credential: AnyCredential
    outside: Outside

    @property
    def title(self) -> str:
        return self.found.title.removesuffix(f" ({BY_COMMAND})")

    def by_docker(self, socket: DockerEndpoint | None) -> Job:
        """The same, in the words that Podman's Docker-like API takes."""
        endpoint = socket or DockerEndpoint(self.found.endpoint, None, ())
        return Job(
            endpoint,
            self.title,
            self.image,
            self.reference,
            self.credential,
            is_stored=False,
            outside=self.outside,
        )


async def pushing(job: PodmanJob) -> AsyncGenerator[Item, None]:
    """Raises Problem. Leaving it stops the push, and cleans up."""
    endpoint = endpoint_of(job.found, job.outside)
    way = _by_command if goes_by_command(endpoint, job.outside) else _by_socket
    async with aclosing(way(job, endpoint)) as items:
        async for item in items:
            yield item


async def _by_socket(job: PodmanJob, endpoint: PodmanEndpoint) -> AsyncGenerator[Item, None]:
    from wizard.engines.docker_push import push_by_api

    try:
        async with aclosing(push_by_api(job.by_docker(endpoint.socket))) as items:
            async for item in items:
                if isinstance(item, EnginePushed):
                    item = replace(item, route=f"{ROUTE}, by its socket")  # noqa: PLW2901
                yield item
    except Problem as problem:
        raise sharpened(problem) from None


async def _by_command(job: PodmanJob, endpoint: PodmanEndpoint) -> AsyncGenerator[Item, None]:
    # Made and removed without a thread: whenever this is left, nothing of it stays.
    with private_folder() as name:
        folder = Path(name)
        build = Build(endpoint, job.image, folder, job.outside)
        try:
            yield EngineProgress(f"building for {job.image.platform}, by {job.title}")
            ended = await build.run()
            if ended.image is None:
                asked = f"podman build for {job.image.platform}"
                raise refused(job.by_docker(None), Stage.BUILD, asked, ended.said)
            async with aclosing(_push(job, endpoint, folder, ended.image)) as items:
                async for item in items:
                    yield item
        finally:
            await build.forget()


async def _push(
    job: PodmanJob, endpoint: PodmanEndpoint, folder: Path, image: str
) -> AsyncGenerator[Item, None]:
    asked = f"podman push {job.reference}"
    digest_file = folder / "digest"
    arguments, changed = login_arguments(job.reference, job.credential, folder)
    argv = command(endpoint, "push", *arguments, "--digestfile", str(digest_file))
    argv += [image, f"docker://{job.reference}"]
    environ = {**environ_in(folder, endpoint, job.outside), **changed}
    lines, code = [""], 1
    yield EngineProgress(asked)
    try:
        running = follow(argv, environ=environ, silence_s=STALL_S)
        async with aclosing(running) as said:
            async for line in said:
                if isinstance(line, int):
                    code = line
                    continue
                lines = [*lines[-MOST_LINES:], line]
                yield EngineProgress(clean(line, 120))
    except Problem as problem:
        raise _broken_off(job, problem, asked) from None
    if code != 0:
        said_last = complaint_in("\n".join(lines), code)
        raise refused(job.by_docker(None), Stage.UPLOAD, asked, said_last)
    yield EnginePushed(_digest(job, digest_file, asked), job.image.size_bytes, ROUTE)


def _broken_off(job: PodmanJob, problem: Problem, asked: str) -> Problem:
    facts = job.by_docker(None).facts()
    seen = tuple(replace(e, stage=Stage.UPLOAD, asked=asked, facts=facts) for e in problem.evidence)
    is_gone = bool(seen) and seen[-1].fault is Fault.MISSING
    return Problem(*seen, cause="engine.not-running" if is_gone else problem.cause)


def _digest(job: PodmanJob, file: Path, asked: str) -> Digest:
    try:
        with file.open("rb") as opened:
            return Digest(opened.read(_MOST_DIGEST).decode("ascii", "replace").strip())
    except (OSError, InvalidNameError):
        words = "it did not say what it pushed"
        facts = job.by_docker(None).facts()
        raise Problem(Evidence(Stage.UPLOAD, asked, words, message=words, facts=facts)) from None
