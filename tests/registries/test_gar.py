"""Artifact Registry's provider against the practice: rights, repositories, policies, deletion."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.conversation import image as new_image
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
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential, Secret
from wizard.sandbox.dialects.google import NODES
from wizard.sandbox.exchange import Answer as PracticeAnswer

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
