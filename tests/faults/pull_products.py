"""Faults of pulling: indexes and what they list, addresses of content, and other products."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faults.case import Case, Inject
from tests.faults.places import ACR, ECR, ECR_PUBLIC, GAR, HARBOR, QUAY, Place
from tests.faults.pull import (
    ANONYMOUS,
    BLOBS,
    GONE,
    NO_TAG,
    PRIVATE,
    changing,
    of_blobs,
    unpublished,
)
from tests.faults.pull_clouds import CLUSTER, NOT_GRANTED, PATH
from tests.faults.push_clouds import gar_of, repository_of
from tests.faults.push_products import public_of
from tests.faults.world import World
from tests.lab.lab import REGISTRY_HOST
from wizard.core.image import OCI_INDEX
from wizard.sandbox.core import Core
from wizard.sandbox.dialects.aws import EVE
from wizard.sandbox.exchange import Answer, Request, error
from wizard.sandbox.refusals import manifest_unknown
from wizard.sandbox.store import digest_of

PLATFORM, LIMITED = "pull.platform-missing", "network.rate-limited"
IMAGE = "practice/app"
OK = 200


def index_of(*children: dict[str, Any]) -> Answer:
    document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(children)}
    body = json.dumps(document).encode()
    headers = {"Content-Type": OCI_INDEX, "Docker-Content-Digest": digest_of(body)}
    return Answer(OK, body, headers)


def _is_by_tag(request: Request) -> bool:
    return "/manifests/" in request.path and "/manifests/sha256:" not in request.path


def indexed(*platforms: tuple[str, str]) -> Inject:
    """Strangers find an index under the tag, with one and the same image for each of these."""

    def after(request: Request, served: Answer) -> Answer:
        if served.status != OK or not _is_by_tag(request):
            return served
        child = {
            "mediaType": served.headers.get("Content-Type", ""),
            "digest": served.headers.get("Docker-Content-Digest", ""),
            "size": len(served.body) or int(served.headers.get("Content-Length", "0")),
        }
        own = [{**child, "platform": {"os": s, "architecture": a}} for s, a in platforms]
        return index_of(*own)

    return changing(after)


def _child_gone(world: World) -> None:
    """A clean-up of all that has no tag has taken the platforms' manifests, which have none."""
    gone = f"sha256:{'7' * 64}"
    child = {
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "digest": gone,
        "size": 400,
        "platform": {"os": "linux", "architecture": "amd64"},
    }

    def after(request: Request, served: Answer) -> Answer:
        if request.path.endswith(gone):
            return manifest_unknown(gone)
        return index_of(child) if served.status == OK and _is_by_tag(request) else served

    changing(after)(world)


def to_manifests(answer: Answer) -> Inject:
    """What strangers are told of manifests."""
    return changing(lambda asked, served: answer if "/manifests/" in asked.path else served)


def _shortened(request: Request, served: Answer) -> Answer:
    is_layer = "/blobs/sha256:" in request.path and served.body.startswith(b"\x1f\x8b")
    return replace(served, status=404, body=b"") if is_layer else served


def product_of(world: World) -> Core:
    return world.lab.sandbox.dialect(world.place.host).core  # type: ignore[attr-defined,no-any-return]


def _tags_deleted(world: World) -> None:
    product_of(world).store.repository(_path(world)).tags.clear()


def _repository_deleted(world: World) -> None:
    product_of(world).store.remove(_path(world))


def _path(world: World) -> str:
    return world.reference.removeprefix(f"{world.place.host}/").partition(":")[0]


def _pulls_too_fast(world: World) -> None:
    """Everybody behind one address has had their pulls of this second."""
    pace = public_of(world).pace
    pace.allows = lambda: False  # type: ignore[method-assign]


def with_policy(change: Callable[[dict[str, Any]], None]) -> Inject:
    """The repository's policy lets the cluster's account in no more."""

    def inject(world: World) -> None:
        world.cluster = ("AWS", EVE.password)
        repository = repository_of(world)
        document = json.loads(repository.policy)
        for statement in document["Statement"]:
            change(statement)
        repository.policy = json.dumps(document)

    return inject


def _only_manifests(statement: dict[str, Any]) -> None:
    statement["Action"] = ["ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"]


def _for_a_role_that_is_gone(statement: dict[str, Any]) -> None:
    """Amazon writes the id of a role that was deleted in its place."""
    statement["Principal"] = {"AWS": "AROAEXAMPLEEXAMPLE123"}


def _repository_of_google_gone(world: World) -> None:
    gar_of(world).cores["us"].store.remove(PATH)


def _private(place: Place) -> Case:
    return Case("made-private", PRIVATE, unpublished(IMAGE, place), ANONYMOUS, place)


def _redirect(location: str) -> Answer:
    return Answer(307).adding(location=location)


NOWHERE = _redirect(f"https://{REGISTRY_HOST}:9/blob")
UNENCRYPTED = _redirect(f"http://{REGISTRY_HOST}:9/blob")
SIGNED_TOO_LONG_AGO = Answer(
    403,
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Request has expired</Message>"
    b"</Error>",
    {"Content-Type": "application/xml"},
)

FAULTS: tuple[Case, ...] = (
    Case("index-lists-nothing", PLATFORM, indexed(), ANONYMOUS),
    Case("index-lists-attestations", PLATFORM, indexed(("unknown", "unknown")), ANONYMOUS),
    Case("index-lists-windows", PLATFORM, indexed(("windows", "amd64")), ANONYMOUS),
    Case("index-lists-what-is-gone", PLATFORM, _child_gone, ANONYMOUS),
    Case("one-layer-gone", BLOBS, changing(_shortened), ANONYMOUS),
    Case("layers-signed-too-long-ago", BLOBS, of_blobs(SIGNED_TOO_LONG_AGO), ANONYMOUS),
    Case("layers-behind-a-firewall", "network.unreachable", of_blobs(NOWHERE), ANONYMOUS),
    Case("layers-without-encryption", "network.plain-http", of_blobs(UNENCRYPTED), ANONYMOUS),
    Case(
        "layers-answered-by-503",
        "network.registry-down",
        of_blobs(error(503, "UNAVAILABLE", "service unavailable")),
        ANONYMOUS,
    ),
    Case(
        "strangers-are-too-many",
        LIMITED,
        to_manifests(error(429, "TOOMANYREQUESTS", "too many requests")),
        ANONYMOUS,
    ),
    _private(QUAY),
    _private(HARBOR),
    _private(ACR),
    Case("tag-deleted", NO_TAG, _tags_deleted, ANONYMOUS, QUAY),
    Case("tag-deleted", NO_TAG, _tags_deleted, ANONYMOUS, HARBOR),
    Case("repository-deleted", GONE, _repository_deleted, ANONYMOUS, QUAY),
    Case("tag-deleted", NO_TAG, _tags_deleted, ANONYMOUS, ECR_PUBLIC),
    Case("pulls-too-fast", LIMITED, _pulls_too_fast, ANONYMOUS, ECR_PUBLIC),
    Case("image-deleted", GONE, _repository_of_google_gone, ANONYMOUS, GAR),
    Case("policy-allows-no-layers", NOT_GRANTED, with_policy(_only_manifests), CLUSTER, ECR),
    Case(
        "policy-for-a-gone-role", NOT_GRANTED, with_policy(_for_a_role_that_is_gone), CLUSTER, ECR
    ),
)
