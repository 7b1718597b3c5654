"""The repository: is it there, making it, taking an image away (registries.md C4, C5)."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from typing import Any, Final

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.names import Reference, Repository
from wizard.core.ports import Endpoint, NewRepository, Outside
from wizard.core.secret import AnyCredential, Credential
from wizard.registries.cloud_child import RefusedError, ask_child
from wizard.registries.ecr_places import Place, place_of
from wizard.registries.ecr_refused import problem_of

_UNKNOWN: Final = b"NAME_UNKNOWN"
_LOOKS: Final = 10
_FIRST_WAIT_S: Final = 0.2
_LONGEST_WAIT_S: Final = 2.0

ASK_CREATOR: Final = Fix(
    "Ask for the action ecr:CreateRepository, or for the repository itself",
    ask="an administrator of the AWS account",
)
ASK_DELETER: Final = Fix(
    "Ask for the action ecr:BatchDeleteImage", ask="an administrator of the AWS account"
)


async def ask(
    what: str, place: Place, credential: Credential, outside: Outside, **more: str
) -> Mapping[str, Any]:
    """One question about the repository, in the session of the credential. Raises RefusedError."""
    question = {
        "ask": what,
        "account": place.account,
        "region": place.region,
        "name": place.name,
        "origin": credential.origin,
        **more,
    }
    answer = await ask_child(outside, "aws", question)
    found: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
    return found


def asked_of(action: str, place: Place) -> str:
    """How evidence names a question."""
    return f"ecr:{action} {place.name} in {place.account}, {place.region}"


def facts_of(repository: Repository, place: Place) -> dict[str, str]:
    return {
        "host": repository.host,
        "repository": str(repository),
        "name": place.name,
        "region": place.region,
        "account": place.account,
    }


def profile_flag(credential: Credential) -> str:
    """For a command by hand to run in the same session."""
    kind, _, name = credential.origin.partition(":")
    is_other = kind == "profile" and name not in ("", "default")
    return f" --profile {shlex.quote(name)}" if is_other else ""


async def missing(
    repository: Repository, credential: Credential, outside: Outside
) -> NewRepository | None:
    """None where it is there, where pushing makes it, or where the registry has to tell itself."""
    place = place_of(repository)
    try:
        found = await ask("describe", place, credential, outside)
    except (Problem, RefusedError):
        return None  # only the management side says nothing: pushing may work all the same
    if found.get("is_there") or found.get("is_made_by_push"):
        return None
    return NewRepository(
        f"the repository {place.name} in account {place.account}, {place.region}",
        (
            "Private; the roles of its own account pull by their own rights.",
            "Tags can be overwritten; storage and transfer are paid for.",
        ),
        f"aws ecr create-repository {place.flags}{profile_flag(credential)}",
    )


async def create(
    repository: Repository, credential: Credential, endpoint: Endpoint, outside: Outside
) -> str:
    """Make it, and wait until the registry itself knows it. Raises Problem."""
    place = place_of(repository)
    where = f"{place.name} in account {place.account}, {place.region}"
    said = f"made the repository {where}"
    try:
        await ask("create", place, credential, outside)
    except RefusedError as refused:
        if refused.kind != "RepositoryAlreadyExistsException":
            raise problem_of(
                refused,
                asked_of("CreateRepository", place),
                denied="push.not-permitted",
                invalid="reference.invalid",
                facts=facts_of(repository, place),
                fixes=(ASK_CREATOR,),
            ) from refused
        said = f"the repository {where} was there already"
    await await_registry(repository, credential, endpoint, outside)
    return said


async def is_known(
    repository: Repository, credential: AnyCredential, endpoint: Endpoint, outside: Outside
) -> bool:
    """Has the registry itself heard of it? Any other answer than that it has not counts as yes."""
    answer = await outside.ask_registry(
        "GET",
        "tags/list",
        endpoint=endpoint,
        credential=credential,
        repository=repository,
        stage=Stage.MANIFEST,
    )
    return _UNKNOWN not in answer.body


async def await_registry(
    repository: Repository, credential: AnyCredential, endpoint: Endpoint, outside: Outside
) -> None:
    """The registry learns of it a little later; whatever else it says is for the push to see."""
    wait_s = _FIRST_WAIT_S
    for _ in range(_LOOKS):
        if await is_known(repository, credential, endpoint, outside):
            return
        await asyncio.sleep(wait_s)
        wait_s = min(wait_s * 2, _LONGEST_WAIT_S)


async def delete(pushed: Reference, credential: Credential, outside: Outside) -> str:
    """Take our tag away, and with its last tag the image. Raises Problem, with the page."""
    place = place_of(pushed.repository)
    asked = asked_of("BatchDeleteImage", place)
    facts = facts_of(pushed.repository, place)
    by_hand = Fix("Or delete it by hand, on its page", url=place.console)
    try:
        await ask("delete", place, credential, outside, tag=pushed.tag)
    except RefusedError as refused:
        if refused.kind == "ImageNotFoundException":
            seen = Evidence(Stage.DELETE, asked, refused.message, message=refused.message)
            raise Problem(seen, cause="pull.missing-tag") from refused
        problem = problem_of(
            refused,
            asked,
            denied="push.not-permitted",
            facts=facts,
            fixes=(ASK_DELETER,),
            stage=Stage.DELETE,
        )
        fixes = (*problem.fixes, by_hand)
        raise Problem(*problem.evidence, cause=problem.cause, fixes=fixes) from refused
    return f"deleted {pushed.tag} of {place.name} in account {place.account}"
