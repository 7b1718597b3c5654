"""Faults of a push to a registry of one's own, which stands behind a reverse proxy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

from tests.faults.case import Case, Inject
from tests.faults.push import BROKE, DENIED, DOWN, POLICY, PUSHED, SKOPEO
from tests.faults.registries import BEARER, BEHIND_A_PROXY, USER
from tests.faults.world import World
from tests.journeys.front import Changes, Headers, Instead, Said

HTML = {"Content-Type": "text/html", "Server": "nginx"}
TOO_LARGE = "<html><head><title>413 Request Entity Too Large</title></head></html>"
FORBIDDEN = "<html><head><title>403 Forbidden</title></head><h1>403 Forbidden</h1>nginx</html>"
GATEWAY = "<html><head><title>502 Bad Gateway</title></head><h1>502 Bad Gateway</h1>nginx</html>"


def proxy(instead: Instead) -> Inject:
    def inject(world: World) -> AbstractContextManager[None]:
        world.is_new = True
        return BEHIND_A_PROXY.changed(instead)

    return inject


def amending(changes: Changes) -> Inject:
    def inject(world: World) -> AbstractContextManager[None]:
        world.is_new = True
        return BEHIND_A_PROXY.changed(changes=changes)

    return inject


def to_writes(said: Said, *methods: str, path: str = "/v2/") -> Instead:
    """What the proxy says to every request with one of these methods."""

    def instead(request: BaseHTTPRequestHandler) -> Said | None:
        return said if request.command in methods and path in request.path else None

    return instead


def refusal(status: int, code: str, message: str) -> Said:
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    return status, {"Content-Type": "application/json"}, body


def page(status: int, text: str) -> Said:
    return status, HTML, text.encode()


def located(old: str, new: str) -> Changes:
    """Uploads go on at another address."""

    def changes(_request: BaseHTTPRequestHandler, headers: Headers) -> Headers:
        return [(n, v.replace(old, new, 1) if n == "Location" else v) for n, v in headers]

    return changes


@contextmanager
def _may_only_pull(_world: World) -> Iterator[None]:
    """The token service grants less than is asked for, as it should."""
    (tokens,) = BEHIND_A_PROXY.tokens
    before = dict(tokens.users)
    tokens.users[USER] = replace(before[USER], grants={f"{USER}/*": {"pull"}})
    try:
        yield
    finally:
        tokens.users.update(before)


@contextmanager
def _refused_whole(world: World) -> Iterator[None]:
    """It grants nothing where it cannot grant all."""
    (tokens,) = BEHIND_A_PROXY.tokens
    tokens.strict = True
    try:
        with _may_only_pull(world):
            yield
    finally:
        tokens.strict = False


READ_ONLY = refusal(405, "UNSUPPORTED", "The operation is unsupported.")
UNSIGNED = refusal(403, "DENIED", "blocked by policy: the image is not signed")

FAULTS: tuple[Case, ...] = (
    Case("token-grants-only-pulling", DENIED, _may_only_pull, SKOPEO, BEARER),
    Case("token-refused-whole", DENIED, _refused_whole, SKOPEO, BEARER),
    Case("registry-read-only", POLICY, proxy(to_writes(READ_ONLY, "POST")), SKOPEO, BEARER),
    Case(
        "proxy-lets-nobody-write",
        "network.intercepted",
        proxy(to_writes(page(403, FORBIDDEN), "POST")),
        SKOPEO,
        BEARER,
    ),
    Case(
        "proxy-takes-no-large-bodies",
        BROKE,
        proxy(to_writes(page(413, TOO_LARGE), "PUT", "PATCH", path="/blobs/uploads/")),
        SKOPEO,
        BEARER,
        options=PUSHED,
    ),
    Case(
        "proxy-loses-the-registry-in-uploads",
        DOWN,
        proxy(to_writes(page(502, GATEWAY), "PUT", "PATCH", path="/blobs/uploads/")),
        SKOPEO,
        BEARER,
        options=PUSHED,
    ),
    Case(
        "unsigned-images-are-refused",
        POLICY,
        proxy(to_writes(UNSIGNED, "PUT", path="/manifests/")),
        SKOPEO,
        BEARER,
        options=PUSHED,
    ),
    Case(
        "uploads-go-on-without-encryption",
        "network.plain-http",
        amending(located("https://", "http://")),
        SKOPEO,
        BEARER,
        options=PUSHED,
    ),
    Case(
        "uploads-go-on-at-an-inner-name",
        "network.dns",
        amending(located("registry.lab.test:5011", "registry.inner.test")),
        SKOPEO,
        BEARER,
        options=PUSHED,
    ),
)
