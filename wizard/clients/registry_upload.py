"""Uploading blobs: one POST where the registry takes it, else POST and PUT (registries.md 8.1)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from wizard.clients.registry_answers import shown
from wizard.clients.registry_talk import Talk
from wizard.clients.registry_tokens import Scope
from wizard.core.diagnosis import Fault, Problem, Stage
from wizard.core.image import Descriptor
from wizard.core.names import Repository
from wizard.core.ports import Answer
from wizard.core.upload_signs import SMALLER_PACKETS

CREATED, ACCEPTED, UNAUTHORIZED = 201, 202, 401
STORED: Final = frozenset({200, CREATED, 204})
# Answers that are about us or the moment; any other refusal of a single POST may be about the
# single POST, so the two-step way is tried before it is believed.
FINAL: Final = frozenset({401, 403, 404, 407, 429, 502, 503, 504})
# Below HTTP/2's first window, so that a body nobody wants is through before the answer comes.
MOST_SINGLE_BYTES: Final = 32 << 10
CANCEL_LIMIT_S: Final = 2.0
LARGEST_PACKET_BYTES: Final = 1500
"""Of Ethernet, and of most ways beyond."""
_SOME: Final = b"registry-wizard"
_OCTETS: Final = {"Content-Type": "application/octet-stream"}


async def push_blob(talk: Talk, repository: Repository, blob: Descriptor, content: bytes) -> None:
    """Store one blob. Raises Problem; an upload that was begun is cancelled with the task."""
    location = await _single(talk, repository, blob, content)
    if location is None:
        return
    try:
        answer = await _put(talk, repository, with_digest(location, blob), content)
    except asyncio.CancelledError:
        await _cancel(talk, repository, location)
        raise
    if answer.status not in STORED:
        raise talk.refused(answer, Stage.UPLOAD, "PUT")
    _expect(talk, blob, answer)


async def probe(talk: Talk, repository: Repository) -> str:
    """Open an upload and cancel it; what was answered, in words. Raises Problem when refused."""
    answer = await _open(talk, repository)
    location = _location(talk, answer)
    ended = await _cancel(talk, repository, location)
    return f"{shown('POST', answer.url)}: {answer.status}, cancelled: {ended}"


async def probe_parts(talk: Talk, repository: Repository) -> str:
    """Begin an upload as engines do, by a PATCH of unsaid length, and cancel it. Raises Problem."""
    location = _location(talk, await _open(talk, repository))
    if not talk.is_own(location):
        return "uploads go on at another host"
    scope, begun = Scope.push(repository.path), location
    try:
        answer = await talk.send(
            "PATCH", location, Stage.UPLOAD, scope, headers=_OCTETS, body=_SOME, in_chunks=True
        )
        if answer.status not in (ACCEPTED, *STORED):
            raise talk.refused(answer, Stage.UPLOAD, "PATCH")
        if answer.headers.get("location"):
            begun = _location(talk, answer)
    finally:
        await _cancel(talk, repository, begun)
    return f"{shown('PATCH', location)}: {answer.status}"


async def _single(
    talk: Talk, repository: Repository, blob: Descriptor, content: bytes
) -> str | None:
    """None when the blob is stored; else where to PUT it."""
    memory = talk.memory
    if memory.single_post is False or len(content) > MOST_SINGLE_BYTES:
        return _location(talk, await _open(talk, repository))
    url = with_digest(talk.url(repository, "blobs/uploads/"), blob)
    answer = await _sent(talk, repository, "POST", url, content)
    if answer.status == CREATED:
        memory.single_post = True
        _expect(talk, blob, answer)
        return None
    if answer.status in FINAL or memory.single_post:
        raise talk.refused(answer, Stage.UPLOAD, "POST")
    memory.single_post = False
    if answer.status != ACCEPTED:
        answer = await _open(talk, repository)
    return _location(talk, answer)


async def _open(talk: Talk, repository: Repository) -> Answer:
    url = talk.url(repository, "blobs/uploads/")
    answer = await talk.send("POST", url, Stage.UPLOAD, Scope.push(repository.path), body=b"")
    if answer.status != ACCEPTED:
        raise talk.refused(answer, Stage.UPLOAD, "POST")
    return answer


async def _put(talk: Talk, repository: Repository, url: str, content: bytes) -> Answer:
    """One PUT without Content-Range: GHCR caps requests that carry it (registries.md A5)."""
    return await _sent(talk, repository, "PUT", url, content)


async def _sent(
    talk: Talk, repository: Repository, method: str, url: str, content: bytes
) -> Answer:
    """Content, without our authentication elsewhere. Raises Problem.

    Silence after more than a packet holds may be a way that loses large ones.
    """
    try:
        if not talk.is_own(url):
            return await talk.bare(method, url, Stage.UPLOAD, headers=_OCTETS, body=content)
        scope = Scope.push(repository.path)
        return await talk.send(method, url, Stage.UPLOAD, scope, headers=_OCTETS, body=content)
    except Problem as problem:
        if problem.evidence[-1].fault is not Fault.TIMEOUT or len(content) <= LARGEST_PACKET_BYTES:
            raise
        raise Problem(*problem.evidence, fixes=(SMALLER_PACKETS,)) from None


async def _cancel(talk: Talk, repository: Repository, location: str) -> str:
    """The status, or why there is none. Never raises: what cannot be cancelled expires."""
    if not talk.is_own(location):
        return "left to expire"
    ended = "no answer"
    with suppress(Problem, TimeoutError):
        async with asyncio.timeout(CANCEL_LIMIT_S):
            answer = await talk.send("DELETE", location, Stage.UPLOAD, Scope.push(repository.path))
            ended = str(answer.status)
            if answer.status == UNAUTHORIZED:
                # distribution wants `delete` for this; Quay refuses tokens that name it.
                scope = Scope.delete(repository.path)
                answer = await talk.send("DELETE", location, Stage.UPLOAD, scope)
                ended = str(answer.status)
    return ended


def _location(talk: Talk, answer: Answer) -> str:
    return talk.next_hop(answer.url, answer.headers.get("location", ""), Stage.UPLOAD)


def with_digest(location: str, blob: Descriptor) -> str:
    """The location as it came, with the digest after it: what it holds is the registry's own."""
    return f"{location}{'&' if '?' in location else '?'}digest={blob.digest}"


def _expect(talk: Talk, blob: Descriptor, answer: Answer) -> None:
    stated = answer.headers.get("docker-content-digest", "")
    if stated.startswith("sha256:") and stated != str(blob.digest):
        words = f"it stored {stated} instead of {blob.digest}"
        raise talk.fault(Stage.UPLOAD, "PUT", answer.url, Fault.DIGEST, words)
