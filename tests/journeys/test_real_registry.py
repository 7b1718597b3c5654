"""The whole journey by the command line: the real dockerd, and real registries of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.canary import new_canary
from tests.journeys.front import front
from tests.journeys.person import Outcome, Person
from tests.journeys.verdicts import one_failure
from tests.lab.lab import REGISTRY_HOST
from tests.lab.registry import docker_registry
from tests.support import docker_registry as outside
from tests.support.token_service import TokenService, User

pytestmark = [pytest.mark.lab, pytest.mark.engine]

LOOPBACK = "127.0.0.1:5000"
OVER_TLS = f"{REGISTRY_HOST}:5001"
NODES = ("--cluster-principal", "nodes@proj-1.iam.gserviceaccount.com")
OWN = {"ada/*": {"pull", "push", "delete"}}
CONFIG = '{\n   "auths":   {"other.test": {"auth": "YTpi"}},\r\n\t"detachKeys" : "ctrl-e"}\n\n'
"""Written by hand: everything about it has to be there again in the end."""


@dataclass(frozen=True)
class Kind:
    host: str
    scheme: str
    pull: str
    """How it is known that the cluster can pull."""

    @property
    def wants_login(self) -> bool:
        return self.scheme != "open"


OPEN = Kind(LOOPBACK, "open", "public")
BASIC = Kind(LOOPBACK, "basic", "declared")
BASIC_OVER_TLS = Kind(OVER_TLS, "basic", "declared")
BEARER = Kind(OVER_TLS, "bearer", "public")
EVERY_KIND = [OPEN, BASIC, BASIC_OVER_TLS, BEARER]


@contextmanager
def running(person: Person, kind: Kind, folder: Path, password: str) -> Iterator[str]:
    """The registry's prefix for `ada`."""
    lab = person.lab
    users = {"ada": password} if kind.scheme == "basic" else None
    if kind.scheme == "bearer":
        with with_token_service(person, folder, password):
            yield f"{kind.host}/ada"
    elif kind.host == OVER_TLS:
        with docker_registry(lab.machine, port=5001, leaf=lab.leaf, users=users):
            yield f"{kind.host}/ada"
    else:
        with docker_registry(lab.machine, users=users, address="127.0.0.1"):
            yield f"{kind.host}/ada"


@contextmanager
def with_token_service(
    person: Person, folder: Path, password: str, grants: Mapping[str, set[str]] = OWN
) -> Iterator[None]:
    """What ada pushes, everybody may pull."""
    lab = person.lab
    tokens = TokenService(
        folder,
        users={"ada": User(password, grants)},
        anonymous={"ada/*": {"pull"}},
        realm=f"https://{OVER_TLS}/token",
    )
    with (
        tokens,
        outside.docker_registry(folder, tokens=tokens) as registry,
        front(lab.machine, lab.leaf, port=5001, registry=registry.host, tokens=tokens.host),
    ):
        yield


def first_time(person: Person, kind: Kind, prefix: str, password: str) -> Outcome:
    line = [*(NODES if kind.pull == "declared" else ())]
    if not kind.wants_login:
        return person.set_up(prefix, *line, engine="docker")
    return person.set_up(
        prefix, *line, engine="docker", store="plaintext", secret=password, username="ada"
    )


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda k: f"{k.host}-{k.scheme}")
def test_from_nothing_to_ready_and_back(person: Person, tmp_path: Path, kind: Kind) -> None:
    password = new_canary()
    config = person.write_config(CONFIG)
    before = config.read_bytes()
    with running(person, kind, tmp_path, password) as prefix:
        outcome = first_time(person, kind, prefix, password)
        assert outcome.is_ready(), outcome.told()
        assert outcome.document["pull"] == kind.pull
        assert "docker push" in outcome.row("push.image")["summary"]
        reference = outcome.document["image"]["reference"]
        assert reference.startswith(f"{prefix}/app:wizard-check-")

        _is_examined(person, reference, kind)
        _agree(person, reference, kind)
        _is_handed_over(person, prefix)
        _is_undone(person, kind, before)

        if kind.wants_login:
            one_failure(person.examine(prefix), "login.missing")


