"""Amazon ECR Public's side of a test, on the machine of tests/support/aws.py."""

from __future__ import annotations

from tests.support.aws import Practice
from tests.support.conversation import image as new_image
from tests.support.conversation import push
from wizard.core.image import Manifest
from wizard.core.names import Repository
from wizard.core.ports import RegistryApi
from wizard.core.secret import AnyCredential, Credential, Secret
from wizard.registries import for_host
from wizard.sandbox.dialects.aws import ACCOUNT, ADA
from wizard.sandbox.dialects.ecr_public import HOST, EcrPublic
from wizard.sandbox.dialects.ecr_public_api import ALIAS, API_HOST, PublicRepository

PUBLIC = for_host(HOST)
API = API_HOST
OWNER = Credential("AWS", Secret(ADA.password), "environment")


def dialect(here: Practice) -> EcrPublic:
    found = here.sandbox._app.dialect(HOST)
    assert isinstance(found, EcrPublic)
    return found


def image(name: str = "team/my-app", alias: str = ALIAS) -> Repository:
    return Repository(HOST, f"{alias}/{name}")


def api(here: Practice, credential: AnyCredential = OWNER) -> RegistryApi:
    return here.world.registry_api(PUBLIC.endpoint(HOST), credential)


def made(here: Practice, name: str = "team/my-app") -> Repository:
    """The repository, as somebody has made it long ago."""
    dialect(here).gallery.add(PublicRepository(ACCOUNT, name))
    return image(name)


async def pushed(here: Practice, tag: str = "1") -> tuple[Repository, Manifest]:
    """A repository with one image; nothing of it counts as asked."""
    repository, one = made(here), new_image()
    await push(api(here), repository, one, tag)
    here.sandbox.forget_requests()
    return repository, one.manifest
