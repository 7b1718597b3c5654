"""The program that speaks for AWS: real botocore against the practice's signed interfaces."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.aws import API, HOST, KEYS_OF_ADA, SSO_PROFILE, STS, Practice, practice
from wizard.clouds import aws
from wizard.clouds.child import RefusedError
from wizard.core.minted import minted_path
from wizard.sandbox.dialects.aws import (
    ACCOUNT,
    ADA,
    DEPLOYER,
    DEPLOYER_ROLE,
    NED,
    OLD,
    ROB,
    PracticeKey,
)
from wizard.sandbox.dialects.aws_sts import SSO_HOST, SSO_PATH

US = {"account": ACCOUNT, "region": "us-east-1"}
APP = {**US, "name": "team/my-app"}


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Practice]:
    async with practice(home) as amazon:
        yield amazon


async def refused(here: Practice, ask: str, **question: Any) -> Mapping[str, str]:
    found = (await here.child(ask, **question))["refused"]
    assert isinstance(found, dict)
    return found


async def test_a_login_is_two_requests_and_says_whose_it_is(here: Practice) -> None:
    answer = (await here.child("session", **US))["answer"]

    assert here.asked() == [f"POST {STS}/", f"POST {API}/"]
    assert (answer["username"], answer["secret"]) == ("AWS", ADA.password)
    assert (answer["account"], answer["arn"]) == (ACCOUNT, ADA.arn)
    assert (answer["origin"], answer["kind"]) == ("environment", "keys")
    left = datetime.fromisoformat(answer["expires"]) - datetime.now(UTC)
    assert timedelta(hours=11) < left <= timedelta(hours=12, minutes=1)


async def test_the_profile_that_names_the_account_goes_before_the_default(here: Practice) -> None:
    here.keys(None)
    here.config(
        f"[profile dev]\naws_account_id = {ACCOUNT}\n{KEYS_OF_ADA}[profile other]\nregion = x\n"
    )

    answer = (await here.child("session", **US))["answer"]

    assert answer["origin"] == "profile:dev"


async def test_the_environments_own_choice_is_taken_as_it_is(here: Practice) -> None:
    here.config(
        f"[profile dev]\n{KEYS_OF_ADA}[profile other]\naws_account_id = {ACCOUNT}\n{KEYS_OF_ADA}"
    )
    here.environ["AWS_PROFILE"] = "dev"

    answer = (await here.child("session", **US))["answer"]

    assert answer["origin"] == "profile:dev"


async def test_the_session_that_makes_dockers_logins_is_the_one_that_is_asked(
    here: Practice,
) -> None:
    """Agreed to before: docker is somebody, and the management side must see the same one."""
    here.keys(None)
    here.config(
        f"[default]\naws_account_id = {ACCOUNT}\n[profile dev]\n{KEYS_OF_ADA}[profile b]\n"
        f"aws_account_id = {ACCOUNT}\n"
    )
    file = minted_path(here.environ, here.home, sys.platform)
    file.parent.mkdir(parents=True)
    by = {"cloud": "aws", "origin": "profile:dev"}
    file.write_text(json.dumps({"hosts": {HOST.replace("us-east", "eu-west"): {}, HOST: by}}))

    answer = (await here.child("session", **US))["answer"]

    assert answer["origin"] == "profile:dev"


async def test_no_credentials_at_all_are_told_without_a_request(here: Practice) -> None:
    here.keys(None)

    assert (await refused(here, "session", **US))["kind"] == "NoCredentials"
    assert here.asked() == []


async def test_a_missing_profile_is_named(here: Practice) -> None:
    here.environ["AWS_PROFILE"] = "gone"

    found = await refused(here, "session", **US)

    assert (found["kind"], found["profile"]) == ("ProfileMissing", "gone")


async def test_an_sso_session_that_is_over_names_the_command(here: Practice) -> None:
    here.keys(None)
    here.config(SSO_PROFILE)

    found = await refused(here, "session", **US)

    assert found["kind"] == "Expired"
    assert found["command"] == "aws sso login --profile dev"


async def test_who_has_signed_in_to_the_company_acts_as_the_role_of_the_profile(
    here: Practice,
) -> None:
    here.keys(None)
    here.config(SSO_PROFILE)
    here.company_login()

    answer = (await here.child("session", **US))["answer"]

    assert (answer["kind"], answer["arn"]) == ("SSO", DEPLOYER.arn)
    assert here.asked() == [f"GET {SSO_HOST}{SSO_PATH}", f"POST {STS}/", f"POST {API}/"]


async def test_a_sign_in_that_the_company_ended_names_the_command(here: Practice) -> None:
    here.keys(None)
    here.config(SSO_PROFILE)
    here.company_login("signed-out-elsewhere")

    found = await refused(here, "session", **US)

    assert (found["kind"], found["command"]) == ("Expired", "aws sso login --profile dev")


async def test_a_role_that_the_company_does_not_give_is_denied(here: Practice) -> None:
    here.keys(None)
    here.config(SSO_PROFILE.replace("deployer", "admin"))
    here.company_login()

    found = await refused(here, "session", **US)

    assert (found["kind"], found["permission"]) == ("Denied", "sso:GetRoleCredentials")


async def test_a_role_is_assumed_by_the_keys_that_its_profile_names(here: Practice) -> None:
    here.keys(None)
    here.environ.pop("AWS_REGION")
    here.config(
        f"[profile dev]\nrole_arn = {DEPLOYER_ROLE}\nsource_profile = me\n[profile me]\n"
        f"{KEYS_OF_ADA}"
    )

    answer = (await here.child("session", **US))["answer"]

    assert (answer["origin"], answer["kind"]) == ("profile:dev", "role")
    assert answer["arn"] == DEPLOYER.arn


async def test_a_role_that_may_not_be_assumed_names_the_action(here: Practice) -> None:
    here.keys(None)
    role = DEPLOYER_ROLE.replace("deployer", "admin")
    here.config(
        f"[profile dev]\nrole_arn = {role}\nsource_profile = me\n[profile me]\n{KEYS_OF_ADA}"
    )

    found = await refused(here, "session", **US)

    assert (found["kind"], found["permission"]) == ("Denied", "sts:AssumeRole")


async def test_a_program_of_the_persons_own_gives_the_keys_and_is_not_quoted(
    here: Practice,
) -> None:
    here.keys(None)
    keys = {"Version": 1, "AccessKeyId": ADA.id, "SecretAccessKey": ADA.secret}
    file = here.home / "keys.json"
    file.write_text(json.dumps(keys))
    here.config(f"[default]\ncredential_process = cat {file}\n")
    answer = (await here.child("session", **US))["answer"]
    here.config("[default]\ncredential_process = sh -c 'echo CANARY >&2; exit 1'\n")

    found = await refused(here, "session", **US)

    assert (answer["kind"], answer["arn"]) == ("process", ADA.arn)
    assert found["kind"] == "NoCredentials"
    assert "CANARY" not in json.dumps(dict(found))


async def test_a_profile_that_asks_for_a_code_is_told_and_nobody_is_asked(here: Practice) -> None:
    here.keys(None)
    here.config(
        f"[profile dev]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/dev\nsource_profile = me\n"
        f"mfa_serial = arn:aws:iam::{ACCOUNT}:mfa/ada\n[profile me]\n{KEYS_OF_ADA}"
    )

    assert (await refused(here, "session", **US))["kind"] == "NeedsCode"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (OLD, "Expired"),
        (PracticeKey(ADA.id, "wrong", ADA.arn, ""), "Rejected"),
        (PracticeKey("PRACTICE-KEY-NOBODY", "wrong", ADA.arn, ""), "Rejected"),
    ],
)
async def test_keys_that_serve_no_more_are_told_apart(
    here: Practice, key: PracticeKey, kind: str
) -> None:
    here.keys(key)

    assert (await refused(here, "session", **US))["kind"] == kind


async def test_who_may_not_ask_for_a_login_is_told_the_permission(here: Practice) -> None:
    here.keys(NED)

    found = await refused(here, "session", **US)

    assert (found["kind"], found["permission"]) == ("Denied", "ecr:GetAuthorizationToken")
    assert found["arn"] == NED.arn


async def test_an_amazon_that_cannot_be_reached_is_a_fault_of_the_network(here: Practice) -> None:
    here.environ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"

    found = await refused(here, "session", **US)

    assert (found["kind"], found["fault"]) == ("Unreachable", "refused")


async def test_a_repository_is_made_described_and_given_a_policy(here: Practice) -> None:
    policy = '{"Version": "2012-10-17", "Statement": []}'
    before = (await here.child("describe", **APP))["answer"]
    await here.child("create", **APP)
    after = (await here.child("describe", **APP))["answer"]
    none = (await here.child("policy", **APP))["answer"]
    await here.child("set_policy", **APP, policy=policy)

    assert before == {"is_there": False, "is_made_by_push": False}
    assert after == {"is_there": True, "mutability": "MUTABLE"}
    assert none == {"policy": ""}
    assert (await here.child("policy", **APP))["answer"] == {"policy": policy}
    found = await refused(here, "create", **APP)
    assert found["kind"] == "RepositoryAlreadyExistsException"


async def test_a_template_by_which_pushing_makes_it_is_seen(here: Practice) -> None:
    here.amazon.templates.append({"prefix": "team", "appliedFor": ["CREATE_ON_PUSH"]})

    answer = (await here.child("describe", **APP))["answer"]

    assert answer["is_made_by_push"]


async def test_a_right_that_is_missing_is_named_by_its_action(here: Practice) -> None:
    here.keys(ROB)

    found = await refused(here, "create", **APP)

    assert (found["kind"], found["permission"]) == ("Denied", "ecr:CreateRepository")


async def test_what_is_to_be_deleted_and_is_not_there_is_told(here: Practice) -> None:
    await here.child("create", **APP)

    assert (await refused(here, "delete", **APP, tag="1"))["kind"] == "ImageNotFoundException"


async def test_profiles_are_listed_without_a_request(here: Practice) -> None:
    here.config(f"[profile dev]\nregion = eu-west-1\nsso_account_id = {ACCOUNT}\n")

    rows = (await here.child("profiles"))["answer"]

    assert [row["origin"] for row in rows] == ["environment", "profile:dev"]
    dev = {"origin": "profile:dev", "account": ACCOUNT, "region": "eu-west-1", "kind": "SSO"}
    assert rows[1] == dev
    assert here.asked() == []


async def minting(here: Practice, origin: str) -> str:
    """What the wizard's own helper would answer: the user name, or the refusal's words."""
    script = (
        "import os; from wizard.clouds import aws, child\n"
        f"try: print(aws.mint({HOST!r}, os.environ, {origin!r})[0])\n"
        "except child.RefusedError as refused: print(refused.facts['message'])"
    )
    argv = [sys.executable, "-c", script]
    return (await here.world.run(argv, timeout_s=30)).stdout.decode().strip()


async def test_a_helpers_login_is_one_request(here: Practice) -> None:
    assert await minting(here, "environment") == "AWS"
    assert here.asked() == [f"POST {API}/"]


async def test_a_helper_that_gets_none_says_what_begins_the_session_anew(here: Practice) -> None:
    here.config(SSO_PROFILE)

    said = await minting(here, "profile:dev")

    assert said.endswith(": run aws sso login --profile dev")


def test_a_helper_gets_no_login_for_a_host_that_is_not_amazons() -> None:
    with pytest.raises(RefusedError):
        aws.mint(host="ghcr.io", environ=os.environ, origin="default")
    assert HOST.startswith(ACCOUNT)
