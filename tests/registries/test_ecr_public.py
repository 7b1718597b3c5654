"""Amazon ECR Public's provider against the practice: logins, aliases, repositories, deletion."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.aws import KEYS_OF_ADA, SSO_PROFILE, STS, Practice, practice
from tests.support.aws_public import (
    API,
    HOST,
    OWNER,
    PUBLIC,
    api,
    dialect,
    image,
    made,
    pushed,
)
from tests.support.conversation import image as new_image
from tests.support.conversation import problem_of
from tests.support.conversation import push as push_image
from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Problem, Stage, diagnose
from wizard.core.ports import Audience, Session
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.core.signs import COMMON_SIGNS
from wizard.sandbox.dialects.aws import ACCOUNT, ADA, LEA, NED, OLD, ROB
from wizard.sandbox.dialects.ecr_public_api import DEFAULT_ALIAS, FOREIGN_ALIAS

NAME = f"{HOST}/practice/team/my-app"


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Practice]:
    async with practice(home) as amazon:
        yield amazon


async def only(here: Practice) -> Session:
    (found,) = await PUBLIC.sessions(HOST, here.world)
    return found


def cause_of(problem: Problem) -> str:
    return diagnose(problem, CATALOGUE, PUBLIC.signs, COMMON_SIGNS).cause


# --- who one is -----------------------------------------------------------------------------------


async def test_signing_in_is_two_requests_and_nothing_more_is_asked_afterwards(
    here: Practice,
) -> None:
    session = await only(here)
    assert session.credential is not None
    identity = await PUBLIC.inspect(session.credential, image(), here.world)

    assert here.asked() == [f"POST {STS}/", f"POST {API}/"]
    assert session.credential == OWNER
    assert session.source == "AWS keys in the environment"
    assert session.identity is not None
    assert session.identity.evidence == (f"AWS account {ACCOUNT}", ADA.arn)
    assert session.identity.notes == ()
    assert identity.expires is not None
    assert identity.expires - datetime.now(UTC) > timedelta(hours=11)


async def test_both_rights_are_asked_for_where_the_one_that_is_forgotten_lacks(
    here: Practice,
) -> None:
    for key, permission in ((ROB, "sts:GetServiceBearerToken"), (NED, "ecr-public:GetAuth")):
        here.keys(key)

        problem = (await only(here)).problem

        assert problem is not None
        assert problem.cause == "login.cloud-denied"
        assert problem.evidence[0].facts["permission"].startswith(permission)
        assert "ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken" in (
            problem.fixes[0].title
        )
        assert problem.fixes[0].ask


async def test_a_session_that_ran_out_or_was_never_begun_names_the_command(here: Practice) -> None:
    here.keys(None)
    nobody = (await only(here)).problem
    here.config(SSO_PROFILE)
    ended = (await only(here)).problem

    assert nobody is not None
    assert ended is not None
    assert (nobody.cause, nobody.fixes[0].command) == ("login.cloud-missing", "aws configure sso")
    assert (ended.cause, ended.fixes[0].command) == (
        "login.cloud-expired",
        "aws sso login --profile dev",
    )


async def test_a_role_that_may_not_be_assumed_is_no_matter_of_this_registry(here: Practice) -> None:
    here.keys(None)
    role = f"arn:aws:iam::{ACCOUNT}:role/admin"
    profile = f"[profile dev]\nrole_arn = {role}\nsource_profile = me\n[profile me]\n{KEYS_OF_ADA}"
    here.config(profile)
    here.environ["AWS_PROFILE"] = "dev"

    problem = (await only(here)).problem

    assert problem is not None
    assert "sts:AssumeRole" in problem.fixes[0].title


async def test_ones_own_aliases_are_suggested_the_primary_first_and_none_is_pushed_upon_anybody(
    here: Practice,
) -> None:
    found = [one async for one in PUBLIC.suggest(here.world)]

    assert [one.answers["alias"] for one in found] == ["practice", DEFAULT_ALIAS]
    assert {one.reason for one in found} == {"an alias of AWS keys in the environment"}
    assert not any(one.is_logged_in for one in found)


@pytest.mark.parametrize("key", [None, NED, OLD])
async def test_who_may_not_list_them_gets_no_suggestion(here: Practice, key: object) -> None:
    here.keys(key)  # type: ignore[arg-type]

    assert [one async for one in PUBLIC.suggest(here.world)] == []


async def test_any_other_user_name_is_told_with_the_command_that_prints_the_password(
    here: Practice,
) -> None:
    given = Credential("ada", Secret("hunter2"))

    problem = await problem_of(PUBLIC.inspect(given, image(), here.world))

    assert problem.cause == "login.token-kind"
    command = "aws ecr-public get-login-password --region us-east-1"
    assert problem.fixes[0].command == command


async def test_a_pasted_login_that_has_ended_is_told_before_it_is_sent(here: Practice) -> None:
    ended = int((datetime.now(UTC) - timedelta(minutes=1)).timestamp())
    text = base64.b64encode(json.dumps({"expiration": ended}).encode()).decode()

    problem = await problem_of(PUBLIC.inspect(Credential("", Secret(text)), image(), here.world))

    assert problem.cause == "login.expired"
    assert here.asked() == []


def test_no_cluster_needs_a_login_and_none_of_twelve_hours_is_given_to_it() -> None:
    assert PUBLIC.pull_token(image()).title.startswith("no secret at all")
    assert "12 hours" in PUBLIC.unfit_for_clusters(OWNER)
    assert PUBLIC.unfit_for_clusters(Credential("robot", Secret("x"))) == ""


# --- the repository -------------------------------------------------------------------------------


async def test_a_missing_repository_says_that_all_will_see_it_and_gives_its_command(
    here: Practice,
) -> None:
    here.config(f'[profile "my dev"]\n{KEYS_OF_ADA}')
    of_dev = Credential("AWS", OWNER.secret, "profile:my dev")

    missing = await PUBLIC.missing_repository(image(), of_dev, here.world)

    assert missing is not None
    assert missing.title == f"the public repository {NAME}"
    assert missing.details[0].startswith("Everybody can pull")
    assert missing.details[1].endswith("https://gallery.ecr.aws/practice/team/my-app")
    command = "aws ecr-public create-repository --repository-name team/my-app --region us-east-1"
    assert missing.command == f"{command} --profile 'my dev'"


@pytest.mark.parametrize("lists_tags", [True, False])
async def test_it_is_made_and_then_the_registry_itself_knows_it(
    here: Practice, *, lists_tags: bool
) -> None:
    dialect(here).lists_tags = lists_tags
    said = await PUBLIC.create_repository(image(), OWNER, here.world)

    assert said == f"made the public repository {NAME}"
    lists = [one for one in here.sandbox.requests if one.path.endswith("/tags/list")]
    # Asked until it knew; that it may not list tags at all (D5) is no reason to go on asking.
    assert [one.status for one in lists] == [404, 404, 200 if lists_tags else 404]
    assert await PUBLIC.missing_repository(image(), OWNER, here.world) is None
    await api(here).may_push(image())


async def test_making_what_somebody_else_has_just_made_is_no_failure(here: Practice) -> None:
    made(here)

    said = await PUBLIC.create_repository(image(), OWNER, here.world)

    assert said == f"the public repository {NAME} was there already"


async def test_under_anothers_alias_nothing_is_offered_and_nothing_made(here: Practice) -> None:
    foreign = image("team/app", FOREIGN_ALIAS)

    assert await PUBLIC.missing_repository(foreign, OWNER, here.world) is None
    problem = await problem_of(PUBLIC.create_repository(foreign, OWNER, here.world))

    assert problem.cause == "push.not-permitted"
    commands = [fix.command for fix in problem.fixes]
    assert f"registry-wizard setup {HOST}/practice" in commands
    assert list(dialect(here).gallery.repositories) == [f"{FOREIGN_ALIAS}/team/app"]


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("LimitExceededException", "push.policy"),
        ("InvalidParameterException", "reference.invalid"),
        ("ServerException", "network.registry-down"),
    ],
)
async def test_a_repository_that_cannot_be_made_says_why(
    here: Practice, code: str, cause: str
) -> None:
    here.refuse("CreateRepository", code)

    problem = await problem_of(PUBLIC.create_repository(image(), OWNER, here.world))

    assert cause_of(problem) == cause
    assert all("userguide" not in fix.url for fix in problem.fixes)


async def test_who_may_not_make_it_is_told_the_permission_and_whom_to_ask(here: Practice) -> None:
    here.keys(LEA)

    problem = await problem_of(PUBLIC.create_repository(image(), OWNER, here.world))

    assert problem.cause == "push.not-permitted"
    assert problem.evidence[-1].facts["permission"] == "ecr-public:CreateRepository"
    assert "ecr-public:CreateRepository" in problem.fixes[0].title
    assert problem.fixes[0].ask


async def test_what_may_not_be_seen_is_left_to_the_registry_to_tell(here: Practice) -> None:
    assert await PUBLIC.missing_repository(image(), ANONYMOUS, here.world) is None
    here.keys(NED)
    assert await PUBLIC.missing_repository(image(), OWNER, here.world) is None
    problem = await problem_of(PUBLIC.create_repository(image(), ANONYMOUS, here.world))
    assert problem.cause == "login.missing"


async def test_who_wants_it_private_is_stopped_before_anything_is_made(here: Practice) -> None:
    problem = await problem_of(PUBLIC.missing_private(image(), OWNER, here.world))

    found = diagnose(problem, CATALOGUE, PUBLIC.signs, COMMON_SIGNS)
    assert found.cause == "push.already-public"
    assert found.summary.startswith(f"{HOST} is there and public")
    # There is no settings page on which that could be changed.
    assert not any("settings page" in fix.title for fix in found.fixes)
    assert here.asked() == []


# --- the registry itself --------------------------------------------------------------------------


async def test_the_registrys_own_refusals_are_told_apart(here: Practice) -> None:
    gone = await problem_of(api(here).may_push(image()))
    repository = made(here)
    lea = await problem_of(api(here, Credential("AWS", Secret(LEA.password))).may_push(repository))
    nobody = await problem_of(api(here, ANONYMOUS).may_push(repository))
    foreign = await problem_of(api(here).may_push(image("team/app", FOREIGN_ALIAS)))

    assert cause_of(gone) == "push.repository-missing"
    assert cause_of(lea) == cause_of(foreign) == "push.not-permitted"
    assert "ecr-public:InitiateLayerUpload" in lea.evidence[-1].message
    assert cause_of(nobody) == "login.missing"


async def test_a_login_of_yesterday_spoils_pulling_and_pushing(here: Practice) -> None:
    repository, manifest = await pushed(here)
    old = api(here, Credential("AWS", Secret(OLD.password)))

    pulling = await problem_of(old.get_manifest(repository, "1"))
    pushing = await problem_of(old.may_push(repository))

    assert cause_of(pushing) == "login.expired"
    assert pulling.evidence[-1].message.startswith("Your authorization token has expired")
    said = await api(here, ANONYMOUS).get_manifest(repository, "1")
    assert said.digest == manifest.digest


async def test_too_many_pulls_are_a_matter_of_time(here: Practice) -> None:
    repository, _ = await pushed(here)
    dialect(here).pace.left = 0.0

    problem = await problem_of(api(here, ANONYMOUS).get_manifest(repository, "1"))

    assert cause_of(problem) == "network.rate-limited"


@pytest.mark.parametrize("audience", [Audience(), Audience(account="210987654321")])
async def test_everybody_may_pull_and_nobody_need_be_asked(
    here: Practice, audience: Audience
) -> None:
    found = await PUBLIC.access(image(), audience, ANONYMOUS, here.world)
    declared = await PUBLIC.declared_visibility(image(), ANONYMOUS, here.world)

    assert found is not None
    assert found.is_allowed
    assert declared is not None
    assert (declared.setting, declared.url) == (
        "public",
        "https://gallery.ecr.aws/practice/team/my-app",
    )
    assert here.asked() == []


# --- taking it away -------------------------------------------------------------------------------


async def test_the_test_image_is_deleted_and_what_others_tagged_stays(here: Practice) -> None:
    repository, manifest = await pushed(here)
    await api(here).put_manifest(repository, "theirs", manifest)

    said = await PUBLIC.delete(repository.tagged("1"), manifest.digest, OWNER, here.world)

    assert said == f"deleted {NAME}:1"
    problem = await problem_of(api(here).head_manifest(repository, "1"))
    assert problem.evidence[-1].status == 404
    await api(here).head_manifest(repository, "theirs")


async def test_what_cannot_be_deleted_is_named_with_its_page(here: Practice) -> None:
    repository, manifest = await pushed(here)
    here.keys(LEA)
    tagged = repository.tagged("1")

    problem = await problem_of(PUBLIC.delete(tagged, manifest.digest, OWNER, here.world))

    assert problem.cause == "push.not-permitted"
    assert problem.evidence[0].stage is Stage.DELETE
    assert problem.evidence[0].facts["permission"] == "ecr-public:BatchDeleteImage"
    assert "/ecr/public-registry/repositories" in problem.fixes[-1].url


async def test_an_image_that_is_gone_is_told(here: Practice) -> None:
    repository = made(here)
    digest = new_image().manifest.digest

    problem = await problem_of(PUBLIC.delete(repository.tagged("1"), digest, OWNER, here.world))

    assert problem.cause == "pull.missing-tag"


async def test_a_namesake_in_ones_own_registry_is_never_deleted_instead(here: Practice) -> None:
    own = made(here, "team/app")
    one = new_image()
    await push_image(api(here), own, one, "1")
    foreign = image("team/app", FOREIGN_ALIAS).tagged("1")

    problem = await problem_of(PUBLIC.delete(foreign, one.manifest.digest, OWNER, here.world))

    assert problem.cause == "push.not-permitted"
    await api(here).head_manifest(own, "1")
