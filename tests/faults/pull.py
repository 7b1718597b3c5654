"""Faults for which the cluster could not pull although the push went well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.faults.case import Breaks, Case, Inject
from tests.faults.login import wrong
from tests.faults.places import DOCKER_HUB, GHCR, Place
from tests.faults.push import hub_of
from tests.faults.world import World
from wizard.sandbox import accounts
from wizard.sandbox.dialects.ghcr import Ghcr
from wizard.sandbox.exchange import Answer, Request
from wizard.sandbox.faults import PracticeFault
from wizard.sandbox.refusals import denied

PRIVATE, GONE, NO_TAG = "pull.private", "pull.missing-repository", "pull.missing-tag"
BLOBS = "pull.blobs-unreadable"
ANONYMOUS = Breaks.ANONYMOUS_PULL
PUSHED = ("--push",)


def unpublished(path: str, place: Place = GHCR) -> Inject:
    return lambda world: world.lab.sandbox.unpublish(path, place.host)


def changing(after: Callable[[Request, Answer], Answer]) -> Inject:
    """What strangers are served is no more what was pushed."""

    def change(request: Request, answer: Answer) -> Answer:
        return answer if request.login else after(request, answer)

    fault = PracticeFault("of-a-test", "Of a test", "Changes what is pulled.", after=change)
    return lambda world: world.lab.sandbox.set_fault(fault, on=True)


def of_blobs(answer: Answer, part: Callable[[Answer], bool] = lambda _blob: True) -> Inject:
    def after(request: Request, served: Answer) -> Answer:
        is_blob = "/blobs/sha256:" in request.path and served.status == 200
        return answer if is_blob and part(served) else served

    return changing(after)


def switched(fault: str) -> Inject:
    return lambda world: world.switch_on(fault)


def _ghcr(world: World) -> Ghcr:
    found = world.lab.sandbox.dialect("ghcr.io")
    assert isinstance(found, Ghcr)
    return found


def _package_deleted(world: World) -> None:
    github = _ghcr(world).github
    github.forget(github.packages["practice/app"])


def _tags_deleted(world: World) -> None:
    """By a clean-up rule that keeps what is newest and has no tag of these."""
    _ghcr(world).github.store.repository("practice/app").tags.clear()


def _forbidden_by_the_organisation(world: World) -> None:
    """Its owners allow no public packages; nobody outside can see that it is they."""
    world.prefix = f"ghcr.io/{accounts.PRIVATE_ORGANISATION}"
    world.pulled = f"{world.prefix}/app:plain"
    world.run("skopeo", "copy", world.an_image, f"docker://{world.pulled}").succeeded()


def _hub_deleted(world: World) -> None:
    hub = hub_of(world)
    hub.world.private.pop("practice/app")
    hub.core.store.remove("practice/app")


def _hub_tags_deleted(world: World) -> None:
    hub_of(world).core.store.repository("practice/app").tags.clear()


def _pulls_spent(world: World) -> None:
    """Of everybody without a login, behind one address."""
    hub_of(world).spend()


def _cut_short(request: Request, answer: Answer) -> Answer:
    is_blob = "/blobs/sha256:" in request.path and request.method == "GET"
    return replace(answer, body=answer.body[:-1]) if is_blob else answer


REDIRECTED = Answer(307).adding(location="https://objects.elsewhere.test/blob")
ALIKE = "only an owner of the organisation sees its setting"

FAULTS: tuple[Case, ...] = (
    Case("made-private", PRIVATE, unpublished("practice/app"), ANONYMOUS),
    Case("package-deleted", GONE, _package_deleted, ANONYMOUS),
    Case("tag-deleted", NO_TAG, _tags_deleted, ANONYMOUS),
    Case("layers-gone", BLOBS, switched("missing-blob"), ANONYMOUS),
    Case("layers-refused-to-strangers", BLOBS, of_blobs(denied()), ANONYMOUS),
    Case("layers-on-a-host-that-is-gone", "network.dns", of_blobs(REDIRECTED), ANONYMOUS),
    Case("config-cut-short", BLOBS, changing(_cut_short), ANONYMOUS),
    Case("for-another-platform", "pull.platform-missing", switched("platform-missing"), ANONYMOUS),
    Case(
        "organisation-allows-nothing-public",
        PRIVATE,
        _forbidden_by_the_organisation,
        ANONYMOUS,
        options=PUSHED,
        undecidable=ALIKE,
    ),
    Case(
        "made-private",
        PRIVATE,
        unpublished("practice/app", DOCKER_HUB),
        ANONYMOUS,
        DOCKER_HUB,
        options=("--make-public",),
    ),
    Case("repository-deleted", GONE, _hub_deleted, ANONYMOUS, DOCKER_HUB),
    Case("tag-deleted", NO_TAG, _hub_tags_deleted, ANONYMOUS, DOCKER_HUB),
    Case("pulls-of-strangers-spent", "network.rate-limited", _pulls_spent, ANONYMOUS, DOCKER_HUB),
    Case(
        "revoked-token-breaks-public-pulls",
        "login.rejected",
        wrong("practice", "dckr_pat_"),
        Breaks.DOCKER_PULL,
        DOCKER_HUB,
    ),
)
