"""Faults of a push to ECR Public, and to products that are known behind a host of their own.

What is refused in the words of a product that the sandbox lacks is said by the proxy before a
real registry.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler

from tests.faults.case import Case, Inject
from tests.faults.login import put_login
from tests.faults.places import ACR, ECR_PUBLIC, HARBOR, QUAY
from tests.faults.push import DENIED, POLICY, PUSHED, SKOPEO, answering, to, to_manifests
from tests.faults.push_clouds import IMMUTABLE, MISSING
from tests.faults.push_own import proxy, refusal, to_writes
from tests.faults.registries import BEARER
from tests.faults.world import World
from tests.journeys.front import Said
from wizard.sandbox.dialects.aws import ACCOUNT, FOREIGN_ACCOUNT, LEA
from wizard.sandbox.dialects.ecr_public import EcrPublic
from wizard.sandbox.dialects.ecr_public_api import FOREIGN_ALIAS, PublicRepository
from wizard.sandbox.dialects.products import ACR_HOST, HARBOR_HOST, QUAY_HOST
from wizard.sandbox.exchange import Answer, error

HARBOR_QUOTA = (
    "adding 5.2 MiB of storage resource, which when updated to current usage of 1023.1 MiB will "
    "exceed the configured upper limit of 1.0 GiB."
)
HARBOR_IMMUTABLE = "Failed to process request due to 'app:plain' configured as immutable."
HARBOR_PROXY = 'can not push artifact to a proxy project: "practice"'
HARBOR_READ_ONLY = "The system is in read only mode. Any modification is prohibited."
QUAY_READ_ONLY = (
    "System is currently read-only. Pulls will succeed but all write operations are currently "
    "suspended."
)
QUAY_QUOTA = "Quota has been exceeded on namespace"
ECR_QUOTA = "The maximum number of images in repository 'app' has been reached: LimitExceeded"
ALIKE_AT_HARBOR = "Harbor says the same of a project that is not there and of one of others"


def public_of(world: World) -> EcrPublic:
    found = world.lab.sandbox.dialect(ECR_PUBLIC.host)
    assert isinstance(found, EcrPublic)
    return found


def _gone(world: World) -> None:
    del public_of(world).gallery.repositories[PublicRepository(ACCOUNT, "app").path]


def _of_others(world: World) -> None:
    """Another account has this very repository, and lets nobody else push there."""
    theirs = PublicRepository(FOREIGN_ACCOUNT, "app")
    public_of(world).gallery.repositories[theirs.path] = theirs
    world.prefix = f"{ECR_PUBLIC.host}/{FOREIGN_ALIAS}"


def _may_not_push(world: World) -> None:
    put_login(world, "AWS", LEA.password)
    world.env |= {"AWS_ACCESS_KEY_ID": LEA.id, "AWS_SECRET_ACCESS_KEY": LEA.secret}


def to_all_writes(answer: Answer) -> Inject:
    """From the beginning of an upload on; who has no token yet is asked for one first."""
    writes = ("POST", "PUT", "PATCH")
    return answering(lambda r: answer if r.method in writes and r.bearer else None)


def pushes_refused(said: Said) -> Inject:
    """The token service gives no token for a push, and one for everything else."""

    def instead(asked: BaseHTTPRequestHandler) -> Said | None:
        return said if asked.path.startswith("/token?") and "push" in asked.path else None

    return proxy(instead)


def _this_tag(said: Said) -> Inject:
    """Of one tag alone, which is pushed again."""

    def inject(world: World) -> AbstractContextManager[None]:
        image = f"docker://{world.place.prefix}/app:plain"
        world.run("skopeo", "copy", world.an_image, image).succeeded()
        return proxy(to_writes(said, "PUT", path="/manifests/plain"))(world)

    return inject


FAULTS: tuple[Case, ...] = (
    Case("repository-missing", MISSING, _gone, SKOPEO, ECR_PUBLIC),
    Case("alias-of-others", DENIED, _of_others, SKOPEO, ECR_PUBLIC),
    Case("alias-of-nobody", MISSING, to(f"{ECR_PUBLIC.host}/my-team"), SKOPEO, ECR_PUBLIC),
    Case("action-denied", DENIED, _may_not_push, SKOPEO, ECR_PUBLIC),
    Case(
        "too-many-images",
        POLICY,
        to_manifests(error(403, "DENIED", ECR_QUOTA)),
        SKOPEO,
        ECR_PUBLIC,
        options=PUSHED,
    ),
    Case("namespace-of-others", DENIED, to(f"{QUAY_HOST}/acme"), SKOPEO, QUAY),
    Case(
        "quota-used-up",
        POLICY,
        to_manifests(error(403, "DENIED", QUAY_QUOTA)),
        SKOPEO,
        QUAY,
        options=PUSHED,
    ),
    Case(
        "read-only",
        POLICY,
        to_all_writes(error(405, "READ_ONLY", QUAY_READ_ONLY)),
        SKOPEO,
        QUAY,
    ),
    Case(
        "project-missing",
        DENIED,
        to(f"{HARBOR_HOST}/acme"),
        SKOPEO,
        HARBOR,
        undecidable=ALIKE_AT_HARBOR,
    ),
    Case(
        "quota-used-up",
        POLICY,
        to_manifests(error(403, "DENIED", HARBOR_QUOTA)),
        SKOPEO,
        HARBOR,
        options=PUSHED,
    ),
    Case(
        "project-is-a-mirror",
        POLICY,
        to_all_writes(error(405, "METHOD_NOT_ALLOWED", HARBOR_PROXY)),
        SKOPEO,
        HARBOR,
    ),
    Case(
        "read-only",
        POLICY,
        to_all_writes(error(403, "DENIED", HARBOR_READ_ONLY)),
        SKOPEO,
        HARBOR,
    ),
    Case("repository-beyond-the-token", DENIED, to(f"{ACR_HOST}/acme"), SKOPEO, ACR),
    Case(
        "harbors-tag-immutable",
        IMMUTABLE,
        _this_tag(refusal(412, "PRECONDITION", HARBOR_IMMUTABLE)),
        SKOPEO,
        BEARER,
        (*PUSHED, "--image", "app:plain"),
    ),
    Case(
        "artifactory-lets-nobody-overwrite",
        IMMUTABLE,
        _this_tag(refusal(403, "DENIED", "Not enough permissions to delete/overwrite artifact")),
        SKOPEO,
        BEARER,
        (*PUSHED, "--image", "app:plain"),
    ),
    Case(
        "gitlab-lets-guests-only-read",
        DENIED,
        pushes_refused(refusal(403, "DENIED", "access forbidden")),
        SKOPEO,
        BEARER,
    ),
    Case(
        "token-service-gives-no-tokens-for-pushes",
        DENIED,
        pushes_refused(refusal(401, "UNAUTHORIZED", "authentication required")),
        SKOPEO,
        BEARER,
    ),
)
