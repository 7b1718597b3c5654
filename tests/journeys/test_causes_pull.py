"""Each cause for which a cluster could not pull an image, made to happen and named."""

from __future__ import annotations

import base64
import shutil

import pytest

from tests.journeys.canary import new_canary
from tests.journeys.person import Person
from tests.journeys.verdicts import causes, one_failure
from tests.lab.registry import docker_registry

pytestmark = [pytest.mark.lab, pytest.mark.engine]

GHCR = "ghcr.io/practice"
HERE = "127.0.0.1:5000"


def pushed(person: Person, *, store: str = "none", public: bool = False) -> str:
    """The reference of a test image at the practice GHCR."""
    outcome = person.set_up(GHCR, secret=person.lab.sandbox.account.secret, store=store)
    if public:
        person.lab.sandbox.publish("practice/app")
    reference = outcome.document["image"]["reference"]
    assert isinstance(reference, str)
    return reference


@causes("pull.private")
def test_a_first_push_is_private_and_says_who_can_change_it(person: Person, cause: str) -> None:
    outcome = person.set_up(GHCR, secret=person.lab.sandbox.account.secret)

    row = one_failure(outcome, cause)
    assert row["step"] == "visibility"
    assert outcome.document["image"]["visibility"] == "private"
    assert any("/settings" in (fix["url"] or "") for fix in row["fixes"])


@causes("pull.private")
def test_a_stored_login_tells_private_from_missing(person: Person, cause: str) -> None:
    reference = pushed(person, store="plaintext")

    verdicts = person.look(reference, f"{GHCR}/app:never-pushed", f"{GHCR}/nothing:1")

    assert [verdict["pullable"] for verdict in verdicts] == [False, False, False]
    found = [verdict["cause"] for verdict in verdicts]
    assert found == [cause, "pull.missing-tag", "pull.missing-repository"]


@causes("pull.private-or-missing")
def test_without_a_login_the_two_are_not_told_apart(person: Person, cause: str) -> None:
    verdicts = person.look(pushed(person), f"{GHCR}/nothing:1")

    assert [verdict["cause"] for verdict in verdicts] == [cause, cause]


@causes("pull.missing-tag")
def test_a_public_image_without_this_tag(person: Person, cause: str) -> None:
    pushed(person, public=True)

    (image,) = person.look(f"{GHCR}/app:another")

    assert (image["pullable"], image["cause"]) == (False, cause)


@causes("pull.missing-repository")
def test_a_name_that_a_real_registry_does_not_know(person: Person, cause: str) -> None:
    with docker_registry(person.lab.machine, address="127.0.0.1"):
        assert person.set_up(f"{HERE}/team").is_ready()
        repository, tag = person.look(f"{HERE}/team/another:1", f"{HERE}/team/app:another")

    assert (repository["pullable"], repository["cause"]) == (False, cause)
    assert (tag["pullable"], tag["cause"]) == (False, "pull.missing-tag")


@causes("pull.never-anonymous")
def test_a_registry_that_only_knows_passwords(person: Person, cause: str) -> None:
    password = new_canary()
    registry = docker_registry(person.lab.machine, address="127.0.0.1", users={"ada": password})
    with registry:
        outcome = person.set_up(f"{HERE}/team", secret=password, username="ada")

    assert one_failure(outcome, cause)["step"] == "visibility"


@causes("pull.platform-missing")
def test_an_image_for_another_platform_than_the_clusters(person: Person, cause: str) -> None:
    reference = pushed(person, public=True)

    (other,) = person.look(reference, "--platform", "linux/arm64")
    (own,) = person.look(reference)

    assert (other["pullable"], other["cause"]) == (False, cause)
    assert (own["pullable"], own["cause"], own["platforms"]) == (True, None, ["linux/amd64"])


@causes("pull.blobs-unreadable")
def test_a_layer_that_is_gone_from_a_real_registrys_disk(person: Person, cause: str) -> None:
    with docker_registry(person.lab.machine, address="127.0.0.1"):
        outcome = person.set_up(f"{HERE}/team")
        assert outcome.is_ready()
        reference = outcome.document["image"]["reference"]
        _lose_layer(person, reference)

        (image,) = person.look(reference)
        examined = person.examine(f"{HERE}/team")

    assert (image["pullable"], image["cause"]) == (False, cause)
    one_failure(examined, cause)


def _lose_layer(person: Person, reference: str) -> None:
    """Of the image that was pushed: the biggest blob that is no manifest and no config."""
    storage = person.lab.machine.folder / "registry-5000" / "storage"
    blobs = storage / "docker" / "registry" / "v2" / "blobs" / "sha256"
    for blob in blobs.rglob("data"):
        if blob.read_bytes().startswith(b"\x1f\x8b"):
            shutil.rmtree(blob.parent)
            return
    raise AssertionError(f"no layer of {reference} in {blobs}")


@causes("pull.stale-login")
def test_a_stored_login_that_breaks_pulling_a_public_image(person: Person, cause: str) -> None:
    reference = pushed(person, public=True)
    secret = new_canary("ghp_")
    person.secrets[secret] = "practice"
    person.keeps.add(person.config)
    encoded = base64.b64encode(f"practice:{secret}".encode()).decode()
    person.write_config({"auths": {"ghcr.io": {"auth": encoded}}})

    (image,) = person.look(reference)

    assert (image["pullable"], image["cause"]) == (True, cause)
