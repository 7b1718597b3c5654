"""The V2 protocol over a store: what all practice registries share (registries.md 8.1, 8.2).

An emulation. Who may do what is not decided here: a dialect refuses first, then asks this core.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from wizard.core.image import INDEX_TYPES, MANIFEST_TYPES
from wizard.sandbox.exchange import UTF8_JSON, Answer, Request, error, json_answer
from wizard.sandbox.refusals import (
    NOT_FOUND,
    Habits,
    blob_unknown,
    manifest_unknown,
    name_unknown,
    unsupported,
    wrong_digest,
)
from wizard.sandbox.routes import DIGEST, NAME, TAG, Kind, Route
from wizard.sandbox.store import Store, StoreFullError, digest_of
from wizard.sandbox.uploads import Uploads

MOST_MANIFEST_BYTES: Final = 4 << 20
_MOST_TAGS: Final = 1000


class Core:
    """Serves one store. `on_published` is told repository and login after each manifest."""

    def __init__(
        self, store: Store, habits: Habits, on_published: Callable[[str, str], None] | None = None
    ) -> None:
        self.store = store
        self.habits = habits
        self._on_published = on_published or (lambda _repository, _login: None)
        self._uploads = Uploads(store, habits)

    def answer(self, route: Route, request: Request) -> Answer:
        if route.kind is Kind.PING:
            return Answer(200, b"{}", {"Content-Type": UTF8_JSON})
        if not NAME.fullmatch(route.repository):
            return error(400, "NAME_INVALID", "invalid repository name")
        try:
            return self._of(route.kind)(route, request)
        except StoreFullError:
            return error(413, "SIZE_INVALID", "the practice registry is full")

    def _of(self, kind: Kind) -> Callable[[Route, Request], Answer]:
        return {
            Kind.MANIFEST: self._manifest,
            Kind.BLOB: self._blob,
            Kind.UPLOAD: self._uploads.answer,
            Kind.TAGS: self._tags,
        }.get(kind, lambda _route, _request: NOT_FOUND)

    # --- manifests ---

    def _manifest(self, route: Route, request: Request) -> Answer:
        if not TAG.fullmatch(route.reference) and not DIGEST.fullmatch(route.reference):
            return error(400, "TAG_INVALID", "manifest tag did not match URI")
        match request.method:
            case "GET" | "HEAD":
                return self._read_manifest(route, request)
            case "PUT":
                return self._put_manifest(route, request)
            case "DELETE":
                return self._delete_manifest(route)
        return unsupported()

    def _read_manifest(self, route: Route, request: Request) -> Answer:
        if not self.store.exists(route.repository):
            return name_unknown(route.repository)
        repository = self.store.repository(route.repository)
        digest = repository.resolve(route.reference)
        if digest is None:
            return manifest_unknown(route.reference)
        found = repository.manifests[digest]
        if not _accepts(request, found.media_type):
            # As distribution does for clients that name only older types.
            return manifest_unknown(route.reference)
        headers = {"Content-Type": found.media_type, "Docker-Content-Digest": digest}
        return Answer(200, found.content, headers)

    def _put_manifest(self, route: Route, request: Request) -> Answer:
        if len(request.body) > MOST_MANIFEST_BYTES:
            return error(413, "SIZE_INVALID", "manifest too large")
        media_type = request.headers.get("content-type", "").partition(";")[0].strip()
        document = _object(request.body)
        if media_type not in MANIFEST_TYPES or document is None:
            return error(400, "MANIFEST_INVALID", "manifest invalid")
        if document.get("mediaType", media_type) != media_type:
            return error(400, "MANIFEST_INVALID", "manifest invalid")
        if DIGEST.fullmatch(route.reference) and digest_of(request.body) != route.reference:
            return wrong_digest()
        missing = self._missing(route.repository, media_type, document)
        if missing:
            return error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", missing)
        digest = self.store.keep_manifest(route.repository, media_type, request.body)
        if TAG.fullmatch(route.reference):
            self.store.repository(route.repository).tags[route.reference] = digest
        self._on_published(route.repository, request.login)
        location = f"/v2/{route.repository}/manifests/{digest}"
        return Answer(201).adding(location=location, docker_content_digest=digest)

    def _missing(self, path: str, media_type: str, document: dict[str, Any]) -> dict[str, str]:
        """The first descriptor whose content was never pushed; empty when all is there."""
        repository = self.store.repository(path)
        if media_type in INDEX_TYPES:
            known: set[str] = set(repository.manifests)
            named = document.get("manifests")
        else:
            known = set(repository.blobs)
            layers = document.get("layers", [])
            named = [document.get("config"), *(layers if isinstance(layers, list) else [None])]
        for descriptor in named if isinstance(named, list) else [None]:
            digest = descriptor.get("digest") if isinstance(descriptor, dict) else None
            if not isinstance(digest, str) or digest not in known:
                return {"digest": str(digest)[:200]}
        return {}

    def _delete_manifest(self, route: Route) -> Answer:
        if not self.habits.deletes:
            return unsupported()
        if not self.store.exists(route.repository):
            return name_unknown(route.repository)
        repository = self.store.repository(route.repository)
        if DIGEST.fullmatch(route.reference):
            if route.reference not in repository.manifests:
                return manifest_unknown(route.reference)
            self.store.remove_manifest(route.repository, route.reference)
        elif repository.tags.pop(route.reference, None) is None:
            return manifest_unknown(route.reference)
        return Answer(202)

    # --- blobs and tags ---

    def _blob(self, route: Route, request: Request) -> Answer:
        if not DIGEST.fullmatch(route.reference):
            return wrong_digest()
        found = self.store.repositories.get(route.repository)
        content = found.blobs.get(route.reference) if found else None
        match request.method:
            case "GET" | "HEAD" if content is not None:
                headers = {
                    "Content-Type": "application/octet-stream",
                    "Docker-Content-Digest": route.reference,
                }
                return Answer(200, content, headers)
            case "DELETE" if not self.habits.deletes:
                return unsupported()
            case "DELETE" if found is not None and content is not None:
                self.store.remove_blob(route.repository, route.reference)
                return Answer(202)
            case "GET" | "HEAD" | "DELETE":
                return blob_unknown(route.reference)
        return unsupported()

    def _tags(self, route: Route, request: Request) -> Answer:
        if not self.store.exists(route.repository):
            return name_unknown(route.repository)
        tags = sorted(self.store.repository(route.repository).tags)
        last, count = request.first("last"), request.first("n")
        tags = [tag for tag in tags if tag > last]
        most = min(int(count[:6]), _MOST_TAGS) if count.isdecimal() else _MOST_TAGS
        answer = json_answer(200, {"name": route.repository, "tags": tags[:most]})
        if len(tags) <= most or not most:
            return answer
        following = f"/v2/{route.repository}/tags/list?last={tags[most - 1]}&n={most}"
        return answer.adding(link=f'<{following}>; rel="next"')


def _accepts(request: Request, media_type: str) -> bool:
    accept = request.headers.get("accept", "*/*")
    return media_type in accept or "*/*" in accept


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
