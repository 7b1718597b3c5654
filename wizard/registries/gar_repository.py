"""The repository: is it there and of the right kind, the right to push, making it (E3-E5)."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final
from urllib.parse import quote

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.names import Digest, Reference, Repository
from wizard.core.ports import NewRepository, Outside
from wizard.core.secret import Secret
from wizard.core.text import clean
from wizard.registries.gar_api import (
    API,
    CONFLICTS,
    NOT_FOUND,
    OK,
    ask,
    document,
    error_of,
    finish,
    refused,
    seen,
    waits,
)
from wizard.registries.gar_places import Place, place_of
from wizard.registries.gar_signs import ASK_WRITER, CHECK_SPELLING

UPLOAD: Final = "artifactregistry.repositories.uploadArtifacts"
DOWNLOAD: Final = "artifactregistry.repositories.downloadArtifacts"
_GONE = re.compile(r"repository .* not found", re.IGNORECASE)
_LOOKS_AT_REGISTRY: Final = 10
_MANY_TAGS: Final = 20

_ASK_CREATOR: Final = Fix(
    "Ask for the role Artifact Registry Administrator, or for the repository itself",
    ask="an administrator of the Google Cloud project",
)
_ASK_DELETER: Final = Fix(
    "Ask for the role Artifact Registry Repository Administrator, which may delete",
    ask="an administrator of the Google Cloud project",
)


def create_command(place: Place) -> str:
    return (
        f"gcloud artifacts repositories create {place.name} --repository-format=docker "
        f"{place.flags}"
    )


async def missing(repository: Repository, bearer: Secret, outside: Outside) -> NewRepository | None:
    """What must be made; None where it is there, or where the registry itself will have to tell.

    Raises Problem: push.repository-missing while the API is off, push.policy for a wrong kind.
    """
    place = place_of(repository)
    path = place.resource
    try:
        answer = await ask("GET", path, bearer, outside)
    except Problem:
        return None  # only the management side is out of reach: pushing may work all the same
    if answer.status == OK:
        _expect_takes_pushes(place, document(answer))
        return None
    if answer.status == NOT_FOUND:
        return NewRepository(
            f"the repository {place.name} in project {place.project}, {place.location}",
            (
                "For Docker images; it costs by what is stored and pulled.",
                "Private until somebody is let in; every image in it shares its rights.",
            ),
            create_command(place),
        )
    if error_of(answer)[2] == "SERVICE_DISABLED":
        raise refused(answer, f"GET {API}/{path}", place)
    return None


def _expect_takes_pushes(place: Place, found: Any) -> None:
    kind = clean(str(found.get("format", "")), 32)
    mode = clean(str(found.get("mode", "")), 32)
    if kind not in ("", "DOCKER"):
        words = f"{place.name} is a repository for {kind}, not for Docker images"
    elif mode not in ("", "MODE_UNSPECIFIED", "STANDARD_REPOSITORY"):
        what = mode.removesuffix("_REPOSITORY").lower()
        words = f"{place.name} is a {what} repository: it passes on others' images, takes none"
    else:
        return
    asked = f"GET {API}/{place.resource}"
    evidence = Evidence(Stage.API, asked, words, message=words, facts=place.facts)
    other = create_command(Place(place.location, place.project, "NAME"))
    fix = Fix("Use another repository: a standard one for Docker images", command=other)
    raise Problem(evidence, cause="push.policy", fixes=(fix,))


async def rights(repository: Repository, bearer: Secret, outside: Outside) -> tuple[str, ...]:
    """What the management side grants, by name; nothing where it does not say.

    Raises Problem (push.not-permitted) with the permission that is missing.
    """
    place = place_of(repository)
    path = f"{place.resource}:testIamPermissions"
    asked = {"permissions": [UPLOAD, DOWNLOAD]}
    try:
        answer = await ask("POST", path, bearer, outside, asked)
        found = document(answer).get("permissions", []) if answer.status == OK else None
    except Problem:
        return ()
    if not isinstance(found, list):
        return ()
    if UPLOAD in found:
        return (f"{UPLOAD} on {place.resource} is granted",)
    said = f"{UPLOAD} is not granted, or there is no such repository"
    evidence = Evidence(
        Stage.API,
        f"POST {API}/{path}",
        said,
        message=said,
        authenticated=True,
        facts={**place.facts, "permission": UPLOAD},
    )
    raise Problem(evidence, cause="push.not-permitted", fixes=(ASK_WRITER, CHECK_SPELLING))


async def create(repository: Repository, bearer: Secret, outside: Outside) -> str:
    """Make it, wait for the end of that, and until the registry itself knows it. Raises Problem."""
    place = place_of(repository)
    path = f"{place.parent}/repositories?repositoryId={quote(place.name, safe='')}"
    asked = f"POST {API}/{place.parent}/repositories"
    body = {"format": "DOCKER", "description": "Images for Union and Flyte"}
    answer = await ask("POST", path, bearer, outside, body)
    if answer.status == OK:
        await finish(answer, asked, place, bearer, outside)
    elif answer.status not in CONFLICTS:
        raise refused(answer, asked, place, denied="push.not-permitted", fixes=(_ASK_CREATOR,))
    await _await_registry(repository, bearer, outside)
    where = f"{place.name} in project {place.project}, {place.location}"
    if answer.status in CONFLICTS:
        return f"the repository {where} was there already"
    return f"made the repository {where}"


async def _await_registry(repository: Repository, bearer: Secret, outside: Outside) -> None:
    """The registry learns of it a little later; whatever else it says is for the push to see."""
    url = f"https://{repository.host}/v2/{repository.path}/tags/list"
    for wait_s in waits(_LOOKS_AT_REGISTRY):
        answer = await outside.ask("GET", url, stage=Stage.MANIFEST, bearer=bearer)
        text = answer.body[:2000].decode("utf-8", "replace")
        if answer.status != NOT_FOUND or not _GONE.search(text):
            return
        await asyncio.sleep(wait_s)


async def delete(pushed: Reference, digest: Digest, bearer: Secret, outside: Outside) -> str:
    """Delete what was pushed: the version, or our tag alone where others hang on it too.

    Raises Problem, with the page where a person can do it.
    """
    place = place_of(pushed.repository)
    by_hand = Fix("Or delete it by hand, on its page", url=place.console)
    try:
        return await _delete(pushed, digest, place, bearer, outside)
    except Problem as problem:
        fixes = (*problem.fixes, by_hand)
        raise Problem(*problem.evidence, cause=problem.cause, fixes=fixes) from problem


async def _delete(
    pushed: Reference, digest: Digest, place: Place, bearer: Secret, outside: Outside
) -> str:
    version = f"{place.package_path}/versions/{digest}"
    looked = await ask("GET", f"{version}?view=FULL", bearer, outside, stage=Stage.DELETE)
    if looked.status != OK:
        raise _not_deleted(looked, f"GET {API}/{version}", place)
    tags = _tags(document(looked))
    if any(tag != pushed.tag for tag in tags):
        # `force` would take the others' tags along.
        path = f"{place.package_path}/tags/{quote(pushed.tag, safe='')}"
        said = f"deleted the tag {pushed.tag}; the same image is also tagged otherwise, and stays"
    else:
        path = f"{version}?force=true"
        said = f"deleted {pushed.tag or digest.short} of {place.package} in {place.name}"
    answer = await ask("DELETE", path, bearer, outside, stage=Stage.DELETE)
    asked = f"DELETE {API}/{path.partition('?')[0]}"
    if answer.status != OK:
        raise _not_deleted(answer, asked, place)
    if path.startswith(version):  # a tag is gone at once
        await finish(answer, asked, place, bearer, outside)
    return said


def _tags(found: Any) -> tuple[str, ...]:
    listed = found.get("relatedTags")
    names = [one.get("name", "") for one in listed or [] if isinstance(one, dict)]
    return tuple(str(name).rpartition("/tags/")[2] for name in names[:_MANY_TAGS])


def _not_deleted(answer: Any, asked: str, place: Place) -> Problem:
    evidence = seen(answer, asked, place, Stage.DELETE)
    if answer.status == NOT_FOUND:
        return Problem(evidence, cause="pull.missing-tag")
    if "immutable" in evidence.message.lower():
        return Problem(evidence, cause="push.tag-immutable")
    return refused(
        answer,
        asked,
        place,
        denied="push.not-permitted",
        fixes=(_ASK_DELETER,),
        stage=Stage.DELETE,
    )
