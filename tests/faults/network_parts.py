"""Only a part of a registry is out of reach: its token service, or the storage of its layers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults import impostor
from tests.faults.case import Breaks, Case, Inject
from tests.faults.impostor import ELSEWHERE, NOWHERE, listening, named
from tests.faults.name_server import NO_ERROR
from tests.faults.network import (
    DNS,
    DOWN,
    GATEWAY,
    INTERCEPTED,
    QUICK,
    TIMEOUT,
    UNREACHABLE,
    at,
    instead,
    met,
    page,
)
from tests.faults.places import DOCKER_HUB, GAR, GHCR
from tests.faults.pull import BLOBS
from tests.faults.routes import asking, leading_to
from tests.faults.storage import doing, kept_elsewhere, serving
from tests.faults.world import World
from wizard.sandbox.exchange import Answer, json_answer

SKOPEO, ANONYMOUS = Breaks.SKOPEO_PUSH, Breaks.ANONYMOUS_PULL
TOKENS = "auth.docker.io"


def tokens_from(talk: impostor.Talk | None, *, tls: bool = True) -> Inject:
    """Behind the name of Docker Hub's token service is somebody who does this, or nobody."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        leaf = world.lab.authority.issue(TOKENS) if tls else None
        to = {TOKENS.replace(".", "__"): ELSEWHERE if talk else NOWHERE}
        if talk is None:
            with named(world, **to):
                yield
            return
        with listening(world, talk, leaf=leaf), named(world, **to):
            yield

    return inject


def _token(answer: Answer) -> Inject:
    return instead(at("/token", answer))


def _garbled(content: bytes) -> bytes:
    """Layers alone, by something that looks for viruses. As long as before."""
    return content[:-1] + b"?" if content.startswith(b"\x1f\x8b") else content


BLOCK_PAGE = serving(lambda _: b"<html>blocked by policy</html>", kind="text/html")
HALF = serving(lambda content: content[: len(content) // 2])

FAULTS: tuple[Case, ...] = (
    Case("name-server-knows-no-address", DNS, asking(NO_ERROR), SKOPEO),
    Case("name-leads-into-a-sinkhole", UNREACHABLE, leading_to("0.0.0.0"), SKOPEO),
    Case("reset-amid-the-answer", INTERCEPTED, met(impostor.reset_amid(b"HTTP/1.1 40")), SKOPEO),
    Case(
        "storage-silent",
        TIMEOUT,
        kept_elsewhere(doing(impostor.silent), patience_s=1.5),
        ANONYMOUS,
        options=QUICK,
    ),
    Case(
        "storage-cut-off-by-name",
        INTERCEPTED,
        kept_elsewhere(doing(impostor.reset_after_hello), None),
        ANONYMOUS,
    ),
    Case("storage-blocked-by-a-page", INTERCEPTED, kept_elsewhere(BLOCK_PAGE), ANONYMOUS),
    Case("storage-answers-by-halves", INTERCEPTED, kept_elsewhere(HALF), ANONYMOUS),
    Case("storage-garbles-layers", BLOBS, kept_elsewhere(serving(_garbled)), ANONYMOUS),
    Case("token-service-without-a-route", UNREACHABLE, tokens_from(None), SKOPEO, DOCKER_HUB),
    Case(
        "token-service-cut-off",
        INTERCEPTED,
        tokens_from(impostor.reset_after_hello, tls=False),
        SKOPEO,
        DOCKER_HUB,
    ),
    Case(
        "token-service-behind-a-portal",
        INTERCEPTED,
        tokens_from(impostor.PORTAL),
        SKOPEO,
        DOCKER_HUB,
    ),
    Case("token-service-gateway-502", DOWN, _token(page(502, GATEWAY)), SKOPEO, GAR),
    Case("token-service-gives-none", INTERCEPTED, _token(json_answer(200, {})), SKOPEO, GHCR),
    Case("token-service-garbled", INTERCEPTED, _token(Answer(200, b"\x00\xff{")), SKOPEO, GAR),
)
