"""The V2 conversation with one endpoint: RegistryApi over the shared client (registries.md 8)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit

from wizard.clients import registry_handshake, registry_upload
from wizard.clients.realms import same_origin
from wizard.clients.registry_talk import Talk
from wizard.clients.registry_tokens import Scope
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

    def __init__(
        self, talk: Talk, now: Callable[[], float] = time.time, plain_port: int = 80
    ) -> None:
        """`now` is the wall clock; `plain_port` is where a server says the time without TLS."""
        self.endpoint: Endpoint = talk.declared
        self._talk = talk
        self._now = now
        self._plain_port = plain_port

    async def ping(self) -> Ping:
        """Without a credential, whatever this conversation has."""
        return await registry_handshake.ping(self._talk, self._now, self._plain_port)

    async def prove(self, repository: Repository | None) -> str:
        """`GET /v2/` with the login; the token is kept for the push that follows."""
        return await registry_handshake.prove(self._talk, repository)

    # --- manifests ----------------------------------------------------------------------------

    async def head_manifest(self, repository: Repository, version: str) -> Descriptor:
        url = self._manifest_url(repository, version)
        answer = await self._talk.follow(
            "HEAD", url, Stage.MANIFEST, Scope.pull(repository.path), headers=ACCEPT
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
            Scope.pull(repository.path),
            headers=ACCEPT,
            most_bytes=MOST_MANIFEST_BYTES,
        )
        if answer.status != OK:
            raise self._refused_pull(answer, Stage.MANIFEST, "GET")
        self._talk.expect_no_page(answer, Stage.MANIFEST, "GET")
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
            Scope.push(repository.path),
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
        scope = Scope.delete(repository.path)
        answer = await self._talk.send("DELETE", url, Stage.DELETE, scope)
        if answer.status not in (OK, ACCEPTED, 204, NOT_FOUND):
            raise self._talk.refused(answer, Stage.DELETE, "DELETE")

    async def expect_repository(self, repository: Repository) -> None:
        """By the list of its tags: a manifest's 404 is the same without the repository."""
        url = self._talk.url(repository, "tags/list?n=1")
        answer = await self._talk.follow("GET", url, Stage.MANIFEST, Scope.pull(repository.path))
        if answer.status != OK:
            raise self._refused_pull(answer, Stage.MANIFEST, "GET")

    # --- blobs --------------------------------------------------------------------------------

    async def has_blob(self, repository: Repository, blob: Descriptor) -> bool:
        url = self._talk.url(repository, f"blobs/{blob.digest}")
        answer = await self._talk.follow("HEAD", url, Stage.BLOB, Scope.pull(repository.path))
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
            self._talk.expect_no_page(answer, Stage.BLOB, "HEAD")
            words = f"it has {length[:20]} bytes instead of {blob.size}"
            raise self._talk.fault(Stage.BLOB, "HEAD", url, Fault.DIGEST, words)
        return True

    async def get_blob(self, repository: Repository, blob: Descriptor) -> bytes:
        url = self._talk.url(repository, f"blobs/{blob.digest}")
        if blob.size > MOST_BLOB_BYTES:
            words = f"it is said to have {blob.size} bytes; at most {MOST_BLOB_BYTES} are read"
            raise self._talk.fault(Stage.BLOB, "GET", url, Fault.TOO_LARGE, words)
        answer = await self._talk.follow(
            "GET", url, Stage.BLOB, Scope.pull(repository.path), most_bytes=max(blob.size, 1 << 16)
        )
        if answer.status != OK:
            raise self._refused_pull(answer, Stage.BLOB, "GET")
        if len(answer.body) != blob.size or digest_of(answer.body) != blob.digest:
            self._talk.expect_no_page(answer, Stage.BLOB, "GET")
            words = f"its bytes are not those of {blob.digest}"
            raise self._talk.fault(Stage.BLOB, "GET", url, Fault.DIGEST, words)
        return answer.body

    async def push_blob(self, repository: Repository, blob: Descriptor, content: bytes) -> None:
        await registry_upload.push_blob(self._talk, repository, blob, content)

    async def may_push(self, repository: Repository) -> str:
        return await registry_upload.probe(self._talk, repository)

    async def takes_parts(self, repository: Repository) -> str:
        return await registry_upload.probe_parts(self._talk, repository)

    # --- what an answer must be ---------------------------------------------------------------

    def _manifest_url(self, repository: Repository, version: str) -> str:
        return self._talk.url(repository, f"manifests/{quote(version, safe=':')}")

    def _expect_digest(self, actual: Digest, version: str, url: str, method: str) -> None:
        if version.startswith("sha256:") and str(actual) != version:
            words = f"it answered {actual} instead of {version}"
            raise self._talk.fault(Stage.MANIFEST, method, url, Fault.DIGEST, words)

    def _refused_pull(self, answer: Answer, stage: Stage, method: str) -> Problem:
        """A registry that only knows passwords never serves anybody without one."""
        only_basic = (
            answer.status == UNAUTHORIZED
            and not self._talk.authenticated
            and self._talk.memory.scheme == "basic"
        )
        return self._talk.refused(answer, stage, method, NEVER_ANONYMOUS if only_basic else "")


def _is_same_page(one: str, other: str) -> bool:
    return same_origin(one, other) and urlsplit(one).path == urlsplit(other).path


def _digest(answer: Answer) -> Digest | None:
    """`Docker-Content-Digest`, where it is one of ours."""
    try:
        return Digest(answer.headers.get("docker-content-digest", ""))
    except InvalidNameError:
        return None
