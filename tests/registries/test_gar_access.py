"""Who may pull from Artifact Registry: the policy read, shown, changed, and what forbids that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.conversation import problem_of
from tests.support.google import (
    API,
    GAR,
    OWNER,
    READER,
    Practice,
    api,
    image,
    made,
    practice,
    pushed,
)
from wizard.core.ports import Audience
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.registries import gar_access
from wizard.registries.gar_places import place_of
from wizard.sandbox.dialects.google import NODES, PUSHER, READER_EMAIL
from wizard.sandbox.dialects.google import READER as READER_ROLE
from wizard.sandbox.exchange import Answer as PracticeAnswer
from wizard.sandbox.exchange import Request

EVERYBODY = Audience()
CLUSTER = Audience(principal=NODES)
CLUSTER_MEMBER = f"serviceAccount:{NODES}"
LOCKED = image("practice-locked/images/app")
DISABLED = image("practice-disabled/images/app")
FOREIGN = image("practice-foreign/images/app")


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Practice]:
    async with practice(home) as google:
        yield google


async def test_everybody_is_let_in_and_the_anonymous_pull_works(here: Practice) -> None:
    repository, _ = await pushed(here)
    before = await GAR.access(repository, EVERYBODY, OWNER, here.world)
    assert before is not None
    assert before.is_allowed is False
    assert before.opening is not None
    assert '+      "allUsers"' in before.opening.diff
    assert "--member=allUsers --role=roles/artifactregistry.reader" in before.opening.command
    assert any("all images in images" in one for one in before.opening.details)

    said = await GAR.open_to(repository, EVERYBODY, OWNER, here.world)

    assert said == "let everybody read the repository images"
    await api(here, ANONYMOUS).head_manifest(repository, "1")
    after = await GAR.access(repository, EVERYBODY, OWNER, here.world)
    assert after is not None
    assert (after.is_allowed, after.opening) == (True, None)
    declared = await GAR.declared_visibility(repository, OWNER, here.world)
    assert declared is not None
    assert declared.setting == "public"
    assert "/docker/practice-project/us/images/team/app?" in declared.url


async def test_doing_it_again_changes_nothing(here: Practice) -> None:
    repository = await made(here)
    await GAR.open_to(repository, EVERYBODY, OWNER, here.world)
    here.sandbox.forget_requests()

    said = await GAR.open_to(repository, EVERYBODY, OWNER, here.world)

    assert said.endswith("already")
    assert not [one for one in here.asked() if one.startswith("POST")]


async def test_an_organisations_policy_that_forbids_it_is_told_with_whom_to_ask(
    here: Practice,
) -> None:
    await made(here, LOCKED)

    problem = await problem_of(GAR.open_to(LOCKED, EVERYBODY, OWNER, here.world))

    assert problem.cause == "pull.policy-forbids-public"
    assert "organisation" in problem.fixes[0].ask
    assert "--cluster-principal" in problem.fixes[1].command


async def test_who_may_not_change_the_policy_is_told_whom_to_ask(here: Practice) -> None:
    repository = await made(here)
    granted = here.google.projects["practice-project"].roles
    granted[f"user:{READER_EMAIL}"] = "roles/artifactregistry.writer"

    access = await GAR.access(repository, EVERYBODY, READER, here.world)
    problem = await problem_of(GAR.open_to(repository, EVERYBODY, READER, here.world))

    assert access is not None
    assert (access.is_allowed, access.opening) == (None, None)
    assert access.fixes[0].ask
    assert problem.cause == "pull.private"
    permission = problem.evidence[0].facts["permission"]
    assert permission == "artifactregistry.repositories.getIamPolicy"


async def test_a_clusters_own_account_is_let_in_by_name(here: Practice) -> None:
    repository = await made(here)
    before = await GAR.access(repository, CLUSTER, OWNER, here.world)
    assert before is not None
    assert before.is_allowed is False
    assert f"serviceAccount:{NODES}" in (before.opening.command if before.opening else "")

    await GAR.open_to(repository, CLUSTER, OWNER, here.world)

    after = await GAR.access(repository, CLUSTER, OWNER, here.world)
    assert after is not None
    assert after.is_allowed is True
    assert NODES in after.said
    token = here.google.tokens.issue(f"serviceAccount:{NODES}")
    await api(here, Credential("oauth2accesstoken", Secret(token))).prove(repository)


async def test_a_change_of_somebody_else_in_between_is_kept(here: Practice) -> None:
    """The practice changes the policy after it was read, once; ours is made on top of that."""
    repository = await made(here)
    found = here.google.find("practice-project", "us", "images")
    assert found is not None
    others = [{"role": READER_ROLE, "members": ["group:others@practice.test"]}]
    races = [others]

    def race(request: Request, answer: PracticeAnswer) -> PracticeAnswer:
        if request.path.endswith(":getIamPolicy") and races:
            here.google.change_policy(found, races.pop())
        return answer

    here.meddle(after=race)
    await GAR.open_to(repository, EVERYBODY, OWNER, here.world)

    assert found.bindings == [
        {"role": READER_ROLE, "members": ["group:others@practice.test", "allUsers"]}
    ]
    writes = [one.status for one in here.sandbox.requests if one.path.endswith("setIamPolicy")]
    assert writes == [409, 200]


async def test_a_race_that_does_not_end_is_given_up(here: Practice) -> None:
    repository = await made(here)
    found = here.google.find("practice-project", "us", "images")
    assert found is not None

    def race(request: Request, answer: PracticeAnswer) -> PracticeAnswer:
        if request.path.endswith(":getIamPolicy"):
            here.google.change_policy(found, [])
        return answer

    here.meddle(after=race)
    problem = await problem_of(GAR.open_to(repository, EVERYBODY, OWNER, here.world))

    assert problem.evidence[0].status == 409
    assert here.asked(API).count(f"POST /v1/{place_of(repository).resource}:setIamPolicy") == 2


async def test_conditions_stay_as_they_were(here: Practice) -> None:
    repository = await made(here)
    found = here.google.find("practice-project", "us", "images")
    assert found is not None
    conditional = {
        "role": READER_ROLE,
        "members": [f"serviceAccount:{NODES}"],
        "condition": {"title": "until spring", "expression": "request.time < x"},
    }
    here.google.change_policy(found, [conditional])

    seen = await GAR.access(repository, CLUSTER, OWNER, here.world)
    await GAR.open_to(repository, EVERYBODY, OWNER, here.world)

    assert seen is not None
    assert seen.is_allowed is None
    assert found.bindings == [conditional, {"role": READER_ROLE, "members": ["allUsers"]}]
    assert found.version == 3


def policy(*bindings: tuple[str, str]) -> dict[str, object]:
    return {"bindings": [{"role": role, "members": [member]} for role, member in bindings]}


@pytest.mark.parametrize(
    ("found", "member", "allowed"),
    [
        (policy(), "allUsers", False),
        (policy((READER_ROLE, "allUsers")), "allUsers", True),
        (policy((READER_ROLE, "allUsers")), CLUSTER_MEMBER, True),
        (policy((READER_ROLE, "allAuthenticatedUsers")), "allUsers", False),
        (policy((READER_ROLE, "allAuthenticatedUsers")), CLUSTER_MEMBER, True),
        (policy((READER_ROLE, "group:nodes@x.test")), CLUSTER_MEMBER, None),
        (policy((READER_ROLE, "domain:x.test")), CLUSTER_MEMBER, None),
        (policy((READER_ROLE, "group:nodes@x.test")), "allUsers", False),
        (policy(("roles/artifactregistry.writer", "allUsers")), "allUsers", True),
        (policy(("roles/browser", f"serviceAccount:{NODES}")), CLUSTER_MEMBER, False),
        (policy(("projects/p/roles/own", "allUsers")), "allUsers", None),
        (policy((READER_ROLE, f"serviceAccount:{PUSHER}")), CLUSTER_MEMBER, False),
        # Its own project may have let it in, which the repository's policy does not show.
        (policy(), f"serviceAccount:{PUSHER}", None),
        (
            policy((READER_ROLE, f"deleted:serviceAccount:{NODES}?uid=1")),
            f"serviceAccount:{NODES}",
            False,
        ),
        (
            {"bindings": [None, {"role": 1}, {"role": READER_ROLE, "members": "x"}]},
            "allUsers",
            False,
        ),
    ],
)
def test_a_policy_is_read_as_far_as_it_can_be(
    found: dict[str, object], member: str, allowed: bool | None
) -> None:
    verdict = gar_access.evaluate(found, member, place_of(image()))

    assert verdict.is_allowed is allowed


@pytest.mark.parametrize(
    ("principal", "member"),
    [
        (NODES, f"serviceAccount:{NODES}"),
        ("ada@example.com", "user:ada@example.com"),
        (CLUSTER_MEMBER, f"serviceAccount:{NODES}"),
        ("principal://iam.googleapis.com/x", "principal://iam.googleapis.com/x"),
    ],
)
def test_a_principal_is_written_as_policies_write_it(principal: str, member: str) -> None:
    assert gar_access.member_of(Audience(principal=principal)) == member


def test_an_account_of_aws_is_nobody_at_google() -> None:
    nodes = "nodes@other-project.iam.gserviceaccount.com"

    assert gar_access.known(Audience("123456789012")).is_everybody
    assert gar_access.known(Audience(principal="arn:aws:iam::123456789012:root")).is_everybody
    assert gar_access.known(Audience("123456789012", nodes)) == Audience(principal=nodes)
