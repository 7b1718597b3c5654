"""Faults that only a push meets: the account, and what the registry wants of it."""

from __future__ import annotations

from collections.abc import Callable

from tests.faults.case import Breaks, Case, Inject
from tests.faults.places import DOCKER_HUB
from tests.faults.world import World
from wizard.sandbox import accounts, misbehave
from wizard.sandbox.dialects.dockerhub import DockerHub
from wizard.sandbox.exchange import Answer, Request, error
from wizard.sandbox.faults import PracticeFault

SKOPEO = Breaks.SKOPEO_PUSH
DENIED, POLICY, BROKE = "push.not-permitted", "push.policy", "push.interrupted"
DOWN = "network.registry-down"
PUSHED = ("--push",)


def to(prefix: str) -> Inject:
    """A push elsewhere, with the good login that lies here."""

    def inject(world: World) -> None:
        world.prefix = prefix

    return inject


def answering(instead: Callable[[Request], Answer | None]) -> Inject:
    """The practice registries answer so; None lets them answer themselves."""
    fault = PracticeFault("of-a-test", "Of a test", "Answers so.", instead=instead)

    def inject(world: World) -> None:
        world.is_new = True
        world.lab.sandbox.set_fault(fault, on=True)

    return inject


def refusing(words: str) -> Inject:
    return answering(misbehave.refuses_push(words))


def to_uploads(answer: Answer) -> Inject:
    """An upload begins, and its content meets this."""
    is_content = lambda r: r.method in ("PUT", "PATCH") and "/blobs/uploads/" in r.path  # noqa: E731
    return answering(lambda request: answer if is_content(request) else None)


def to_manifests(answer: Answer) -> Inject:
    is_manifest = lambda r: r.method == "PUT" and "/manifests/" in r.path  # noqa: E731
    return answering(lambda request: answer if is_manifest(request) else None)


def _no_role(world: World) -> None:
    world.switch_on("not-permitted")


def _cut(world: World) -> None:
    world.is_new = True
    world.switch_on("upload-breaks")


def hub_of(world: World) -> DockerHub:
    found = world.lab.sandbox.dialect("docker.io")
    assert isinstance(found, DockerHub)
    return found


def _private_places_taken(world: World) -> None:
    """New ones become private by default, and the plan's only place is taken."""
    world.is_new = True
    hub = hub_of(world).world
    hub.private.pop("practice/app")
    hub.private["practice/secret"] = True
    hub.private_by_default.add("practice")


FAULTS: tuple[Case, ...] = (
    Case("no-write-role", DENIED, _no_role, Breaks.DOCKER_PUSH),
    Case("organisation-of-others", DENIED, to(f"ghcr.io/{accounts.FOREIGN_ORGANISATION}"), SKOPEO),
    Case("name-of-another-person", DENIED, to(f"ghcr.io/{accounts.FOREIGN_USER}"), SKOPEO),
    Case(
        "workflow-may-not-create",
        DENIED,
        refusing("installation not allowed to Create organization package"),
        SKOPEO,
    ),
    Case("members-may-not-create", POLICY, to(f"ghcr.io/{accounts.CLOSED_ORGANISATION}"), SKOPEO),
    Case("storage-quota-used-up", POLICY, refusing("storage quota exceeded"), SKOPEO),
    Case("upload-cut", BROKE, _cut, SKOPEO, options=PUSHED),
    Case(
        "uploads-answered-by-503",
        DOWN,
        to_uploads(error(503, "UNAVAILABLE", "service unavailable")),
        SKOPEO,
        options=PUSHED,
    ),
    Case(
        "manifests-answered-by-500",
        DOWN,
        to_manifests(error(500, "UNKNOWN", "unknown error", {"Enclosed": {"Err": 28}})),
        SKOPEO,
        options=PUSHED,
    ),
    Case("namespace-of-others", DENIED, to("docker.io/practice-foreign"), SKOPEO, DOCKER_HUB),
    Case("namespace-of-nobody", DENIED, to("docker.io/my-team"), SKOPEO, DOCKER_HUB),
    Case("private-places-taken", POLICY, _private_places_taken, SKOPEO, DOCKER_HUB),
)