def _is_examined(person: Person, reference: str, kind: Kind) -> None:
    """Doctor agrees, by the profile alone; with --push it pushes another image."""
    examined = person.ask("doctor")
    assert examined.is_ready(), examined.told()
    assert (examined.document["pull"], examined.document["image"]["reference"]) == (
        kind.pull,
        reference,
    )
    pushed = person.ask("doctor", "--push")
    assert pushed.is_ready(), pushed.told()
    assert pushed.document["image"]["reference"] != reference
    assert person.ask("profiles").document["profiles"][0]["proof"]["reference"] == reference


def _agree(person: Person, reference: str, kind: Kind) -> None:
    """`check` says of a cluster what skopeo finds without a credential."""
    (image,) = person.look(reference)
    plain = ["--tls-verify=false"] if kind.host == LOOPBACK else []
    inspect = ["skopeo", "inspect", "--no-creds", *plain, f"docker://{reference}"]
    seen = person.lab.run(inspect)
    assert image["pullable"] is (seen.status == 0), seen.output
    assert image["pullable"] is (kind.pull == "public")
    if kind.pull == "public":
        assert json.loads(seen.stdout)["Digest"] == image["digest"]
    else:
        assert image["cause"] in ("pull.private", "pull.never-anonymous")


def _is_handed_over(person: Person, prefix: str) -> None:
    for what in ("imagespec", "flyte", "flyte-config", "env"):
        exported = person.ask("export", what)
        assert exported.code == 0
        assert prefix in exported.document["content"]


def _is_undone(person: Person, kind: Kind, before: bytes) -> None:
    assert (person.config.read_bytes() != before) is kind.wants_login
    undone = person.ask("undo", "--all", "--yes")
    assert undone.code == 0
    assert [row["done"] for row in undone.document["changes"]] == [True] * kind.wants_login
    assert person.config.read_bytes() == before
    assert person.ask("undo", "--all", "--yes").document["changes"] == []


def test_a_second_registry_is_a_second_profile_and_switching_proves_it_again(
    person: Person, tmp_path: Path
) -> None:
    first, second = new_canary(), new_canary()
    tokens, users = tmp_path / "tokens", tmp_path / "users"
    tokens.mkdir()
    with (
        running(person, BEARER, tokens, first) as bearer,
        running(person, BASIC, users, second) as basic,
    ):
        assert first_time(person, BEARER, bearer, first).is_ready()
        assert first_time(person, BASIC, basic, second).is_ready()
        names = [row["name"] for row in person.ask("profiles").document["profiles"]]
        assert names == ["default", "other"]

        back = person.ask("switch", "default", "--yes")
        assert back.is_ready(), back.told()
        assert back.document["profile"]["prefix"] == bearer
        assert person.ask("profiles").document["current"] == "default"
        assert bearer in person.ask("export", "env").document["content"]

        there = person.ask("switch", "other", "--yes")
        assert there.is_ready(), there.told()
        assert (there.document["pull"], there.document["profile"]["prefix"]) == ("declared", basic)


def test_the_test_image_is_deleted_in_the_end_when_asked(person: Person, tmp_path: Path) -> None:
    with running(person, OPEN, tmp_path, "") as prefix:
        outcome = person.set_up(prefix, "--delete-image", engine="docker")
        assert outcome.is_ready(), outcome.told()
        assert outcome.statuses["push.deleted"] == "pass"
        (image,) = person.look(outcome.document["image"]["reference"])
    assert image["pullable"] is False


def test_nothing_of_the_test_push_stays_in_dockerd(person: Person, tmp_path: Path) -> None:
    images = ["docker", "images", "--all", "--quiet"]
    before = set(person.lab.run(images).succeeded().stdout.split())
    with running(person, OPEN, tmp_path, "") as prefix:
        assert person.set_up(prefix, engine="docker").is_ready()
    # What an earlier run left may go with it.
    assert set(person.lab.run(images).succeeded().stdout.split()) <= before


def test_a_dry_run_changes_nothing_anywhere(person: Person, tmp_path: Path) -> None:
    password = new_canary()
    config = person.write_config(CONFIG)
    before = config.read_bytes()
    with running(person, BASIC, tmp_path, password) as prefix:
        person.run(
            "setup", prefix, "--engine", "docker", "--username", "ada", "--password-stdin",
            "--store", "plaintext", "--dry-run", secret=password, username="ada",
        )  # fmt: skip
        storage = person.lab.machine.folder / "registry-5000" / "storage"
        assert not [file for file in storage.rglob("*") if file.is_file()]
    assert config.read_bytes() == before
    assert not person.settings.exists()
