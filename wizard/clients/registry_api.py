"""The V2 conversation with one endpoint: RegistryApi over the shared client (registries.md 8)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlsplit

from wizard.clients import registry_upload
from wizard.clients.realms import same_origin
from wizard.clients.registry_answers import is_page, seconds_from_now, shown
from wizard.clients.registry_talk import Talk
from wizard.clients.registry_tokens import NO_SCOPE, Scope
from wizard.core.challenge import ChallengeError, choose, parse_challenges
from wizard.core.diagnosis import Fault, Problem, Stage
from wizard.core.image import (
    MANIFEST_TYPES,
    Descriptor,
    InvalidManifestError,
    Manifest,
    digest_of,
    parse_manifest,
)
from wizard.core.names import Digest, InvalidNameError, Repository
from wizard.core.ports import Answer, Endpoint, Ping
from wizard.core.secret import Credential

OK, ACCEPTED, UNAUTHORIZED, NOT_FOUND = 200, 202, 401, 404
MOST_MANIFEST_BYTES: Final = 4 << 20
MOST_BLOB_BYTES: Final = 8 << 20
ACCEPT: Final = {"Accept": ", ".join(MANIFEST_TYPES)}
# A HEAD has no body to say why; GET has (registries.md 8.5). Not for 401 and 429: the status
# says all, and on Docker Hub a GET counts against the quota.
ASK_AGAIN: Final = frozenset({400, 403, 404, 405})
NEVER_ANONYMOUS: Final = "pull.never-anonymous"


class V2Registry:
    """Implements core.ports.RegistryApi."""

    def __init__(self, talk: Talk, now: Callable[[], float] = time.time) -> None:
        self.endpoint: Endpoint = talk.declared
        self._talk = talk
        self._now = now

    # --- is there a registry, and who are we to it --------------------------------------------

    async def ping(self) -> Ping:
        """Without a credential, whatever this conversation has."""
        url = f"{self._talk.endpoint.base_url}/v2/"
        answer = await self._talk.bare("GET", url, Stage.PING)
        if answer.status == OK:
            self._expect_no_page(answer, Stage.PING, "GET")
            self._talk.memory.scheme = "none"
        elif answer.status == UNAUTHORIZED:
            self._learn(answer)
        else:
            raise self._talk.refused(answer, Stage.PING, "GET")
        memory = self._talk.memory
        server = memory.realm and f", tokens from {shown('', memory.realm).strip()}"
        evidence = f"{shown('GET', answer.url)}: {answer.status}, {memory.scheme}{server}"
        return Ping(memory.scheme, self._skew(answer), evidence)

    def _learn(self, answer: Answer) -> None:
        """Remember what the challenge asks for. Raises Problem where it asks for nothing known."""
        try:
            challenge = choose(parse_challenges([answer.headers.get("www-authenticate", "")]))
        except ChallengeError as error:
            words = f"{error.reason}: {error.raw}"
            raise self._talk.fault(Stage.PING, "GET", answer.url, Fault.CHALLENGE, words) from None
        if challenge is None:
            problem = self._talk.refused(answer, Stage.PING, "GET")
            seen = problem.evidence[-1]
            fault = seen.fault or Fault.CHALLENGE
            raise Problem(replace(seen, fault=fault))
        memory = self._talk.memory
        memory.scheme = challenge.scheme
        if challenge.scheme == "bearer":
            memory.realm, memory.service = challenge.realm, challenge.service

    def _skew(self, answer: Answer) -> float | None:
        now = datetime.fromtimestamp(self._now(), UTC)
        return seconds_from_now(answer.headers.get("date", ""), now)

    async def prove(self, repository: Repository | None) -> str:
        """`GET /v2/` with the login; the token is kept for the push that follows."""
        scope = push_scope(repository) if repository else NO_SCOPE
        url = f"{self._talk.endpoint.base_url}/v2/"
        try:
            answer = await self._talk.send("GET", url, Stage.PING, scope)
        except Problem as problem:
            if repository is None or not _is_refused_token(problem):
                raise
            # Some token services refuse the whole token where only the push is not allowed.
            # Whether the login itself is good is asked without naming a repository.
            return await self.prove(None)
        if answer.status != OK:
            raise self._talk.refused(answer, Stage.PING, "GET")
        self._expect_no_page(answer, Stage.PING, "GET")
        if self._talk.memory.scheme == "none":
            return f"{shown('GET', answer.url)}: {answer.status}, it asks for no login"
        credential = self._talk.credential
        who = f"as {credential.username}" if isinstance(credential, Credential) else "anonymously"
        return f"{shown('GET', answer.url)} {who}: {answer.status}"

    # --- manifests ----------------------------------------------------------------------------

    async def head_manifest(self, repository: Repository, version: str) -> Descriptor:
        url = self._manifest_url(repository, version)
        answer = await self._talk.follow(
            "HEAD", url, Stage.MANIFEST, pull_scope(repository), headers=ACCEPT
        )
        digest = _digest(answer)
        length = answer.headers.get("content-length", "")
        if answer.status == OK and digest is not None and length.isdigit():
            self._expect_digest(digest, version, url, "HEAD")
            kind = answer.headers.get("content-type", "").partition(";")[0].strip()
            if kind in MANIFEST_TYPES:
                return Descriptor(kind, digest, int(length[:20]))
        elif answer.status != OK and answer.status not in ASK_AGAIN:
            raise self._refused_pull(answer, Stage.MANIFEST, "HEAD")
        manifest = await self.get_manifest(repository, version)
        return Descriptor.of(manifest.media_type, manifest.body)

    async def get_manifest(self, repository: Repository, version: str) -> Manifest:
        url = self._manifest_url(repository, version)
        answer = await self._talk.follow(
            "GET",
            url,
            Stage.MANIFEST,
            pull_scope(repository),
            headers=ACCEPT,
            most_bytes=MOST_MANIFEST_BYTES,
        )
        if answer.status != OK:
            raise self._refused_pull(answer, Stage.MANIFEST, "GET")
        self._expect_no_page(answer, Stage.MANIFEST, "GET")
        actual = digest_of(answer.body)
        self._expect_digest(actual, version, url, "GET")
        stated = _digest(answer)
        if stated is not None:
            self._expect_digest(actual, str(stated), url, "GET")
        try:
            return parse_manifest(answer.body, answer.headers.get("content-type", ""))
        except InvalidManifestError as error:
            words = f"the manifest cannot be used: {error}"
            raise self._talk.fault(Stage.MANIFEST, "GET", url, Fault.NONSENSE, words) from None

    async def put_manifest(
        self, repository: Repository, version: str, manifest: Manifest
    ) -> Digest:
        url = self._manifest_url(repository, version)
        answer = await self._talk.send(
            "PUT",
            url,
            Stage.MANIFEST_PUT,
            push_scope(repository),
            headers={"Content-Type": manifest.media_type},
            body=manifest.body,
        )
        if answer.status not in registry_upload.STORED:
            raise self._talk.refused(answer, Stage.MANIFEST_PUT, "PUT")
        stated = _digest(answer)
        if stated is not None and stated != manifest.digest:
            words = f"it stored {stated} instead of {manifest.digest}"
            raise self._talk.fault(Stage.MANIFEST_PUT, "PUT", url, Fault.DIGEST, words)
        return manifest.digest

    async def delete_manifest(self, repository: Repository, version: str) -> None:
        """Gone afterwards, or gone before. Raises Problem where the registry does not delete."""
        url = self._manifest_url(repository, version)
        scope = Scope(repository.path, ("pull", "push", "delete"))
        answer = await self._talk.send("DELETE", url, Stage.DELETE, scope)
        if answer.status not in (OK, ACCEPTED, 204, NOT_FOUND):
            raise self._talk.refused(answer, Stage.DELETE, "DELETE")

    # --- blobs --------------------------------------------------------------------------------

    async def has_blob(self, repository: Repository, blob: Descriptor) -> bool:
        url = self._talk.url(repository, f"blobs/{blob.digest}")
        answer = await self._talk.follow("HEAD", url, Stage.BLOB, pull_scope(repository))
        if answer.status in ASK_AGAIN and not _is_same_page(answer.url, url):
            # Storage links are often signed for GET alone.
            answer = await self._talk.bare(
                "GET", answer.url, Stage.BLOB, headers={"Range": "bytes=0-0"}, headers_only=True
            )
            if answer.status == 206:  # noqa: PLR2004 - partial content, as asked
                return True
        if answer.status == NOT_FOUND:
            return False
        if answer.status != OK:
            raise self._refused_pull(answer, Stage.BLOB, "HEAD")
        length = answer.headers.get("content-length", "")
        if length.isdigit() and int(length[:20]) != blob.size:
            words = f"it has {length[:20]} bytes instead of {blob.size}"
            raise self._talk.fault(Stage.BLOB, "HEAD", url, Fault.DIGEST, words)
        return True

    async def get_blob(self, repository: Repository, blob: Descriptor) -> bytes:
        url = self._talk.url(repository, f"blobs/{blob.digest}")
        if blob.size > MOST_BLOB_BYTES:
            words = f"it is said to have {blob.size} bytes; at most {MOST_BLOB_BYTES} are read"
            raise self._talk.fault(Stage.BLOB, "GET", url, Fault.TOO_LARGE, words)
        answer = await self._talk.follow(
            "GET", url, Stage.BLOB, pull_scope(repository), most_bytes=max(blob.size, 1 << 16)
        )
        if answer.status != OK:
            raise self._refused_pull(answer, Stage.BLOB, "GET")
        if len(answer.body) != blob.size or digest_of(answer.body) != blob.digest:
            self._expect_no_page(answer, Stage.BLOB, "GET")
            words = f"its bytes are not those of {blob.digest}"
            raise self._talk.fault(Stage.BLOB, "GET", url, Fault.DIGEST, words)
        return answer.body

    async def push_blob(self, repository: Repository, blob: Descriptor, content: bytes) -> None:
        await registry_upload.push_blob(self._talk, repository, blob, content)

    async def may_push(self, repository: Repository) -> str:
        return await registry_upload.probe(self._talk, repository)

    # --- what an answer must be ---------------------------------------------------------------

    def _manifest_url(self, repository: Repository, version: str) -> str:
        return self._talk.url(repository, f"manifests/{quote(version, safe=':')}")

    def _expect_digest(self, actual: Digest, version: str, url: str, method: str) -> None:
        if version.startswith("sha256:") and str(actual) != version:
            words = f"it answered {actual} instead of {version}"
            raise self._talk.fault(Stage.MANIFEST, method, url, Fault.DIGEST, words)

    def _expect_no_page(self, answer: Answer, stage: Stage, method: str) -> None:
        if is_page(answer.headers, answer.body[:400].decode("utf-8", "replace")):
            words = f"{answer.status} with a web page"
            raise self._talk.fault(stage, method, answer.url, Fault.INTERCEPTED, words)

    def _refused_pull(self, answer: Answer, stage: Stage, method: str) -> Problem:
        """A registry that only knows passwords never serves anybody without one."""
        only_basic = (
            answer.status == UNAUTHORIZED
            and not self._talk.authenticated
            and self._talk.memory.scheme == "basic"
        )
        return self._talk.refused(answer, stage, method, NEVER_ANONYMOUS if only_basic else "")


def pull_scope(repository: Repository) -> Scope:
    return Scope(repository.path, ("pull",))


def push_scope(repository: Repository) -> Scope:
    return Scope(repository.path, ("pull", "push"))


def _is_refused_token(problem: Problem) -> bool:
    seen = problem.evidence[-1]
    return seen.stage is Stage.TOKEN and seen.status in (400, 401, 403) and not seen.fault


def _is_same_page(one: str, other: str) -> bool:
    return same_origin(one, other) and urlsplit(one).path == urlsplit(other).path


def _digest(answer: Answer) -> Digest | None:
    """`Docker-Content-Digest`, where it is one of ours."""
    try:
        return Digest(answer.headers.get("docker-content-digest", ""))
    except InvalidNameError:
        return None
