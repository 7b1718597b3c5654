"""Faults of an upload: content that a proxy or several registries lose, change or refuse."""

from __future__ import annotations

from tests.faults.case import Breaks, Case, Inject
from tests.faults.places import DOCKER_HUB, GHCR
from tests.faults.push import BROKE, DOWN, POLICY, PUSHED, SKOPEO, to_manifests, to_uploads
from tests.faults.push_own import GATEWAY, HTML, page, proxy, refusal, to_writes
from tests.faults.registries import BEARER
from tests.journeys.front import Instead, Said
from wizard.sandbox.exchange import error

INTERCEPTED = "network.intercepted"
UPLOADS, MANIFESTS = "/blobs/uploads/", "/manifests/"
NOT_ALLOWED = (
    "<html><head><title>405 Not Allowed</title></head><h1>405 Not Allowed</h1>nginx</html>"
)
NO_LENGTH = "<html><head><title>411 Length Required</title></head>nginx</html>"
SIGN_IN = "<html><head><title>Sign in to Acme</title></head><form></form></html>"


def to_contents(said: Said) -> Inject:
    return proxy(to_writes(said, "PUT", "PATCH", path=UPLOADS))


def to_chunks(said: Said) -> Instead:
    """To bodies whose length is not said beforehand."""
    return lambda asked: said if asked.headers.get("Transfer-Encoding") == "chunked" else None


def to_tokens(said: Said) -> Inject:
    return proxy(lambda asked: said if asked.path.startswith("/token") else None)


LOST = refusal(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
INVALID = refusal(404, "BLOB_UPLOAD_INVALID", "blob upload invalid")
CHANGED = refusal(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
SHORTER = refusal(400, "SIZE_INVALID", "provided length did not match content length")
OUT_OF_TURN = refusal(416, "RANGE_INVALID", "invalid content range")
VANISHED = refusal(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry")
NO_OCI = refusal(400, "MANIFEST_INVALID", "manifest invalid: unsupported media type")
UNSUPPORTED_TYPE = refusal(415, "UNSUPPORTED", "manifest media type is not supported")

FAULTS: tuple[Case, ...] = (
    Case("replicas-share-no-storage", BROKE, to_contents(LOST), SKOPEO, BEARER, PUSHED),
    Case("replicas-share-no-secret", BROKE, to_contents(INVALID), SKOPEO, BEARER, PUSHED),
    Case(
        "content-changed-on-the-way",
        BROKE,
        proxy(to_writes(CHANGED, "PUT", path=UPLOADS)),
        SKOPEO,
        BEARER,
        PUSHED,
    ),
    Case(
        "content-cut-short-on-the-way",
        BROKE,
        proxy(to_writes(SHORTER, "PUT", path=UPLOADS)),
        SKOPEO,
        BEARER,
        PUSHED,
    ),
    Case("content-out-of-turn", BROKE, to_contents(OUT_OF_TURN), SKOPEO, BEARER, PUSHED),
    Case(
        "content-gone-before-the-manifest",
        BROKE,
        proxy(to_writes(VANISHED, "PUT", path=MANIFESTS)),
        SKOPEO,
        BEARER,
        PUSHED,
    ),
    Case(
        "manifest-of-a-kind-that-is-refused",
        POLICY,
        proxy(to_writes(NO_OCI, "PUT", path=MANIFESTS)),
        SKOPEO,
        BEARER,
        PUSHED,
    ),
    Case(
        "manifest-of-an-unknown-type",
        POLICY,
        proxy(to_writes(UNSUPPORTED_TYPE, "PUT", path=MANIFESTS)),
        SKOPEO,
        BEARER,
        PUSHED,
    ),
    Case(
        "proxy-knows-no-patch",
        INTERCEPTED,
        proxy(to_writes(page(405, NOT_ALLOWED), "PATCH")),
        SKOPEO,
        BEARER,
        PUSHED,
    ),
    Case(
        "proxy-wants-a-length",
        INTERCEPTED,
        proxy(to_chunks(page(411, NO_LENGTH))),
        Breaks.DOCKER_PUSH,
        BEARER,
        PUSHED,
    ),
    Case(
        "sign-in-page-before-writes",
        INTERCEPTED,
        proxy(to_writes((200, HTML, SIGN_IN.encode()), "POST")),
        SKOPEO,
        BEARER,
    ),
    Case("token-service-down", DOWN, to_tokens(page(502, GATEWAY)), SKOPEO, BEARER),
    Case(
        "token-service-is-a-web-page",
        INTERCEPTED,
        to_tokens((200, HTML, SIGN_IN.encode())),
        SKOPEO,
        BEARER,
    ),
    Case(
        "storage-is-full",
        DOWN,
        proxy(to_writes(refusal(500, "UNKNOWN", "unknown error"), "PUT", "PATCH")),
        SKOPEO,
        BEARER,
        PUSHED,
    ),
    Case(
        "uploads-lost",
        BROKE,
        to_uploads(error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")),
        SKOPEO,
        GHCR,
        PUSHED,
    ),
    Case(
        "uploads-rate-limited",
        "network.rate-limited",
        to_uploads(error(429, "TOOMANYREQUESTS", "too many requests")),
        SKOPEO,
        GHCR,
        PUSHED,
    ),
    Case(
        "manifests-answered-by-503",
        DOWN,
        to_manifests(error(503, "UNAVAILABLE", "service unavailable")),
        SKOPEO,
        DOCKER_HUB,
        PUSHED,
    ),
)
