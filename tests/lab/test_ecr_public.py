"""Real docker and skopeo against the practice ECR Public under its real name, and our verdicts."""

from __future__ import annotations

import base64
import json

import pytest

from tests.lab.lab import Lab
from tests.support.needs import need_program
from wizard.sandbox.dialects.aws import ACCOUNT, ADA, LEA, OLD
from wizard.sandbox.dialects.ecr_public import HOST, EcrPublic
from wizard.sandbox.dialects.ecr_public_api import ALIAS, DEFAULT_ALIAS, PublicRepository

pytestmark = [pytest.mark.lab, pytest.mark.engine]

IMAGE = f"{HOST}/{ALIAS}/team/app:1"


@pytest.fixture
def _app(lab: Lab) -> None:
    dialect = lab.sandbox._app.dialect(HOST)
    assert isinstance(dialect, EcrPublic)
    dialect.gallery.add(PublicRepository(ACCOUNT, "team/app"))


def log_in(lab: Lab, secret: str) -> None:
    """As docker has kept it, some time ago."""
    auth = base64.b64encode(f"AWS:{secret}".encode()).decode()
    folder = lab.home / ".docker"
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"auths": {HOST: {"auth": auth}}}))


def docker_push(lab: Lab, image: str = IMAGE) -> str:
    """All that docker says; empty where it pushed."""
    lab.build(image).succeeded()
    pushed = lab.run(["docker", "push", image])
    return "" if pushed.status == 0 else pushed.output


def docker_pull(lab: Lab, image: str = IMAGE) -> str:
    lab.run(["docker", "image", "rm", "--force", image])
    pulled = lab.run(["docker", "pull", image])
    return "" if pulled.status == 0 else pulled.output


def can_skopeo(lab: Lab, image: str) -> bool:
    return lab.run(["skopeo", "inspect", "--no-creds", f"docker://{image}"]).status == 0


def verdict(lab: Lab, image: str) -> tuple[bool, str]:
    ran = lab.wizard("check", image, "--json")
    (found,) = json.loads(ran.stdout)["images"]
    return bool(found["pullable"]), str(found["cause"] or "")


@pytest.mark.usefixtures("_app")
def test_docker_pushes_and_everybody_agrees_that_it_can_be_pulled(lab: Lab) -> None:
    need_program("skopeo")
    lab.docker_login(HOST).succeeded()
    assert docker_push(lab) == ""
    lab.run(["docker", "logout", HOST]).succeeded()

    for image in (IMAGE, IMAGE.replace(ALIAS, DEFAULT_ALIAS)):
        assert (verdict(lab, image), can_skopeo(lab, image)) == ((True, ""), True)
        assert docker_pull(lab, image) == ""
    gone = IMAGE.replace("team/app", "team/gone")
    assert (verdict(lab, gone), can_skopeo(lab, gone)) == (
        (False, "pull.missing-repository"),
        False,
    )
    assert docker_pull(lab, gone) != ""


@pytest.mark.usefixtures("_app")
def test_a_login_of_yesterday_is_why_docker_cannot_pull_what_everybody_can(lab: Lab) -> None:
    log_in(lab, ADA.password)
    assert docker_push(lab) == ""
    log_in(lab, OLD.password)

    assert "Your authorization token has expired" in docker_pull(lab)
    assert verdict(lab, IMAGE) == (True, "pull.stale-login")
    lab.run(["docker", "logout", HOST]).succeeded()
    assert docker_pull(lab) == ""
    assert verdict(lab, IMAGE) == (True, "")


@pytest.mark.parametrize(
    ("image", "secret", "words"),
    [
        (f"{HOST}/{ALIAS}/gone:1", ADA.password, "The repository with name 'gone' does not exist"),
        (IMAGE, LEA.password, "is not authorized to perform: ecr-public:InitiateLayerUpload"),
        (IMAGE, OLD.password, "Your authorization token has expired"),
    ],
)
@pytest.mark.usefixtures("_app")
def test_docker_says_in_amazons_words_what_is_in_the_way(
    lab: Lab, image: str, secret: str, words: str
) -> None:
    log_in(lab, secret)

    assert words in docker_push(lab, image)
