"""Amazon's sessions and logins: whose they are, how long, what they cost, why they do not work."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.aws import (
    API,
    ECR,
    HOST,
    KEYS_OF_ADA,
    OWNER,
    SSO_PROFILE,
    STS,
    Practice,
    image,
    practice,
)
from tests.support.conversation import problem_of
from wizard.core.diagnosis import Fault
from wizard.core.ports import Session
from wizard.core.secret import Credential, Secret
from wizard.sandbox.dialects.aws import ACCOUNT, ADA, EVE, NED, OLD, PracticeKey
from wizard.sandbox.dialects.ecr import FOREIGN_HOST

LOGIN = f"aws ecr get-login-password --region {HOST.split('.')[3]}"


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Practice]:
    async with practice(home) as amazon:
        yield amazon


async def only(here: Practice, host: str = HOST) -> Session:
    (found,) = await ECR.sessions(host, here.world)
    return found


# --- sessions -----------------------------------------------------------------------------------


async def test_signing_in_is_two_requests_and_nothing_more_is_asked_afterwards(
    here: Practice,
) -> None:
    session = await only(here)
    assert session.credential is not None
    identity = await ECR.inspect(session.credential, image(), here.world)

    assert here.asked() == [f"POST {STS}/", f"POST {API}/"]
    assert session.credential == OWNER
    assert session.source == "AWS keys in the environment"
    assert session.identity is not None
    assert session.identity.evidence == (f"AWS account {ACCOUNT}", ADA.arn)
    assert identity.expires == session.identity.expires == session.credential.expires
    assert identity.expires is not None
    assert identity.expires - datetime.now(UTC) > timedelta(hours=11)


async def test_a_profile_is_named_and_its_session_is_kept_in_mind(here: Practice) -> None:
    here.keys(None)
    here.config(f"[profile dev]\naws_account_id = {ACCOUNT}\n{KEYS_OF_ADA}")

    session = await only(here)

    assert session.source == "AWS profile dev (access key)"
    assert session.credential is not None
    assert session.credential.origin == "profile:dev"


async def test_an_sso_session_that_is_over_names_the_exact_command(here: Practice) -> None:
    here.keys(None)
    here.config(SSO_PROFILE)

    session = await only(here)

    assert session.source == "AWS profile dev (SSO)"
    assert session.problem is not None
    assert session.problem.cause == "login.cloud-expired"
    assert [fix.command for fix in session.problem.fixes] == ["aws sso login --profile dev"]


async def test_a_machine_without_credentials_is_told_how_to_sign_in(here: Practice) -> None:
    here.keys(None)

    session = await only(here)

    assert session.problem is not None
    assert session.problem.cause == "login.cloud-missing"
    assert session.problem.fixes[0].command == "aws configure sso"
    assert here.asked() == []


async def test_who_may_not_ask_for_a_login_is_told_the_permission_and_whom_to_ask(
    here: Practice,
) -> None:
    here.keys(NED)

    problem = (await only(here)).problem

    assert problem is not None
    assert problem.cause == "login.cloud-denied"
    assert problem.evidence[0].facts["permission"] == "ecr:GetAuthorizationToken"
    assert problem.evidence[0].facts["arn"] == NED.arn
    assert "ecr:GetAuthorizationToken" in problem.fixes[0].title
    assert problem.fixes[0].ask


@pytest.mark.parametrize(
    ("key", "cause"),
    [
        (OLD, "login.cloud-expired"),
        (PracticeKey("PRACTICE-KEY-NOBODY", "wrong", ADA.arn, ""), "login.rejected"),
    ],
)
async def test_keys_in_the_environment_that_serve_no_more_want_fresh_ones(
    here: Practice, key: PracticeKey, cause: str
) -> None:
    here.keys(key)

    session = await only(here)

    assert session.source == "AWS keys in the environment"
    assert session.problem is not None
    assert session.problem.cause == cause
    assert session.problem.fixes[0].title.startswith("Take fresh keys")


async def test_a_profile_that_wants_a_code_says_how_to_give_it_once(here: Practice) -> None:
    here.keys(None)
    here.config(
        f"[profile dev]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/dev\nsource_profile = me\n"
        f"mfa_serial = arn:aws:iam::{ACCOUNT}:mfa/ada\n[profile me]\n{KEYS_OF_ADA}"
    )

    problem = (await only(here)).problem

    assert problem is not None
    assert problem.cause == "login.cloud-missing"
    assert "export-credentials --profile dev" in problem.fixes[0].command


async def test_a_profile_that_is_not_there_is_named(here: Practice) -> None:
    here.environ["AWS_PROFILE"] = "gone"

    problem = (await only(here)).problem

    assert problem is not None
    assert problem.cause == "login.cloud-missing"
    assert "gone" in problem.evidence[0].message
    assert problem.fixes[0].command == "aws configure list-profiles"


async def test_an_amazon_out_of_reach_is_a_fault_and_not_a_refusal(here: Practice) -> None:
    here.environ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"

    problem = (await only(here)).problem

    assert problem is not None
    assert (problem.cause, problem.evidence[0].fault) == ("", Fault.REFUSED)


async def test_a_session_of_another_account_says_what_that_takes(here: Practice) -> None:
    session = await only(here, FOREIGN_HOST)

    assert session.identity is not None
    (note,) = session.identity.notes
    assert note.startswith(
        f"you are in account {ACCOUNT}: the repository's policy in {EVE.account}"
    )


async def test_a_secret_of_amazon_is_in_no_refusal(here: Practice) -> None:
    here.keys(OLD)

    problem = (await only(here)).problem

    assert OLD.secret not in repr(problem)
    assert OLD.session_token not in repr(problem)


# --- suggestions ----------------------------------------------------------------------------------


async def test_accounts_and_regions_of_the_profiles_are_suggested_without_a_request(
    here: Practice,
) -> None:
    here.config(
        f"[profile dev]\nregion = eu-west-1\nsso_account_id = {ACCOUNT}\n"
        "[profile bare]\nregion = eu-central-1\n[profile odd]\nregion = Mars\n"
        "role_arn = arn:aws:iam::1:role/x\n"
    )

    found = [one async for one in ECR.suggest(here.world)]

    assert [(dict(one.answers), one.reason) for one in found] == [
        ({"region": "us-east-1"}, "AWS keys in the environment"),
        ({"region": "eu-central-1"}, "AWS profile bare"),
        ({"account": ACCOUNT, "region": "eu-west-1"}, "AWS profile dev (SSO)"),
    ]
    assert [one.is_logged_in for one in found] == [True, False, False]
    assert here.asked() == []


async def test_a_machine_that_knows_nothing_suggests_nothing(here: Practice) -> None:
    here.keys(None)
    here.environ.pop("AWS_REGION")

    assert [one async for one in ECR.suggest(here.world)] == []


# --- what is pasted ---------------------------------------------------------------------------


def password(ends: datetime) -> Secret:
    """As Amazon makes them: a document in base64 that names its own end."""
    document = {"payload": "x", "version": "2", "expiration": int(ends.timestamp())}
    return Secret(base64.b64encode(json.dumps(document).encode()).decode().rstrip("="))


async def test_a_pasted_login_tells_its_own_end(here: Practice) -> None:
    ends = datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)

    identity = await ECR.inspect(Credential("", password(ends)), image(), here.world)

    assert (identity.username, identity.expires) == ("AWS", ends)
    assert here.asked() == []


async def test_a_login_that_has_ended_is_told_before_it_is_sent(here: Practice) -> None:
    ended = datetime.now(UTC) - timedelta(minutes=1)

    problem = await problem_of(ECR.inspect(Credential("", password(ended)), image(), here.world))

    assert problem.cause == "login.expired"
    assert here.asked() == []


@pytest.mark.parametrize("secret", ["", "x", "e30=", "bnVsbA==", "eyJleHBpcmF0aW9uIjogMWU5OX0="])
async def test_a_password_without_a_date_is_left_to_the_registry(
    here: Practice, secret: str
) -> None:
    identity = await ECR.inspect(Credential("AWS", Secret(secret)), image(), here.world)

    assert identity.expires is None


async def test_any_other_user_name_is_told_with_the_command_that_prints_the_password(
    here: Practice,
) -> None:
    given = Credential("ada", Secret("hunter2"))

    problem = await problem_of(ECR.inspect(given, image(), here.world))

    assert problem.cause == "login.token-kind"
    assert "always AWS, and ada was given" in problem.evidence[0].message
    assert problem.fixes[0].command == LOGIN


def test_a_login_of_twelve_hours_is_unfit_for_clusters() -> None:
    assert "12 hours" in ECR.unfit_for_clusters(OWNER)
    assert ECR.unfit_for_clusters(Credential("robot", Secret("x"))) == ""
    assert ECR.pull_token(image()).title.startswith("no secret at all")
