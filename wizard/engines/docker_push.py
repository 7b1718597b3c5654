"""Build the test image with the engine's own builder and push it, both by the docker SDK.

Runs in one thread. Whatever happens, the engine keeps nothing of ours (engines.md 3.1, 4.4, 5.6
to 5.11).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, Final

from wizard.clients.blocking import Stop, streamed
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.ports import EngineProgress, EnginePushed
from wizard.core.secret import Credential
from wizard.core.text import clean
from wizard.engines.docker_job import Job, refused
from wizard.engines.docker_leftovers import Kept
from wizard.engines.docker_push_lines import Listening
from wizard.engines.docker_sdk import opened, talking

STALL_S: Final = 120.0
"""Longest silence of a push that is borne: one read's deadline, not the whole's (5.11)."""
BUILD_S: Final = 60.0
Item = EngineProgress | EnginePushed


async def push_by_api(job: Job) -> AsyncGenerator[Item, None]:
    """Raises Problem. Leaving it stops the push in the engine too, and cleans up."""
    async with aclosing(streamed(lambda stop: _run(job, stop))) as items:
        async for item in items:
            yield item


def _run(job: Job, stop: Stop) -> Iterator[Item]:
    kept = Kept(job)
    try:
        kept.look()
        yield EngineProgress(f"building for {job.image.platform}, by {job.title}")
        yield from _build(job, kept)
        if stop.is_set:
            return
        yield from _push(job, stop)
    finally:
        kept.forget()


def _build(job: Job, kept: Kept) -> Iterator[Item]:
    """FROM scratch: nothing is pulled, and no login is sent along (the SDK's own build sends all).

    Without the cache: the classic builder takes an image of another platform from it (E89).
    """
    asked = f"docker build for {job.image.platform}"
    params = {
        "t": str(job.reference),
        "platform": str(job.image.platform),
        "nocache": True,
        "rm": True,
        "forcerm": True,
    }
    with (
        opened(job.endpoint, job.title, Stop(), read_s=BUILD_S) as client,
        talking(Stage.BUILD, asked, job.title),
    ):
        response = client._post(  # noqa: SLF001 - `build()` would ask every helper for every login
            client._url("/build"),  # noqa: SLF001
            data=job.image.build_context(),
            params=params,
            headers={"Content-Type": "application/x-tar"},
            stream=True,
        )
        client._raise_for_status(response)  # noqa: SLF001
        lines = client._stream_helper(response, decode=True)  # noqa: SLF001
        try:
            for line in lines:
                if "error" in line:
                    raise refused(job, Stage.BUILD, asked, str(line["error"]))
                said = str(line.get("stream", ""))
                kept.note(said)
                if said.strip() and not said.startswith(" --->"):
                    yield EngineProgress(clean(said, 80))
        finally:
            # When stopped: read on to its end, under a second, or a late image stays behind.
            for line in lines:
                kept.note(str(line.get("stream", "")))
        _must_be_for_the_platform(job, client.inspect_image(str(job.reference)))


def _must_be_for_the_platform(job: Job, built: dict[str, Any]) -> None:
    made = (str(built.get("Os")), str(built.get("Architecture")))
    wanted = job.image.platform
    if made != (wanted.os, wanted.architecture):
        words = f"it made an image for {clean('/'.join(made), 40)}"
        seen = Evidence(Stage.BUILD, f"docker build for {wanted}", words, facts=job.facts())
        raise Problem(seen, cause="engine.platform-unsupported")


def _push(job: Job, stop: Stop) -> Iterator[Item]:
    asked = f"docker push {job.reference}"
    listening = Listening(job, asked)
    with (
        opened(job.endpoint, job.title, stop, read_s=STALL_S) as client,
        breaking_off(job, asked),
        talking(Stage.UPLOAD, asked, job.title),
    ):
        lines = client.push(
            str(job.reference.repository),
            # Without a tag, the engine would push all tags of that name (5.6).
            tag=job.reference.tag,
            stream=True,
            decode=True,
            # Always given, empty for nobody: else the SDK asks the helpers by itself (5.8).
            auth_config=_auth(job),
        )
        for line in lines:
            yield from listening.hear(line)
    if listening.digest is None:
        raise refused(job, Stage.UPLOAD, asked, "the engine ended without saying what it pushed")
    yield EnginePushed(listening.digest, job.image.size_bytes, "docker build, docker push")


def _auth(job: Job) -> dict[str, str]:
    if not isinstance(job.credential, Credential):
        return {}
    return {"username": job.credential.username, "password": job.credential.secret.reveal()}


@contextmanager
def breaking_off(job: Job, asked: str) -> Iterator[None]:
    """What breaks off in the middle is its own cause, whatever the break looked like."""
    try:
        yield
    except Problem as problem:
        fault = problem.evidence[-1].fault if problem.evidence else Fault.NONE
        if fault in (Fault.RESET, Fault.REFUSED):
            raise Problem(*problem.evidence, cause="push.interrupted") from None
        if fault is Fault.HUNG:
            words = f"not a word for {STALL_S:g} s"
            stalled = Evidence(Stage.UPLOAD, asked, words, fault=Fault.TIMEOUT, facts=job.facts())
            raise Problem(stalled) from None
        raise
