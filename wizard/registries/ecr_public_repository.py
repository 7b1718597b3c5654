"""The public repository: is it there, making it, taking an image away (registries.md D3-D5)."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any, Final

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.names import Reference, Repository
from wizard.core.ports import Endpoint, NewRepository, Outside
from wizard.core.secret import Credential
from wizard.registries.cloud_child import RefusedError, ask_child
from wizard.registries.ecr_public_names import REGION, gallery_page, parts_of
from wizard.registries.ecr_public_sessions import CLOUD
from wizard.registries.ecr_public_signs import ADMINISTRATOR, OWN_ALIAS
from wizard.registries.ecr_refused import problem_of
from wizard.registries.ecr_repository import await_registry, is_known, profile_flag

CONSOLE: Final = (
    f"https://{REGION}.console.aws.amazon.com/ecr/public-registry/repositories?region={REGION}"
)
_QUOTA: Final = Fix(
    "Delete repositories that nobody needs, or have the quota raised",
    url="https://docs.aws.amazon.com/AmazonECR/latest/public/public-service-quotas.html",
)
_ASK_CREATOR: Final = Fix(
    "Ask for the action ecr-public:CreateRepository, or for the repository itself",
    ask=ADMINISTRATOR,
)
_ASK_DELETER: Final = Fix("Ask for the action ecr-public:BatchDeleteImage", ask=ADMINISTRATOR)
_FOREIGN: Final = "AliasForeign"


async def missing(
    repository: Repository, credential: Credential, endpoint: Endpoint, outside: Outside
) -> NewRepository | None:
    """None where it is there, or where the registry has to tell itself.

    Raises Problem (push.repository-missing) where only another account could make it.
    """
    try:
        found = await _ask("describe", repository, credential, outside)
    except Problem:
        return None  # only the management side says nothing: pushing may work all the same
    except RefusedError as refused:
        if refused.kind == _FOREIGN:
            await _expect_known(repository, credential, endpoint, outside, refused)
        return None
    if found.get("is_there"):
        return None
    _, name = parts_of(repository)
    return NewRepository(
        f"the public repository {repository}",
        (
            "Everybody can pull what is pushed there, at once and without a login.",
            f"It gets a page in Amazon's gallery: {gallery_page(repository)}",
        ),
        f"aws ecr-public create-repository --repository-name {shlex.quote(name)} "
        f"--region {REGION}{profile_flag(credential)}",
    )


async def create(
    repository: Repository, credential: Credential, endpoint: Endpoint, outside: Outside
) -> str:
    """Make it, and wait until the registry itself knows it. Raises Problem."""
    said = f"made the public repository {repository}"
    try:
        await _ask("create", repository, credential, outside)
    except RefusedError as refused:
        if refused.kind != "RepositoryAlreadyExistsException":
            raise _refused(refused, "CreateRepository", repository, _ASK_CREATOR) from refused
        said = f"the public repository {repository} was there already"
    await await_registry(repository, credential, endpoint, outside)
    return said


async def delete(pushed: Reference, credential: Credential, outside: Outside) -> str:
    """Take our tag away, and with its last tag the image. Raises Problem, with the page."""
    repository = pushed.repository
    try:
        await _ask("delete", repository, credential, outside, tag=pushed.tag)
    except RefusedError as refused:
        if refused.kind == "ImageNotFoundException":
            asked = _asked("BatchDeleteImage", repository)
            seen = Evidence(Stage.DELETE, asked, refused.message, message=refused.message)
            raise Problem(seen, cause="pull.missing-tag") from refused
        problem = _refused(refused, "BatchDeleteImage", repository, _ASK_DELETER, Stage.DELETE)
        by_hand = Fix("Or delete it by hand, in the console", url=CONSOLE)
        fixes = (*problem.fixes, by_hand)
        raise Problem(*problem.evidence, cause=problem.cause, fixes=fixes) from refused
    return f"deleted {pushed}"


def never_private(repository: Repository) -> Problem:
    """For somebody who wants a private one: nothing there is. The facts name the whole registry."""
    words = "everything at Amazon ECR Public is public, and that cannot be changed"
    facts = {"repository": repository.host, "cloud": "AWS"}
    seen = Evidence(Stage.NAME, str(repository), words, repository.host, facts=facts)
    fix = Fix(
        "Take Amazon ECR instead, where nothing is public",
        command="registry-wizard setup ACCOUNT.dkr.ecr.REGION.amazonaws.com --private",
    )
    return Problem(seen, cause="push.already-public", fixes=(fix,))


async def _ask(
    what: str, repository: Repository, credential: Credential, outside: Outside, **more: str
) -> Mapping[str, Any]:
    """One question, in the session of the credential. Raises RefusedError, or Problem."""
    alias, name = parts_of(repository)
    question = {"ask": what, "alias": alias, "name": name, "origin": credential.origin, **more}
    answer = await ask_child(outside, CLOUD, question)
    found: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
    return found


def _asked(action: str, repository: Repository) -> str:
    return f"ecr-public:{action} {repository.path}"


def _refused(
    refused: RefusedError,
    action: str,
    repository: Repository,
    ask_for: Fix,
    stage: Stage = Stage.API,
) -> Problem:
    """The Problem, with what helps at this registry."""
    facts = {"host": repository.host, "repository": str(repository), "region": REGION}
    problem = problem_of(
        refused,
        _asked(action, repository),
        denied="push.not-permitted",
        invalid="reference.invalid",
        facts=facts | {"name": parts_of(repository)[1]},
        fixes=(ask_for,),
        stage=stage,
    )
    if refused.kind == "LimitExceededException":
        return Problem(*problem.evidence, cause=problem.cause, fixes=(_QUOTA,))
    if refused.kind == _FOREIGN:
        fixes = _own(refused, repository)
        return Problem(*problem.evidence, cause="push.not-permitted", fixes=fixes)
    return problem


async def _expect_known(
    repository: Repository,
    credential: Credential,
    endpoint: Endpoint,
    outside: Outside,
    refused: RefusedError,
) -> None:
    """Another account may have it, and let us push there. Raises Problem where nobody has it."""
    if not await is_known(repository, credential, endpoint, outside):
        problem = _refused(refused, "DescribeRepositories", repository, OWN_ALIAS)
        raise Problem(*problem.evidence, cause="push.repository-missing", fixes=problem.fixes)


def _own(refused: RefusedError, repository: Repository) -> tuple[Fix, ...]:
    """One's own aliases, each as a prefix to set up; or how the account gets its first."""
    names = refused.facts.get("aliases", "").split()
    own = (
        Fix(
            f"Push under your own alias {name}",
            command=f"registry-wizard setup public.ecr.aws/{name}",
        )
        for name in names[:3]
    )
    return tuple(own) or (_first(repository),)


def _first(repository: Repository) -> Fix:
    name = shlex.quote(parts_of(repository)[1])
    return Fix(
        "Make the account's first public repository: it gets its alias with that, and what this "
        "prints names it (repositoryUri)",
        command=f"aws ecr-public create-repository --repository-name {name} --region {REGION}",
    )
