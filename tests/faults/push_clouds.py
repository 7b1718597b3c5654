"""Faults of a push to Google and to Amazon: roles, repositories, and what they are set to."""

from __future__ import annotations

from tests.faults.case import Case, Inject
from tests.faults.login import put_login, stored
from tests.faults.login_clouds import TOKEN
from tests.faults.places import ECR, GAR
from tests.faults.push import DENIED, POLICY, PUSHED, SKOPEO, to, to_manifests
from tests.faults.store import programs
from tests.faults.world import World
from wizard.sandbox.dialects.aws import ACCOUNT, ROB, EcrRepository
from wizard.sandbox.dialects.ecr import FOREIGN_HOST, Ecr
from wizard.sandbox.dialects.gar import Gar
from wizard.sandbox.dialects.google_tokens import READ_TOKEN
from wizard.sandbox.exchange import Answer, Request, error
from wizard.sandbox.faults import PracticeFault

MISSING, IMMUTABLE = "push.repository-missing", "push.tag-immutable"
GOOGLE = "us-docker.pkg.dev/practice"


def gar_of(world: World) -> Gar:
    found = world.lab.sandbox.dialect(GAR.host)
    assert isinstance(found, Gar)
    return found


def ecr_of(world: World) -> Ecr:
    found = world.lab.sandbox.dialect(ECR.host)
    assert isinstance(found, Ecr)
    return found


def repository_of(world: World) -> EcrRepository:
    found = ecr_of(world).amazon.find(ACCOUNT, "practice/app")
    assert found is not None
    return found


def of_stranger(world: World) -> None:
    """Somebody whom Google knows, and who has no role in this project."""
    put_login(world, TOKEN, gar_of(world).google.tokens.issue("user:eve@practice.test"))


def _gar_gone(world: World) -> None:
    google = gar_of(world).google
    google.repositories.pop(("practice-project", "us", "images"))


def elsewhere(host: str, path: str) -> Inject:
    """Another host of the same cloud, with the good login for it."""

    def inject(world: World) -> None:
        world.prefix = f"{host}/{path}"
        put_login(world, *world.good_login(), host)

    return inject


def _api_off(world: World) -> None:
    """Never switched on; gcloud, which is a stand-in here, can do it."""
    is_on = world.lab.machine.folder / "api-is-on"
    is_on.unlink(missing_ok=True)
    folder = programs(world)
    gcloud = folder / "gcloud"
    lines = (f"[ $2 = enable ] && : >'{is_on}'", f"[ $2 = disable ] && rm '{is_on}'", "exit 0")
    gcloud.write_text("\n".join(("#!/bin/sh", *lines, "")))
    gcloud.chmod(0o755)
    project = gar_of(world).google.projects["practice-disabled"]

    def told(_request: Request) -> Answer | None:
        project.has_api = is_on.exists()
        return None

    world.prefix = f"{GOOGLE}-disabled/images"
    world.lab.sandbox.set_fault(PracticeFault("api-off", "", "", instead=told), on=True)


def _ecr_gone(world: World) -> None:
    ecr_of(world).amazon.repositories.pop((ACCOUNT, "practice/app"))


def _immutable(world: World) -> None:
    """The tag is there; from now on none changes."""
    image = f"docker://{world.place.prefix}/app:plain"
    world.run("skopeo", "copy", world.an_image, image).succeeded()
    repository_of(world).mutability = "IMMUTABLE"


def _reader(world: World) -> None:
    put_login(world, "AWS", ROB.password)
    world.env |= {"AWS_ACCESS_KEY_ID": ROB.id, "AWS_SECRET_ACCESS_KEY": ROB.secret}


QUOTA = (
    "The maximum number of images in repository 'practice/app' has been reached: "
    "LimitExceededException"
)

FAULTS: tuple[Case, ...] = (
    Case("only-a-reader", DENIED, stored(TOKEN, READ_TOKEN), SKOPEO, GAR),
    Case("no-role-at-all", DENIED, of_stranger, SKOPEO, GAR),
    Case("project-of-others", DENIED, to(f"{GOOGLE}-foreign/images"), SKOPEO, GAR),
    Case("repository-missing", MISSING, _gar_gone, SKOPEO, GAR),
    Case(
        "repository-in-another-location",
        MISSING,
        elsewhere("europe-docker.pkg.dev", "practice-project/images"),
        SKOPEO,
        GAR,
        options=PUSHED,
    ),
    Case("api-never-switched-on", MISSING, _api_off, SKOPEO, GAR, options=PUSHED),
    Case("repository-is-a-mirror", POLICY, to(f"{GOOGLE}-project/mirror"), SKOPEO, GAR),
    Case("repository-is-for-python", POLICY, to(f"{GOOGLE}-project/wheels"), SKOPEO, GAR),
    Case("repository-missing", MISSING, _ecr_gone, SKOPEO, ECR),
    Case("tag-immutable", IMMUTABLE, _immutable, SKOPEO, ECR, (*PUSHED, "--image", "app:plain")),
    Case("action-denied", DENIED, _reader, SKOPEO, ECR),
    Case("account-of-others", DENIED, elsewhere(FOREIGN_HOST, "team"), SKOPEO, ECR),
    Case(
        "too-many-images",
        POLICY,
        to_manifests(error(403, "DENIED", QUOTA)),
        SKOPEO,
        ECR,
        options=PUSHED,
    ),
)
