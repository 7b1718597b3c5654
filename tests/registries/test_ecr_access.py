"""Who may pull from Amazon ECR: the account, the policy read, shown and changed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.aws import ECR, OWNER, Practice, image, made, practice, pushed
from tests.support.conversation import problem_of
from wizard.core.names import Repository
from wizard.core.ports import Access, Audience, Opening
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.registries.ecr_policy import PULL_ACTIONS
from wizard.sandbox.dialects.aws import ACCOUNT, EVE, FOREIGN_ACCOUNT, NODES, ROB

EVERYBODY = Audience()
OWN = Audience(account=ACCOUNT)
OTHER = Audience(account=FOREIGN_ACCOUNT)
CLUSTER = Audience(principal=NODES)
ROOT = f"arn:aws:iam::{FOREIGN_ACCOUNT}:root"


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Practice]:
    async with practice(home) as amazon:
        yield amazon


async def seen(here: Practice, repository: Repository, audience: Audience) -> Access:
    found = await ECR.access(repository, audience, OWNER, here.world)
    assert found is not None
    return found


def policy_of(here: Practice, repository: Repository) -> dict[str, Any]:
    found = here.amazon.find(ACCOUNT, repository.path)
    assert found is not None
    document = json.loads(found.policy or "{}")
    assert isinstance(document, dict)
    return document


def set_policy(here: Practice, repository: Repository, *statements: dict[str, Any]) -> None:
    found = here.amazon.find(ACCOUNT, repository.path)
    assert found is not None
    found.policy = json.dumps({"Version": "2012-10-17", "Statement": statements})


def puller(principal: str = NODES, **changes: Any) -> dict[str, Any]:
    """A statement that lets somebody pull."""
    whom = {"Principal": {"AWS": principal}, "Action": list(PULL_ACTIONS)}
    return {"Effect": "Allow", **whom, **changes}


async def test_everybody_is_never_let_in_and_that_costs_no_request(here: Practice) -> None:
    found = await seen(here, image(), EVERYBODY)

    assert (found.is_allowed, found.opening) == (False, None)
    declared = await ECR.declared_visibility(image(), OWNER, here.world)
    assert declared is not None
    assert declared.setting == "private"
    assert here.asked() == []


async def test_both_ways_out_are_commands() -> None:
    ours, public = ECR.publish_fixes(image(), "")

    assert ours.command == f"registry-wizard setup --cluster-account {ACCOUNT}"
    assert public.command == "registry-wizard setup public.ecr.aws/ALIAS"


@pytest.mark.parametrize(
    "audience", [OWN, Audience(principal=f"arn:aws:iam::{ACCOUNT}:role/nodes")]
)
async def test_the_registrys_own_account_pulls_by_its_own_rights(
    here: Practice, audience: Audience
) -> None:
    repository = made(here)

    found = await seen(here, repository, audience)

    assert (found.is_allowed, found.opening) == (True, None)
    assert "ecr:GetAuthorizationToken" in found.evidence[0]


async def test_a_denial_holds_in_the_registrys_own_account_too(here: Practice) -> None:
    repository = made(here)
    set_policy(here, repository, puller("*", Effect="Deny"))

    found = await seen(here, repository, OWN)

    assert (found.is_allowed, found.opening) == (False, None)
    assert found.fixes[0].ask


@pytest.mark.parametrize(("audience", "principal"), [(OTHER, ROOT), (CLUSTER, NODES)])
async def test_another_account_is_let_in_by_the_change_that_was_shown(
    here: Practice, audience: Audience, principal: str
) -> None:
    repository, _ = await pushed(here)
    before = await seen(here, repository, audience)
    assert before.is_allowed is False
    assert before.opening is not None
    assert f'+        "AWS": "{principal}"' in before.opening.diff

    said = await ECR.open_to(repository, audience, OWNER, here.world)

    assert said == f"let {principal} pull from the repository team/my-app"
    after = await seen(here, repository, audience)
    assert (after.is_allowed, after.opening) == (True, None)


async def test_who_was_let_in_pulls_and_did_not_before(here: Practice) -> None:
    repository, _ = await pushed(here)
    eve = here.world.registry_api(
        ECR.endpoint(repository.host), Credential("AWS", Secret(EVE.password))
    )
    problem = await problem_of(eve.head_manifest(repository, "1"))
    assert problem.evidence[-1].status == 403

    await ECR.open_to(repository, OTHER, OWNER, here.world)

    await eve.head_manifest(repository, "1")


async def test_the_command_by_hand_holds_the_whole_policy(here: Practice) -> None:
    repository = made(here)
    opening = (await seen(here, repository, CLUSTER)).opening
    assert isinstance(opening, Opening)

    start, _, text = opening.command.partition(" --policy-text ")

    assert start.endswith(f"--region us-east-1 --registry-id {ACCOUNT}")
    await ECR.open_to(repository, CLUSTER, OWNER, here.world)
    assert json.loads(text.strip("'")) == policy_of(here, repository)


async def test_a_policy_too_long_to_type_is_taken_from_a_file(here: Practice) -> None:
    repository = made(here)
    set_policy(here, repository, *(puller(f"arn:aws:iam::{n:012}:root") for n in range(12)))

    opening = (await seen(here, repository, CLUSTER)).opening

    assert opening is not None
    assert opening.command.endswith(" --policy-text file://policy.json")


async def test_a_change_of_somebody_else_in_between_is_kept(here: Practice) -> None:
    """What was shown is not what is written: the policy is read anew before it is changed."""
    repository = made(here)
    await seen(here, repository, CLUSTER)
    theirs = puller("arn:aws:iam::111111111111:root", Sid="Theirs")
    set_policy(here, repository, theirs)

    await ECR.open_to(repository, CLUSTER, OWNER, here.world)

    assert policy_of(here, repository)["Statement"][0] == theirs
    assert len(policy_of(here, repository)["Statement"]) == 2


async def test_doing_it_again_changes_nothing(here: Practice) -> None:
    repository = made(here)
    await ECR.open_to(repository, CLUSTER, OWNER, here.world)
    before = policy_of(here, repository)

    said = await ECR.open_to(repository, CLUSTER, OWNER, here.world)

    assert said.endswith("already")
    assert policy_of(here, repository) == before


async def test_what_hangs_on_a_condition_is_not_guessed(here: Practice) -> None:
    repository = made(here)
    set_policy(here, repository, puller(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))

    found = await seen(here, repository, CLUSTER)

    assert found.is_allowed is None
    assert "hangs on a Condition" in found.said
    assert found.opening is not None


async def test_what_may_be_denied_is_not_opened(here: Practice) -> None:
    repository = made(here)
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    set_policy(here, repository, puller(), puller("*", Effect="Deny", Condition=condition))

    for audience in (CLUSTER, OWN):
        found = await seen(here, repository, audience)
        assert (found.is_allowed, found.opening) == (None, None)


async def test_who_may_not_see_or_change_the_policy_is_told_whom_to_ask(here: Practice) -> None:
    repository = made(here)
    here.keys(ROB)

    found = await seen(here, repository, CLUSTER)
    problem = await problem_of(ECR.open_to(repository, CLUSTER, OWNER, here.world))

    assert found.is_allowed is None
    assert "ecr:GetRepositoryPolicy" in found.evidence[0]
    assert found.fixes[0].ask
    assert problem.cause == "pull.cluster-not-granted"
    assert problem.evidence[-1].facts["permission"] == "ecr:GetRepositoryPolicy"
    assert (await seen(here, repository, OWN)).is_allowed


@pytest.mark.parametrize("text", ["[]", '{"Statement": [1]}', "[" * 5000])
async def test_a_policy_that_cannot_be_read_is_left_alone(here: Practice, text: str) -> None:
    repository = made(here)
    found = here.amazon.find(ACCOUNT, repository.path)
    assert found is not None
    found.policy = text

    access = await seen(here, repository, CLUSTER)
    problem = await problem_of(ECR.open_to(repository, CLUSTER, OWNER, here.world))

    assert access.is_allowed is None
    assert problem.cause == "pull.cluster-not-granted"
    assert problem.fixes[0].url.endswith("/team/my-app?region=us-east-1")
    assert found.policy == text


async def test_a_policy_that_would_grow_too_long_is_left_alone(here: Practice) -> None:
    repository = made(here)
    set_policy(here, repository, puller("arn:aws:iam::111111111111:root", Sid="x" * 10000))
    before = policy_of(here, repository)

    problem = await problem_of(ECR.open_to(repository, CLUSTER, OWNER, here.world))

    assert "10240" in problem.evidence[0].answered
    assert policy_of(here, repository) == before


async def test_a_principal_that_amazon_does_not_take_is_told(here: Practice) -> None:
    repository = made(here)
    here.refuse("SetRepositoryPolicy", "InvalidParameterException")

    problem = await problem_of(ECR.open_to(repository, CLUSTER, OWNER, here.world))

    assert problem.cause == "pull.cluster-not-granted"


async def test_without_a_session_only_the_own_account_is_known(here: Practice) -> None:
    here.keys(None)

    for credential in (ANONYMOUS, Credential("AWS", Secret("pasted"))):
        own = await ECR.access(image(), OWN, credential, here.world)
        assert own is not None
        assert own.is_allowed
        assert await ECR.access(image(), CLUSTER, credential, here.world) is None
    problem = await problem_of(ECR.open_to(image(), CLUSTER, ANONYMOUS, here.world))
    assert problem.cause == "login.missing"
