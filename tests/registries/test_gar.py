"""Artifact Registry's provider against the practice: rights, repositories, policies, deletion."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.conversation import image as new_image
from tests.support.conversation import problem_of, push
from tests.support.google import API, GAR, HOST, OWNER, READER, Practice, image, practice
from wizard.core.image import Manifest
from wizard.core.names import Repository
from wizard.core.ports import Audience, RegistryApi
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential, Secret
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


def api(here: Practice, credential: AnyCredential = OWNER) -> RegistryApi:
    return here.world.registry_api(GAR.endpoint(HOST), credential)


async def made(here: Practice, repository: Repository | None = None) -> Repository:
    """The repository, made by the provider; nothing of it counts as asked."""
    chosen = repository or image()
    await GAR.create_repository(chosen, OWNER, here.world)
    here.sandbox.forget_requests()
    return chosen


async def pushed(here: Practice, tag: str = "1") -> tuple[Repository, Manifest]:
    repository, one = await made(here), new_image(tag)
    await push(api(here), repository, one, tag)
    here.sandbox.forget_requests()
    return repository, one.manifest


# --- the repository ------------------------------------------------------------------------------


async def test_a_missing_repository_is_named_with_its_command(here: Practice) -> None:
    missing = await GAR.missing_repository(image(), OWNER, here.world)

    assert missing is not None
    assert missing.title == "the repository images in project practice-project, us"
    assert missing.command == (
        "gcloud artifacts repositories create images --repository-format=docker "
        "--location=us --project=practice-project"
    )
    assert len(here.asked()) == 1


async def test_it_is_made_and_then_the_registry_itself_knows_it(here: Practice) -> None:
    said = await GAR.create_repository(image(), OWNER, here.world)

    assert said == "made the repository images in project practice-project, us"
    assert await GAR.missing_repository(image(), OWNER, here.world) is None
    await api(here).may_push(image())
    # Asked for once, its operation once; the registry, which learns later, twice.
    created = [one for one in here.asked() if "operations" in one or one.startswith("POST /v1")]
    assert len(created) == 2
    lists = [one for one in here.sandbox.requests if one.path.endswith("/tags/list")]
    assert [one.status for one in lists] == [404, 404]


async def test_making_what_somebody_else_has_just_made_is_no_failure(here: Practice) -> None:
    await made(here)

    said = await GAR.create_repository(image(), OWNER, here.world)

    assert said.endswith("was there already")


async def test_who_may_not_make_it_is_told_the_permission_and_whom_to_ask(here: Practice) -> None:
    problem = await problem_of(GAR.create_repository(image(), READER, here.world))

    assert problem.cause == "push.not-permitted"
    assert problem.evidence[-1].facts["permission"] == "artifactregistry.repositories.create"
    assert problem.fixes[0].ask


async def test_a_project_without_the_api_is_told_the_command_that_enables_it(
    here: Practice,
) -> None:
    problem = await problem_of(GAR.missing_repository(DISABLED, OWNER, here.world))

    fix = problem.fixes[0]
    assert (problem.cause, fix.action) == ("push.repository-missing", "run")
    assert fix.command == (
        "gcloud services enable artifactregistry.googleapis.com --project=practice-disabled"
    )
    assert fix.inverse.startswith("gcloud services disable ")


@pytest.mark.parametrize(
    ("name", "words"), [("mirror", "is a remote repository"), ("wheels", "for PYTHON")]
)
async def test_a_repository_that_takes_no_images_is_told_beforehand(
    here: Practice, name: str, words: str
) -> None:
    repository = image(f"practice-project/{name}/app")

    problem = await problem_of(GAR.missing_repository(repository, OWNER, here.world))

    assert problem.cause == "push.policy"
    assert words in problem.evidence[0].message


async def test_what_may_not_be_seen_is_left_to_the_registry_to_tell(here: Practice) -> None:
    assert await GAR.missing_repository(FOREIGN, OWNER, here.world) is None
    assert await GAR.missing_repository(image(), ANONYMOUS, here.world) is None


async def test_the_right_to_push_is_granted_by_name(here: Practice) -> None:
    repository = await made(here)

    said = await GAR.rights(repository, OWNER, here.world)

    assert "artifactregistry.repositories.uploadArtifacts" in said[0]
    assert len(here.asked()) == 1


async def test_a_missing_right_is_named_with_the_role_that_holds_it(here: Practice) -> None:
    repository = await made(here)

    problem = await problem_of(GAR.rights(repository, READER, here.world))

    assert problem.cause == "push.not-permitted"
    permission = problem.evidence[0].facts["permission"]
    assert permission == "artifactregistry.repositories.uploadArtifacts"
    assert "Artifact Registry Writer" in problem.fixes[0].title


async def test_a_management_side_that_does_not_answer_stops_no_push(here: Practice) -> None:
    here.meddle(instead=lambda request: PracticeAnswer(503) if request.host == API else None)

    assert await GAR.rights(image(), OWNER, here.world) == ()
    assert await GAR.missing_repository(image(), OWNER, here.world) is None


# --- the registry itself ------------------------------------------------------------------------


async def test_the_registrys_own_refusals_name_the_permission(here: Practice) -> None:
    repository = await made(here)

    problem = await problem_of(api(here, READER).may_push(repository))

    assert "uploadArtifacts" in problem.evidence[-1].message


async def test_a_key_signs_in_to_the_registry_under_both_names(here: Practice) -> None:
    repository = await made(here)
    key = here.key_credential()
    encoded = base64.b64encode(key.secret.reveal().encode()).decode()

    for credential in (key, Credential("_json_key_base64", Secret(encoded))):
        await api(here, credential).prove(repository)
        await api(here, credential).may_push(repository)


# --- who may pull ---------------------------------------------------------------------------------


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


async def test_an_aws_account_is_nobody_at_google(here: Practice) -> None:
    access = await GAR.access(image(), Audience(account="123456789012"), OWNER, here.world)

    assert access is not None
    assert access.is_allowed is None
    assert here.asked() == []


# --- taking it away -------------------------------------------------------------------------------


async def test_the_test_image_is_deleted_with_its_tag(here: Practice) -> None:
    repository, manifest = await pushed(here)

    said = await GAR.delete(repository.tagged("1"), manifest.digest, OWNER, here.world)

    assert said == "deleted 1 of team/app in images"
    problem = await problem_of(api(here).head_manifest(repository, "1"))
    assert problem.evidence[-1].status == 404
    methods = [one.partition(" ")[0] for one in here.asked(API)]
    assert methods == ["GET", "DELETE", "GET"]  # its tags, its end, the operation


async def test_an_image_that_others_have_tagged_too_loses_only_our_tag(here: Practice) -> None:
    repository, manifest = await pushed(here)
    await api(here).put_manifest(repository, "theirs", manifest)

    said = await GAR.delete(repository.tagged("1"), manifest.digest, OWNER, here.world)

    assert said is not None
    assert "stays" in said
    await api(here).head_manifest(repository, "theirs")
    await problem_of(api(here).head_manifest(repository, "1"))


async def test_what_cannot_be_deleted_is_named_with_its_page(here: Practice) -> None:
    repository, manifest = await pushed(here)
    reference = repository.tagged("1")

    problem = await problem_of(GAR.delete(reference, manifest.digest, READER, here.world))

    assert problem.cause == "push.not-permitted"
    assert problem.evidence[0].facts["permission"] == "artifactregistry.versions.delete"
    page = problem.fixes[-1].url
    assert page.startswith(
        "https://console.cloud.google.com/artifacts/docker/practice-project/us/images/team/app?"
    )


async def test_an_image_that_is_gone_is_told(here: Practice) -> None:
    repository = await made(here)
    digest = new_image().manifest.digest

    problem = await problem_of(GAR.delete(repository.tagged("1"), digest, OWNER, here.world))

    assert problem.cause == "pull.missing-tag"


# --- what a cluster may be given ------------------------------------------------------------------


def test_a_token_of_one_hour_is_unfit_for_clusters_and_a_key_is_not() -> None:
    key = Credential("_json_key", Secret(json.dumps({"type": "service_account"})))
    by_helper = Credential("_dcgcloud_token", Secret("anything"))

    assert "one hour" in GAR.unfit_for_clusters(OWNER)
    assert GAR.unfit_for_clusters(by_helper)
    assert GAR.unfit_for_clusters(key) == ""


def test_a_pull_secret_holds_a_key_that_reads_this_repository_alone() -> None:
    token = GAR.pull_token(image())

    assert token.username == "_json_key"
    commands = "\n".join(fix.command for fix in token.fixes)
    assert "--role=roles/artifactregistry.reader" in commands
    assert "image-puller@practice-project.iam.gserviceaccount.com" in commands


@pytest.mark.parametrize("credential", [ANONYMOUS, Credential("ada", Secret("no-such-thing"))])
async def test_without_a_login_that_google_takes_nothing_is_asked(
    here: Practice, credential: AnyCredential
) -> None:
    assert await GAR.rights(image(), credential, here.world) == ()
    assert await GAR.access(image(), EVERYBODY, credential, here.world) is None
    problem = await problem_of(GAR.open_to(image(), EVERYBODY, credential, here.world))
    assert problem.cause == "login.missing"
    assert here.asked() == []
