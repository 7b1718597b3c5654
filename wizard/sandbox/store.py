"""What the practice registries keep: blobs, manifests, tags and open uploads, in bounded memory."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

MOST_BYTES: Final = 256 << 20
"""Of all content of one registry together."""
MOST_REPOSITORIES: Final = 10_000
MOST_UPLOADS: Final = 100


class StoreFullError(Exception):
    """The practice registry holds as much as it may."""


@dataclass(frozen=True)
class StoredManifest:
    media_type: str
    content: bytes


@dataclass
class StoredRepository:
    """Content of one name. A blob is seen only where it was pushed or mounted, as in real ones."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, StoredManifest] = field(default_factory=dict)
    """By digest, in the order of their arrival."""
    tags: dict[str, str] = field(default_factory=dict)

    def resolve(self, reference: str) -> str | None:
        """The digest behind a tag or digest; None when it is not there."""
        digest = reference if ":" in reference else self.tags.get(reference)
        return digest if digest in self.manifests else None

    def tags_of(self, digest: str) -> list[str]:
        return [tag for tag, named in self.tags.items() if named == digest]


@dataclass
class Upload:
    repository: str
    content: bytearray = field(default_factory=bytearray)


class Store:
    """One registry's content."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.repositories: dict[str, StoredRepository] = {}
        self.uploads: dict[str, Upload] = {}
        self._used = 0

    def exists(self, path: str) -> bool:
        """Has anything been published under this name? Blobs alone do not make a repository."""
        found = self.repositories.get(path)
        return found is not None and bool(found.manifests)

    def repository(self, path: str) -> StoredRepository:
        """Made when it is missing. Raises StoreFullError."""
        if path not in self.repositories and len(self.repositories) >= MOST_REPOSITORIES:
            raise StoreFullError
        return self.repositories.setdefault(path, StoredRepository())

    def remove(self, path: str) -> None:
        """A repository with all that it holds."""
        for digest in tuple(self.repositories[path].blobs):
            self.remove_blob(path, digest)
        for digest in tuple(self.repositories[path].manifests):
            self.remove_manifest(path, digest)
        del self.repositories[path]

    def remove_blob(self, path: str, digest: str) -> None:
        self._used -= len(self.repositories[path].blobs.pop(digest))

    def remove_manifest(self, path: str, digest: str) -> None:
        """A manifest and every tag on it."""
        repository = self.repositories[path]
        self._used -= len(repository.manifests.pop(digest).content)
        for tag in repository.tags_of(digest):
            del repository.tags[tag]

    def open_upload(self, path: str) -> str:
        """The id of a new upload; the oldest one makes room when there are too many."""
        while len(self.uploads) >= MOST_UPLOADS:
            self.close_upload(next(iter(self.uploads)))
        upload_id = secrets.token_hex(16)
        self.uploads[upload_id] = Upload(path)
        return upload_id

    def append(self, upload: Upload, content: bytes) -> None:
        """Raises StoreFullError."""
        self._reserve(len(content))
        upload.content += content

    def close_upload(self, upload_id: str) -> None:
        """Forget an upload and what it holds."""
        closed = self.uploads.pop(upload_id)
        self._used -= len(closed.content)

    def keep_blob(self, path: str, content: bytes) -> str:
        """The blob's digest. Raises StoreFullError."""
        digest = digest_of(content)
        blobs = self.repository(path).blobs
        if digest not in blobs:
            self._reserve(len(content))
            blobs[digest] = content
        return digest

    def keep_manifest(self, path: str, media_type: str, content: bytes) -> str:
        """The manifest's digest. Raises StoreFullError."""
        digest = digest_of(content)
        manifests = self.repository(path).manifests
        if digest not in manifests:
            self._reserve(len(content))
            manifests[digest] = StoredManifest(media_type, content)
        return digest

    def _reserve(self, size: int) -> None:
        if self._used + size > self.most_bytes:
            raise StoreFullError
        self._used += size


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
