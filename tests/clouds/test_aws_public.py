"""The program that speaks for AWS at ECR Public: real botocore against signed interfaces."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.aws import KEYS_OF_ADA, SSO_PROFILE, STS, Practice, ask_program, practice
from tests.support.aws_public import API, HOST
from wizard.clouds import aws
from wizard.clouds.child import RefusedError
from wizard.core.minted import minted_path
from wizard.sandbox.dialects.aws import ACCOUNT, ADA, DEPLOYER, LEA, NED, OLD, ROB, PracticeKey
from wizard.sandbox.dialects.ecr_public_api import ALIAS, DEFAULT_ALIAS, FOREIGN_ALIAS

APP = {"alias": ALIAS, "name": "team/my-app"}
TRAP = "sts:GetServiceBearerToken"


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Practice]:
    async with practice(home) as amazon:
        yield amazon


async def ask(here: Practice, what: str, **question: Any) -> Mapping[str, Any]:
    document = await ask_program("aws_public", here.environ, {"ask": what, **question})
    found = document["answer"]
    assert isinstance(found, dict)
    return found


async def refused(here: Practice, what: str, **question: Any) -> Mapping[str, str]:
    document = await ask_program("aws_public", here.environ, {"ask": what, **question})
    found = document["refused"]
    assert isinstance(found, dict)
    return found


async def test_a_login_is_two_requests_and_says_whose_it_is(here: Practice) -> None:
    here.environ["AWS_REGION"] = "eu-west-1"  # there is one region, whatever is configured

    answer = await ask(here, "session")

    assert here.asked() == [f"POST {STS}/", f"POST {API}/"]
    assert (answer["username"], answer["secret"]) == ("AWS", ADA.password)
    assert (answer["account"], answer["arn"]) == (ACCOUNT, ADA.arn)
    assert (answer["origin"], answer["kind"]) == ("environment", "keys")
    left = datetime.fromisoformat(answer["expires"]) - datetime.now(UTC)
    assert timedelta(hours=11) < left <= timedelta(hours=12, minutes=1)


async def test_who_has_signed_in_to_the_company_acts_by_the_only_profile(here: Practice) -> None:
    here.keys(None)
    here.config(SSO_PROFILE)
    here.company_login()

    answer = await ask(here, "session")

    assert (answer["origin"], answer["arn"]) == ("profile:dev", DEPLOYER.arn)


async def test_of_several_profiles_the_default_is_taken(here: Practice) -> None:
    here.keys(None)
    here.config(f"[profile dev]\nregion = x\n[default]\n{KEYS_OF_ADA}")

    assert (await ask(here, "session"))["origin"] == "default"


async def test_the_session_that_makes_dockers_logins_is_the_one_that_is_asked(
    here: Practice,
) -> None:
    here.keys(None)
    here.config(f"[default]\nregion = x\n[profile dev]\n{KEYS_OF_ADA}")
    file = minted_path(here.environ, here.home, sys.platform)
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"hosts": {HOST: {"cloud": "aws", "origin": "profile:dev"}}}))

    assert (await ask(here, "session"))["origin"] == "profile:dev"


async def test_a_session_that_ran_out_names_the_command(here: Practice) -> None:
    here.keys(None)
    here.config(SSO_PROFILE)

    found = await refused(here, "session")

    assert (found["kind"], found["command"]) == ("Expired", "aws sso login --profile dev")


@pytest.mark.parametrize(
    ("key", "kind", "permission"),
    [
        (ROB, "Denied", TRAP),
        (NED, "Denied", "ecr-public:GetAuthorizationToken"),
        (OLD, "Expired", ""),
        (PracticeKey("PRACTICE-KEY-NOBODY", "wrong", ADA.arn, ""), "Rejected", ""),
    ],
)
async def test_each_refusal_of_a_login_is_its_own_kind(
    here: Practice, key: PracticeKey, kind: str, permission: str
) -> None:
    here.keys(key)

    found = await refused(here, "session")

    assert (found["kind"], found.get("permission", "")) == (kind, permission)


async def test_aliases_that_work_are_one_request_the_primary_first(here: Practice) -> None:
    answer = await ask(here, "aliases")

    assert answer["aliases"] == [ALIAS, DEFAULT_ALIAS]
    assert here.asked() == [f"POST {API}/"]


async def test_where_nothing_names_aws_nobody_is_asked_for_aliases(here: Practice) -> None:
    here.keys(None)
    here.environ.pop("AWS_EC2_METADATA_DISABLED")  # a role of the machine is not searched either

    assert (await ask(here, "aliases"))["aliases"] == []
    assert here.asked() == []


async def test_a_repository_is_made_and_described_under_either_alias(here: Practice) -> None:
    before = await ask(here, "describe", **APP)
    made = await ask(here, "create", **APP)

    assert before == {"is_there": False}
    assert made == {"uri": f"{HOST}/{ALIAS}/team/my-app"}
    assert await ask(here, "describe", **APP | {"alias": DEFAULT_ALIAS}) == {"is_there": True}
    found = await refused(here, "create", **APP)
    assert found["kind"] == "RepositoryAlreadyExistsException"


@pytest.mark.parametrize("what", ["describe", "create", "delete"])
async def test_under_anothers_alias_ones_own_registry_is_left_alone(
    here: Practice, what: str
) -> None:
    """The interface knows one's own account only: it would answer for a namesake there."""
    here.sandbox.forget_requests()

    found = await refused(here, what, alias=FOREIGN_ALIAS, name="team/app", tag="1")

    assert found["kind"] == "AliasForeign"
    assert found["aliases"] == f"{DEFAULT_ALIAS} {ALIAS} practice-wish"
    assert here.asked() == [f"POST {API}/"]


async def test_a_right_that_is_missing_is_named_by_its_action(here: Practice) -> None:
    here.keys(LEA)

    found = await refused(here, "create", **APP)

    assert (found["kind"], found["permission"]) == ("Denied", "ecr-public:CreateRepository")


async def test_what_is_to_be_deleted_and_is_not_there_is_told(here: Practice) -> None:
    await ask(here, "create", **APP)

    assert (await refused(here, "delete", **APP, tag="1"))["kind"] == "ImageNotFoundException"


async def minting(here: Practice, host: str, origin: str) -> str:
    """What the wizard's own helper would answer: the secret, or the refusal's words."""
    script = (
        "import os; from wizard.clouds import aws, child\n"
        f"try: print(aws.mint({host!r}, os.environ, {origin!r})[1])\n"
        "except child.RefusedError as refused: print(refused.facts['message'])"
    )
    return (await here.world.run([sys.executable, "-c", script], timeout_s=30)).stdout.decode()


async def test_a_helpers_login_is_one_request_under_either_name(here: Practice) -> None:
    for host in (HOST, "ecr-public.aws.com"):
        assert await minting(here, host, "environment") == f"{ADA.password}\n"
    assert here.asked() == [f"POST {API}/"] * 2


async def test_a_helper_that_gets_none_says_what_begins_the_session_anew(here: Practice) -> None:
    here.config(SSO_PROFILE)

    said = await minting(here, HOST, "profile:dev")

    assert said.strip().endswith(": run aws sso login --profile dev")


def test_a_helper_gets_no_login_for_a_page_of_amazons() -> None:
    with pytest.raises(RefusedError):
        aws.mint(host="gallery.ecr.aws", environ=os.environ, origin="default")
