"""GHCR under its own name: the unmodified program, the unmodified dockerd, private first."""

from __future__ import annotations

import json

import pytest

from tests.journeys.person import Person
from tests.journeys.verdicts import one_failure
from tests.lab.registry import docker_registry
from wizard.sandbox import accounts

pytestmark = [pytest.mark.lab, pytest.mark.engine]

GHCR = "ghcr.io/practice"
LOOPBACK = "127.0.0.1:5000/team"


def test_private_first_then_made_public_then_ready_then_elsewhere_and_back(
    person: Person,
) -> None:
    secret = person.lab.sandbox.account.secret
    first = person.set_up(GHCR, engine="auto", store="plaintext", secret=secret)
    private = one_failure(first, "pull.private")
    assert "docker push" in first.row("push.image")["summary"]
    assert any("/practice" in (fix["url"] or "") for fix in private["fixes"])
    reference = first.document["image"]["reference"]
    everybody_says(person, reference, is_public=False)

    person.lab.sandbox.publish("practice/app")  # another person's part
    everybody_says(person, reference, is_public=True)

    # The login is found again, nothing is asked, and nothing of the machine changes.
    before = person.config.read_bytes()
    again = person.set_up(GHCR, engine="auto")
    assert again.is_ready(), again.told()
    assert again.document["pull"] == "public"
    assert again.document["changes"] == []
    assert person.config.read_bytes() == before
    assert person.ask("doctor").is_ready()

    with docker_registry(person.lab.machine, address="127.0.0.1"):
        assert person.set_up(LOOPBACK, engine="auto").is_ready()
        assert [r["name"] for r in person.ask("profiles").document["profiles"]] == [
            "default",
            "other",
        ]
        back = person.ask("switch", "default", "--yes")
        assert back.is_ready(), back.told()
        assert back.document["profile"]["prefix"] == GHCR

    assert person.ask("undo", "--all", "--yes").code == 0
    one_failure(person.examine(GHCR), "login.missing")


def everybody_says(person: Person, reference: str, *, is_public: bool) -> None:
    """`check`, skopeo and docker itself, each without a login."""
    (image,) = person.look(reference)
    inspect = ["skopeo", "inspect", "--no-creds", f"docker://{reference}"]
    seen = person.lab.run(inspect)
    empty = person.home / "no-login"
    empty.mkdir(exist_ok=True)
    pull = ["docker", "--config", str(empty), "pull", reference]
    pulled = person.lab.run(pull)

    verdicts = (image["pullable"], seen.status == 0, pulled.status == 0)
    assert verdicts == (is_public,) * 3, (image, seen.output, pulled.output)
    if is_public:
        assert json.loads(seen.stdout)["Digest"] == image["digest"]
        assert image["digest"] in pulled.stdout
        person.lab.run(["docker", "rmi", "--force", reference]).succeeded()


def test_the_login_of_docker_itself_serves_and_is_left_as_it_is(person: Person) -> None:
    person.lab.docker_login().succeeded()
    person.keeps.add(person.config)
    person.secrets[person.lab.sandbox.account.secret] = "practice"
    before = person.config.read_bytes()

    outcome = person.set_up(GHCR, engine="docker")

    one_failure(outcome, "pull.private")
    assert outcome.statuses["login.found"] == "pass"
    assert person.config.read_bytes() == before


def test_what_the_wizard_stored_is_what_docker_itself_pushes_with(person: Person) -> None:
    secret = person.lab.sandbox.account.secret
    person.set_up(GHCR, store="plaintext", secret=secret)

    person.lab.build(f"{GHCR}/mine:1").succeeded()

    pushed = person.lab.run(["docker", "push", f"{GHCR}/mine:1"]).succeeded()
    assert "digest: sha256:" in pushed.stdout


def test_an_organisation_where_nothing_can_be_public_is_declared(person: Person) -> None:
    secret = person.lab.sandbox.account.secret
    prefix = f"ghcr.io/{accounts.PRIVATE_ORGANISATION}"
    nodes = ("--cluster-principal", "nodes@proj-1.iam.gserviceaccount.com")

    declared = person.set_up(prefix, *nodes, secret=secret)

    assert declared.is_ready(), declared.told()
    assert declared.document["pull"] == "declared"
    assert declared.row("visibility.pull")["status"] == "warn"


def test_a_thousand_references_are_answered_in_the_order_asked(person: Person) -> None:
    secret = person.lab.sandbox.account.secret
    there = person.set_up(GHCR, secret=secret).document["image"]["reference"]
    person.lab.sandbox.publish("practice/app")
    asked = [there if n % 3 else f"{GHCR}/app:missing-{n}" for n in range(1000)]

    outcome = person.ask("check", "-", input="\n".join(asked))

    images = outcome.document["images"]
    assert [image["reference"] for image in images] == asked
    assert [image["pullable"] for image in images] == [bool(n % 3) for n in range(1000)]
    assert outcome.code == 1
