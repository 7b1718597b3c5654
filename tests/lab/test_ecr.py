"""Real docker and skopeo against the practice ECR under its real names, and our verdicts."""

from __future__ import annotations

import base64
import json

import pytest

from tests.lab.lab import Lab
from tests.support.needs import need_program
from wizard.sandbox.dialects.aws import ACCOUNT, ADA, EVE, OLD, ROB, EcrRepository
from wizard.sandbox.dialects.ecr import HOST, Ecr

pytestmark = [pytest.mark.lab, pytest.mark.engine]

IMAGE = f"{HOST}/team/app:1"
KEYS = {name: value for name, value in Ecr().environ("").items() if "ENDPOINT" not in name}


@pytest.fixture
def app(lab: Lab) -> EcrRepository:
    dialect = lab.sandbox._app.dialect(HOST)
    assert isinstance(dialect, Ecr)
    return dialect.amazon.add(EcrRepository(ACCOUNT, "team/app"))


def docker_push(lab: Lab, image: str = IMAGE, secret: str = "") -> str:
    """All that docker says; empty where it pushed. With `secret`, by a login of some time ago."""
    if secret:
        auth = base64.b64encode(f"AWS:{secret}".encode()).decode()
        (lab.home / ".docker").mkdir(exist_ok=True)
        config = lab.home / ".docker" / "config.json"
        config.write_text(json.dumps({"auths": {HOST: {"auth": auth}}}))
    lab.build(image).succeeded()
    pushed = lab.run(["docker", "push", image])
    return "" if pushed.status == 0 else pushed.output


def can_skopeo(lab: Lab, image: str, secret: str = "") -> bool:
    given = ["--creds", f"AWS:{secret}"] if secret else ["--no-creds"]
    return lab.run(["skopeo", "inspect", *given, f"docker://{image}"]).status == 0


def verdict(lab: Lab, image: str) -> str:
    ran = lab.wizard("check", image, "--json")
    (found,) = json.loads(ran.stdout)["images"]
    return "pullable" if found["pullable"] else str(found["cause"])


def grants(lab: Lab) -> bool:
    """`setup` with consent to let the cluster's account in, by a session of Amazon's."""
    line = ("setup", f"{HOST}/team", "--image", "app", "--engine", "none", "--store", "none")
    audience = ("--cluster-account", EVE.account, "--grant-cluster")
    ran = lab.wizard(*line, "--yes", *audience, "--json", env=KEYS)
    rows = {row["id"]: row for row in json.loads(ran.stdout)["checks"]}
    return rows["visibility.opened"]["status"] == "pass"


@pytest.mark.usefixtures("app")
def test_docker_pushes_and_skopeo_agrees_with_every_verdict(lab: Lab) -> None:
    need_program("skopeo")
    lab.docker_login(HOST).succeeded()
    assert docker_push(lab) == ""
    lab.run(["docker", "logout", HOST]).succeeded()

    assert (verdict(lab, IMAGE), can_skopeo(lab, IMAGE)) == ("pull.never-anonymous", False)
    assert can_skopeo(lab, IMAGE, ROB.password)
    assert not can_skopeo(lab, IMAGE, EVE.password)
    assert grants(lab)
    assert can_skopeo(lab, IMAGE, EVE.password)
    assert (verdict(lab, IMAGE), can_skopeo(lab, IMAGE)) == ("pull.never-anonymous", False)


@pytest.mark.parametrize(
    ("image", "secret", "words"),
    [
        (f"{HOST}/gone:1", ADA.password, "The repository with name 'gone' does not exist"),
        (IMAGE, ROB.password, "is not authorized to perform: ecr:InitiateLayerUpload"),
        (IMAGE, OLD.password, "Your authorization token has expired"),
    ],
)
@pytest.mark.usefixtures("app")
def test_docker_says_in_amazons_words_what_is_in_the_way(
    lab: Lab, image: str, secret: str, words: str
) -> None:
    assert words in docker_push(lab, image, secret)


def test_docker_is_told_of_an_immutable_tag(lab: Lab, app: EcrRepository) -> None:
    assert docker_push(lab, secret=ADA.password) == ""
    app.mutability = "IMMUTABLE"

    assert "tag is immutable" in docker_push(lab)
