"""A second opinion on the practice's Amazon: the same program, asked the same against moto.

What moto does not know, and so says nothing about: ECR Public at all, the company's sign-in, and
creation templates. Where a right lacks it answers for ECR in XML, which the real one does not.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.support.aws import ROOT, Practice, ask_program, made, practice
from tests.support.aws import api as registry
from tests.support.conversation import image as new_image
from tests.support.conversation import push
from tests.support.moto_server import Moto, moto_server
from wizard.core.image import TestImage
from wizard.registries.ecr_policy import with_puller
from wizard.sandbox.dialects.aws import ACCOUNT, ADA, FOREIGN_ACCOUNT, ROB

APP = {"account": ACCOUNT, "region": "us-east-1", "name": "team/my-app"}


class Server(Protocol):
    """One of the two, with the environment of somebody who may do everything there."""

    environ: dict[str, str]

    async def put_image(self, image: TestImage) -> None:
        """Into APP's repository, which is there, as the tag 1."""


class Practised:
    def __init__(self, here: Practice) -> None:
        self.here, self.environ = here, here.environ

    async def put_image(self, image: TestImage) -> None:
        await push(registry(self.here), made(self.here), image, "1")


class Motos:
    def __init__(self, moto: Moto, home: Path) -> None:
        self.moto = moto
        self.environ = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": moto.url,
            "AWS_ACCESS_KEY_ID": "administrator",
            "AWS_SECRET_ACCESS_KEY": "x",
        }

    async def put_image(self, image: TestImage) -> None:
        self.moto.client("ecr").put_image(
            repositoryName=APP["name"],
            imageManifest=image.manifest.body.decode(),
            imageManifestMediaType=image.manifest.media_type,
            imageTag="1",
        )


@pytest.fixture(scope="module")
def moto() -> Iterator[Moto]:
    with moto_server() as running:
        yield running


@pytest.fixture(params=["practice", "moto"])
async def server(request: pytest.FixtureRequest, home: Path) -> AsyncIterator[Server]:
    if request.param == "practice":
        async with practice(home) as here:
            yield Practised(here)
        return
    second: Moto = request.getfixturevalue("moto")
    second.reset()
    yield Motos(second, home)


async def ask(server: Server, what: str, **more: str) -> Any:
    """The answer, or what was refused: its kind, and the permission where one is named."""
    document = await ask_program("aws", server.environ, {"ask": what, **APP, **more})
    if "answer" in document:
        return document["answer"]
    facts: Mapping[str, str] = document["refused"]
    return " ".join(filter(None, (facts["kind"], facts.get("permission", ""))))


async def test_a_session_is_answered_alike(server: Server) -> None:
    answer = await ask(server, "session")

    # Its secret, its name and its end are each emulation's own.
    of_its_own = {"secret", "expires", "arn"}
    assert of_its_own < answer.keys()
    assert {name: answer[name] for name in answer.keys() - of_its_own} == {
        "username": "AWS",
        "account": ACCOUNT,
        "origin": "environment",
        "kind": "keys",
    }


async def test_a_repository_is_made_once_and_then_there(server: Server) -> None:
    host = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"

    told = [
        await ask(server, what) for what in ("describe", "policy", "create", "create", "describe")
    ]

    assert told == [
        {"is_there": False, "is_made_by_push": False},
        "RepositoryNotFoundException",
        {"uri": f"{host}/team/my-app"},
        "RepositoryAlreadyExistsException",
        {"is_there": True, "mutability": "MUTABLE"},
    ]
    assert await ask(server, "create", name="Team/App") == "InvalidParameterException"


async def test_the_policy_that_we_write_is_taken_and_read_back(server: Server) -> None:
    await ask(server, "create")
    ours = json.dumps(with_puller({}, f"arn:aws:iam::{FOREIGN_ACCOUNT}:root"))

    before = await ask(server, "policy")
    wrong = await ask(server, "set_policy", policy="no policy")
    taken = await ask(server, "set_policy", policy=ours)
    after = await ask(server, "policy")

    assert (before, wrong, taken) == ({"policy": ""}, "InvalidParameterException", {})
    assert json.loads(after["policy"]) == json.loads(ours)


async def test_an_image_is_deleted_by_its_tag_and_then_gone(server: Server) -> None:
    nowhere = await ask(server, "delete", tag="1")
    await ask(server, "create")
    missing = await ask(server, "delete", tag="1")
    await server.put_image(new_image())
    deleted = await ask(server, "delete", tag="1")
    again = await ask(server, "delete", tag="1")

    assert (nowhere, missing) == ("RepositoryNotFoundException", "ImageNotFoundException")
    assert (deleted, again) == ({}, "ImageNotFoundException")


@pytest.mark.parametrize("is_known", [False, True])
async def test_keys_that_are_wrong_are_rejected_by_both(server: Server, is_known: bool) -> None:
    known = ADA.id
    if isinstance(server, Motos):
        known, _ = server.moto.key_of("ada", "ecr:*")
        server.moto.strictly()
    server.environ["AWS_ACCESS_KEY_ID"] = known if is_known else "PRACTICE-KEY-NOBODY"
    server.environ["AWS_SECRET_ACCESS_KEY"] = "wrong"

    assert await ask(server, "session") == "Rejected"


async def test_what_a_reader_may_look_at_is_what_both_show(server: Server) -> None:
    key = ROB.id, ROB.secret
    if isinstance(server, Motos):
        key = server.moto.key_of("rob", "ecr:DescribeRepositories")
        server.moto.strictly()
    server.environ["AWS_ACCESS_KEY_ID"], server.environ["AWS_SECRET_ACCESS_KEY"] = key

    assert await ask(server, "describe") == {"is_there": False, "is_made_by_push": False}


async def test_moto_does_not_know_ecr_public(moto: Moto, home: Path) -> None:
    """The day it does, it is asked for its opinion on that too."""
    moto.reset()
    environ = Motos(moto, home).environ

    document = await ask_program("aws_public", environ, {"ask": "aliases"})

    assert document["refused"]["kind"] == "Down"
    assert document["refused"]["message"] == "status 500, and no reason"
