"""Amazon ECR's provider against the practice: repositories, the right to push, deletion."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.aws import (
    API,
    ECR,
    KEYS_OF_ADA,
    OWNER,
    Practice,
    api,
    foreign,
    image,
    made,
    practice,
    pushed,
)
from tests.support.conversation import image as new_image
from tests.support.conversation import problem_of
from tests.support.conversation import push as push_image
from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Problem, Stage, diagnose
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.core.signs import COMMON_SIGNS
from wizard.sandbox.dialects.aws import ACCOUNT, ADA, NED, ROB

WHERE = f"team/my-app in account {ACCOUNT}, us-east-1"


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Practice]:
    async with practice(home) as amazon:
        yield amazon


def cause_of(problem: Problem) -> str:
    return diagnose(problem, CATALOGUE, ECR.signs, COMMON_SIGNS).cause


# --- the repository ------------------------------------------------------------------------------


async def test_a_missing_repository_is_named_with_its_command(here: Practice) -> None:
    missing = await ECR.missing_repository(image(), OWNER, here.world)

    assert missing is not None
    assert missing.title == f"the repository {WHERE}"
    command = "aws ecr create-repository --repository-name team/my-app --region us-east-1"
    assert missing.command == command


async def test_the_command_by_hand_is_of_the_same_profile(here: Practice) -> None:
    here.config(f'[profile "my dev"]\naws_account_id = {ACCOUNT}\n{KEYS_OF_ADA}')
    of_dev = Credential("AWS", OWNER.secret, "profile:my dev")

    missing = await ECR.missing_repository(image(), of_dev, here.world)

    assert missing is not None
    assert missing.command.endswith("--region us-east-1 --profile 'my dev'")


async def test_it_is_made_and_then_the_registry_itself_knows_it(here: Practice) -> None:
    said = await ECR.create_repository(image(), OWNER, here.world)

    assert said == f"made the repository {WHERE}"
    assert await ECR.missing_repository(image(), OWNER, here.world) is None
    await api(here).may_push(image())
    # The registry, which learns of it later, asks who is there and is asked until it knew.
    lists = [one for one in here.sandbox.requests if one.path.endswith("/tags/list")]
    assert [one.status for one in lists] == [401, 404, 404, 200]


async def test_making_what_somebody_else_has_just_made_is_no_failure(here: Practice) -> None:
    made(here)

    said = await ECR.create_repository(image(), OWNER, here.world)

    assert said == f"the repository {WHERE} was there already"


async def test_who_may_not_make_it_is_told_the_permission_and_whom_to_ask(here: Practice) -> None:
    here.keys(ROB)

    problem = await problem_of(ECR.create_repository(image(), OWNER, here.world))

    assert problem.cause == "push.not-permitted"
    assert problem.evidence[-1].facts["permission"] == "ecr:CreateRepository"
    assert "ecr:CreateRepository" in problem.fixes[0].title
    assert problem.fixes[0].ask


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("LimitExceededException", "push.policy"),
        ("InvalidParameterException", "reference.invalid"),
        ("ServerException", "network.registry-down"),
        ("KmsException", "internal.undecided"),
    ],
)
async def test_a_repository_that_cannot_be_made_says_why(
    here: Practice, code: str, cause: str
) -> None:
    here.refuse("CreateRepository", code)

    problem = await problem_of(ECR.create_repository(image(), OWNER, here.world))

    assert cause_of(problem) == cause


async def test_a_repository_that_pushing_makes_need_not_be_made(here: Practice) -> None:
    here.amazon.templates += [
        {"prefix": "ROOT", "appliedFor": ["CREATE_ON_PUSH"]},
        {"prefix": "team/models", "appliedFor": ["REPLICATION"]},
    ]

    assert await ECR.missing_repository(image(), OWNER, here.world) is None
    # The longest prefix that fits decides, and that one makes nothing.
    assert await ECR.missing_repository(image("team/models/a"), OWNER, here.world) is not None


async def test_what_may_not_be_seen_is_left_to_the_registry_to_tell(here: Practice) -> None:
    assert await ECR.missing_repository(foreign("team/none"), OWNER, here.world) is None
    assert await ECR.missing_repository(image(), ANONYMOUS, here.world) is None
    here.keys(NED)
    assert await ECR.missing_repository(image(), OWNER, here.world) is None


async def test_a_management_side_that_does_not_answer_stops_no_push(here: Practice) -> None:
    here.environ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"

    assert await ECR.missing_repository(image(), OWNER, here.world) is None


async def test_a_pasted_login_without_a_session_makes_nothing(here: Practice) -> None:
    here.keys(None)
    pasted = Credential("AWS", Secret(ADA.password))

    assert await ECR.missing_repository(image(), pasted, here.world) is None
    problem = await problem_of(ECR.create_repository(image(), pasted, here.world))
    assert problem.cause == "login.cloud-missing"
    problem = await problem_of(ECR.create_repository(image(), ANONYMOUS, here.world))
    assert problem.cause == "login.missing"


# --- the registry itself ------------------------------------------------------------------------


async def test_the_registrys_own_refusal_names_the_action(here: Practice) -> None:
    repository = made(here)
    rob = Credential("AWS", Secret(ROB.password))

    problem = await problem_of(api(here, rob).may_push(repository))

    assert cause_of(problem) == "push.not-permitted"
    assert "ecr:InitiateLayerUpload" in problem.evidence[-1].message


async def test_another_accounts_registry_lets_nobody_push_without_a_policy(here: Practice) -> None:
    foreign_api = here.world.registry_api(ECR.endpoint(foreign().host), OWNER)

    problem = await problem_of(foreign_api.may_push(foreign()))

    assert cause_of(problem) == "push.not-permitted"
    assert "no resource-based policy" in problem.evidence[-1].message


async def test_a_tag_that_is_there_and_immutable_is_told(here: Practice) -> None:
    repository = image("immutable/app")
    await push_image(api(here), repository, new_image(), "1")

    problem = await problem_of(push_image(api(here), repository, new_image(), "1"))

    assert cause_of(problem) == "push.tag-immutable"


# --- taking it away -------------------------------------------------------------------------------


async def test_the_test_image_is_deleted_by_its_tag(here: Practice) -> None:
    repository, manifest = await pushed(here)

    said = await ECR.delete(repository.tagged("1"), manifest.digest, OWNER, here.world)

    assert said == f"deleted 1 of team/my-app in account {ACCOUNT}"
    assert here.asked(API) == [f"POST {API}/"]
    problem = await problem_of(api(here).head_manifest(repository, "1"))
    assert problem.evidence[-1].status == 404


async def test_an_image_that_others_have_tagged_too_keeps_their_tag(here: Practice) -> None:
    repository, manifest = await pushed(here)
    await api(here).put_manifest(repository, "theirs", manifest)

    await ECR.delete(repository.tagged("1"), manifest.digest, OWNER, here.world)

    await api(here).head_manifest(repository, "theirs")
    await problem_of(api(here).head_manifest(repository, "1"))


async def test_what_cannot_be_deleted_is_named_with_its_page(here: Practice) -> None:
    repository, manifest = await pushed(here)
    here.keys(ROB)

    tagged = repository.tagged("1")
    problem = await problem_of(ECR.delete(tagged, manifest.digest, OWNER, here.world))

    assert problem.cause == "push.not-permitted"
    assert problem.evidence[0].stage is Stage.DELETE
    assert problem.evidence[0].facts["permission"] == "ecr:BatchDeleteImage"
    page = f"https://console.aws.amazon.com/ecr/repositories/private/{ACCOUNT}/team/my-app"
    assert problem.fixes[-1].url == f"{page}?region=us-east-1"


async def test_an_image_that_is_gone_is_told(here: Practice) -> None:
    repository = made(here)
    digest = new_image().manifest.digest

    problem = await problem_of(ECR.delete(repository.tagged("1"), digest, OWNER, here.world))

    assert problem.cause == "pull.missing-tag"


async def test_who_is_let_in_by_another_accounts_policy_pushes_there(here: Practice) -> None:
    here.allow(foreign(), ADA.arn)
    foreign_api = here.world.registry_api(ECR.endpoint(foreign().host), OWNER)

    assert await ECR.missing_repository(foreign(), OWNER, here.world) is None
    await push_image(foreign_api, foreign(), new_image(), "1")


async def test_a_throttled_amazon_is_asked_once_more_and_then_told(here: Practice) -> None:
    here.refuse("CreateRepository", "ThrottlingException")

    problem = await problem_of(ECR.create_repository(image(), OWNER, here.world))

    assert cause_of(problem) == "network.registry-down"
    assert len(here.asked(API)) == 2
