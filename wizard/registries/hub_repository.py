"""Repositories on Docker Hub: made, seen, made public, and test images deleted (B4, B5, B6)."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.names import HUB_HOST, Digest, Reference, Repository
from wizard.core.ports import Access, Endpoint, NewRepository, Opening, Outside
from wizard.core.secret import Credential, Secret
from wizard.registries.hub_api import (
    HIDDEN,
    NOT_FOUND,
    RepositoryFacts,
    facts_of,
    refusal,
    send,
)

_MADE: Final = 201
_CHANGED: Final = (200, 202, 204)
_GONE: Final = (200, 202, 204, 404)


def settings_page(repository: Repository) -> str:
    """Where a person changes its visibility (B6; form of the address unconfirmed)."""
    return f"https://hub.docker.com/repository/docker/{repository.path}/settings"


def tags_page(repository: Repository) -> str:
    return f"https://hub.docker.com/repository/docker/{repository.path}/tags"


def publish_fix(repository: Repository) -> Fix:
    namespace, _, name = repository.path.partition("/")
    return Fix(
        "Open the repository's settings; Visibility settings, Make public; "
        f"type {name} (the owner of {namespace} can do it, collaborators cannot)",
        url=settings_page(repository),
    )


# --- making one -----------------------------------------------------------------------------------


def new_private(repository: Repository) -> NewRepository:
    """A push would make it as the namespace's default says; this one is private from the start."""
    namespace = repository.path.partition("/")[0]
    return NewRepository(
        f"the private repository {repository.path} on Docker Hub",
        (
            "a personal plan holds one private repository, a paid one more",
            f"a push alone would make it public or private, as {namespace}'s default privacy says",
            "the cluster then needs an image-pull secret",
        ),
    )


def already_public(repository: Repository) -> Problem:
    words = "Docker Hub says that it is public"
    seen = Evidence(Stage.API, str(repository), words, HUB_HOST)
    fix = Fix("Make it private in its settings", url=settings_page(repository))
    return Problem(seen, cause="push.already-public", fixes=(fix,))


async def create_private(repository: Repository, bearer: Secret, outside: Outside) -> str:
    """Raises Problem: push.not-permitted, push.policy, network.*."""
    namespace, _, name = repository.path.partition("/")
    path = f"/v2/namespaces/{namespace}/repositories"
    body = {
        "name": name,
        "namespace": namespace,
        "description": "",
        "is_private": True,
        "registry": "docker.io",
    }
    answer = await send("POST", path, bearer, outside, body)
    if answer.status != _MADE:
        problem = refusal(answer, "POST", path)
        is_refused = answer.status in HIDDEN or answer.status == NOT_FOUND
        by_hand = Fix(
            "Or make it by hand, as a private one",
            url=f"https://hub.docker.com/repository/create?namespace={namespace}",
        )
        cause = "push.not-permitted" if is_refused and not _names_limit(problem) else ""
        raise Problem(*problem.evidence, cause=cause, fixes=(by_hand,))
    return f"made the private repository {repository}"


def _names_limit(problem: Problem) -> bool:
    return "private repositor" in problem.evidence[-1].message.lower()


# --- who may pull ---------------------------------------------------------------------------------


async def access_for_everybody(
    repository: Repository, bearer: Secret | None, outside: Outside
) -> Access:
    """What the setting says, and the change that would open it. Raises Problem."""
    facts = await facts_of(repository, bearer, outside)
    if facts is None:
        said = f"Docker Hub shows no repository {repository.path} to this login"
        return Access(None, said, fixes=(publish_fix(repository),))
    if not facts.is_private:
        return Access(True, f"Docker Hub says that {repository.path} is public")
    said = f"Docker Hub says that {repository.path} is private"
    return Access(
        False,
        said,
        opening=_opening(repository, facts) if bearer is not None else None,
        fixes=(publish_fix(repository),),
    )


def _opening(repository: Repository, facts: RepositoryFacts) -> Opening | None:
    if facts.may_administer is False:
        return None
    return Opening(
        f"Make {repository} public",
        (
            "everybody can then pull every image in it, and see its page",
            "Docker does not document this call: it is read back, and the page does the same",
            "it can be made private again",
        ),
        diff="-is_private: true\n+is_private: false\n",
    )


async def make_public(repository: Repository, bearer: Secret, outside: Outside) -> str:
    """By the undocumented call, and read back. Raises Problem with the page as the way out."""
    path = f"/v2/repositories/{repository.path}/privacy/"
    answer = await send("POST", path, bearer, outside, {"is_private": False})
    page = publish_fix(repository)
    if answer.status not in _CHANGED:
        problem = refusal(answer, "POST", path)
        raise Problem(*problem.evidence, cause=_privacy_cause(problem), fixes=(page,))
    facts = await facts_of(repository, bearer, outside)
    if facts is None or facts.is_private:
        seen = Evidence(
            Stage.API,
            f"is_private of {repository.path}, read back",
            "still true, although the change was taken",
            HUB_HOST,
            authenticated=True,
        )
        raise Problem(seen, cause="pull.private", fixes=(page,))
    return f"{repository} is public now, as Docker Hub itself says"


def _privacy_cause(problem: Problem) -> str:
    seen = problem.evidence[-1]
    if "public repositor" in seen.message.lower():
        return ""  # a policy: the sign says which
    return "push.not-permitted" if seen.status in (*HIDDEN, NOT_FOUND) else problem.cause


# --- taking the test image away -------------------------------------------------------------------


async def delete(
    pushed: Reference,
    digest: Digest,
    credential: Credential,
    bearer: Secret | None,
    endpoint: Endpoint,
    outside: Outside,
) -> str:
    """The tag by Docker Hub's own interface, then what no tag names any more (B5). Raises Problem.

    A digest that a tag still names is never deleted by the registry: the tag has to go first.
    """
    page = Fix("Delete the tag by hand, on its page", url=tags_page(pushed.repository))
    if bearer is None or not pushed.tag:
        nobody = Evidence(
            Stage.DELETE, f"delete {pushed}", "this login cannot ask for it", HUB_HOST
        )
        raise Problem(nobody, cause="push.not-permitted", fixes=(page,))
    path = f"/v2/repositories/{pushed.repository.path}/tags/{pushed.tag}/"
    answer = await send("DELETE", path, bearer, outside)
    if answer.status not in _GONE:
        problem = refusal(answer, "DELETE", path)
        cause = "push.not-permitted" if answer.status in HIDDEN else problem.cause
        raise Problem(*problem.evidence, cause=cause, fixes=(page,))
    if await _delete_digest(pushed.repository, digest, credential, endpoint, outside):
        return f"deleted {pushed} and the image behind it"
    return f"deleted the tag {pushed.tag}; the image without a name stays, which harms nothing"


async def _delete_digest(
    repository: Repository,
    digest: Digest,
    credential: Credential,
    endpoint: Endpoint,
    outside: Outside,
) -> bool:
    """Only tokens with the right to delete may do that; others are refused by the token service."""
    try:
        answer = await outside.ask_registry(
            "DELETE",
            f"manifests/{digest}",
            endpoint=endpoint,
            credential=credential,
            repository=repository,
            actions=("pull", "push", "delete"),
            stage=Stage.DELETE,
        )
    except Problem:
        return False
    return answer.status in _GONE
