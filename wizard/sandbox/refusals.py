"""Refusals in distribution's words (registries.md 8.2), and how registries differ in habit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wizard.sandbox.exchange import Answer, error

NOT_FOUND: Final = Answer(404, b"404 page not found\n", {"Content-Type": "text/plain"})


@dataclass(frozen=True)
class Habits:
    """Where real registries differ within the protocol."""

    takes_single_post: bool = False
    """`POST …/uploads/?digest=` with the whole blob: 201; else the body is ignored with 202."""
    mounts: bool = False
    deletes: bool = True
    """Else 405 for manifests and blobs."""
    cancels_uploads: bool = True
    most_chunk_bytes: int | None = None
    """Of a request that carries Content-Range."""
    absolute_locations: bool = False


def unsupported() -> Answer:
    return error(405, "UNSUPPORTED", "The operation is unsupported.")


def wrong_digest() -> Answer:
    return error(400, "DIGEST_INVALID", "provided digest did not match uploaded content")


def name_unknown(repository: str) -> Answer:
    said = "repository name not known to registry"
    return error(404, "NAME_UNKNOWN", said, {"name": repository})


def manifest_unknown(reference: str) -> Answer:
    return error(404, "MANIFEST_UNKNOWN", "manifest unknown", {"Tag": reference})


def blob_unknown(digest: str) -> Answer:
    return error(404, "BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})


def unauthorized(challenge: str) -> Answer:
    """401 with a challenge."""
    answer = error(401, "UNAUTHORIZED", "authentication required")
    return answer.adding(www_authenticate=challenge)


def denied(message: str = "requested access to the resource is denied") -> Answer:
    return error(403, "DENIED", message)
