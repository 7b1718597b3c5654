"""Uploads of the V2 protocol: POST, PATCH, PUT, GET and DELETE (registries.md 8.1)."""

from __future__ import annotations

import re

from wizard.sandbox.exchange import Answer, Request, error
from wizard.sandbox.refusals import Habits, unsupported, wrong_digest
from wizard.sandbox.routes import DIGEST, Route
from wizard.sandbox.store import Store, Upload, digest_of

_RANGE = re.compile(r"(?:bytes )?([0-9]{1,18})-([0-9]{1,18})(?:/.*)?")


class Uploads:
    def __init__(self, store: Store, habits: Habits) -> None:
        self._store = store
        self._habits = habits

    def answer(self, route: Route, request: Request) -> Answer:
        """Raises StoreFullError."""
        if not route.reference:
            return self._start(route, request) if request.method == "POST" else unsupported()
        upload = self._store.uploads.get(route.reference)
        if upload is None or upload.repository != route.repository:
            return error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
        if request.method == "PUT":
            return self._finish(route, request, upload)
        if request.method == "PATCH":
            refusal = self._append(route, request, upload)
            return refusal or self._progress(202, route, request, upload)
        if request.method == "GET":
            return self._progress(204, route, request, upload)
        return self._cancel(route) if request.method == "DELETE" else unsupported()

    def _start(self, route: Route, request: Request) -> Answer:
        mounted, source = request.first("mount"), request.first("from")
        if mounted and self._habits.mounts:
            found = self._store.repositories.get(source)
            if found is not None and mounted in found.blobs:
                self._store.keep_blob(route.repository, found.blobs[mounted])
                return self._stored(route, request, mounted)
        digest = request.first("digest")
        if digest and self._habits.takes_single_post:
            if digest_of(request.body) != digest:
                return wrong_digest()
            self._store.keep_blob(route.repository, request.body)
            return self._stored(route, request, digest)
        upload_id = self._store.open_upload(route.repository)
        started = Route(route.kind, route.repository, upload_id)
        return self._progress(202, started, request, self._store.uploads[upload_id])

    def _cancel(self, route: Route) -> Answer:
        if not self._habits.cancels_uploads:
            return unsupported()
        self._store.close_upload(route.reference)
        return Answer(204)

    def _append(self, route: Route, request: Request, upload: Upload) -> Answer | None:
        """Take a chunk; an answer when it is refused."""
        given = request.headers.get("content-range")
        if given is not None:
            cap = self._habits.most_chunk_bytes
            if cap is not None and len(request.body) > cap:
                # registries.md A5: the words of GHCR, which alone has such a cap.
                said = (
                    "the request body is too large and exceeds the maximum permissible limit "
                    f"of {cap / (1 << 20):.2f}MiB"
                )
                return error(416, "RANGE_INVALID", said)
            found = _RANGE.fullmatch(given)
            starts = int(found[1]) if found else -1
            ends = int(found[2]) if found else -1
            whole = ends - starts + 1 == len(request.body)
            if starts != len(upload.content) or not whole:
                answer = error(416, "RANGE_INVALID", "invalid content range")
                return answer.adding(**self._where(route, request, upload))
        self._store.append(upload, request.body)
        return None

    def _finish(self, route: Route, request: Request, upload: Upload) -> Answer:
        digest = request.first("digest")
        if not DIGEST.fullmatch(digest):
            return wrong_digest()
        if request.body and (refusal := self._append(route, request, upload)):
            return refusal
        content = bytes(upload.content)
        self._store.close_upload(route.reference)
        if digest_of(content) != digest:
            return wrong_digest()
        self._store.keep_blob(route.repository, content)
        return self._stored(route, request, digest)

    def _progress(self, status: int, route: Route, request: Request, upload: Upload) -> Answer:
        where = self._where(route, request, upload)
        return Answer(status).adding(docker_upload_uuid=route.reference, **where)

    def _where(self, route: Route, request: Request, upload: Upload) -> dict[str, str]:
        path = f"/v2/{route.repository}/blobs/uploads/{route.reference}"
        end = max(len(upload.content) - 1, 0)
        return {"location": self._location(request, path), "range": f"0-{end}"}

    def _stored(self, route: Route, request: Request, digest: str) -> Answer:
        location = self._location(request, f"/v2/{route.repository}/blobs/{digest}")
        return Answer(201).adding(location=location, docker_content_digest=digest)

    def _location(self, request: Request, path: str) -> str:
        return f"{request.origin}{path}" if self._habits.absolute_locations else path
