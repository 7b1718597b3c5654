"""GitHub's packages interface: visibility, owners, deleting a test image (registries.md A5, A6).

There is no call that changes visibility (A6); that is a person's click.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.names import Digest, Reference, Repository
from wizard.core.ports import Answer, Outside
from wizard.core.secret import AnyCredential, Credential
from wizard.core.text import clean
from wizard.registries.github_api import API, OK, ask, document, raise_sso, raise_trouble, seen
from wizard.registries.github_tokens import DELETE_SCOPE, kind_of, scope_missing, token_scopes

_PAGE: Final = 100
_MOST_PAGES: Final = 10
_DELETED = (200, 202, 204)
_HIDDEN = (401, 403, 404)
_VISIBILITIES = ("public", "private", "internal")


@dataclass(frozen=True, slots=True)
class Version:
    """One manifest of a package, as GitHub lists it."""

    id: int
    name: str
    """Its digest."""
    tags: tuple[str, ...]


def settings_page(repository: Repository, owner_kind: str) -> str:
    """Where a person changes a package's visibility (A6)."""
    owner, _, package = repository.path.partition("/")
    below = "users" if owner_kind == "user" else "orgs"
    name = quote(package, safe="")
    return f"https://github.com/{below}/{owner}/packages/container/{name}/settings"


async def owner_kind(owner: str, outside: Outside) -> str:
    """`user`, `organization`, or empty when GitHub does not say."""
    try:
        answer = await ask("GET", f"/users/{owner}", None, outside)
        found = document(answer).get("type") if answer.status == OK else None
    except Problem:
        return ""
    return {"User": "user", "Organization": "organization"}.get(str(found), "")


async def declared(
    repository: Repository, kind: str, credential: Credential, outside: Outside
) -> str | None:
    """The visibility that the package is set to; None when it is not to be seen with this token."""
    answer = await ask("GET", _path(repository, kind), credential.secret, outside)
    if answer.status != OK:
        return None
    found = document(answer).get("visibility")
    return found if found in _VISIBILITIES else None


async def delete(
    pushed: Reference, digest: Digest, credential: AnyCredential, outside: Outside
) -> str:
    """Delete the version that was pushed, or the package when there is nothing else in it.

    Raises Problem: login.missing, login.scope-missing, push.not-permitted, push.policy.
    """
    repository = pushed.repository
    if not isinstance(credential, Credential):
        nobody = Evidence(Stage.DELETE, f"delete {pushed}", "there is no login", repository.host)
        raise Problem(nobody, cause="login.missing")
    kind = await owner_kind(repository.path.partition("/")[0], outside)
    path = _path(repository, kind)
    try:
        versions = await _versions(path, credential, outside)
        ours = _ours(versions, pushed, digest)
        # GitHub does not let the last tagged version be deleted by itself.
        is_all = versions == [ours]
        await _delete(path if is_all else f"{path}/versions/{ours.id}", credential, outside)
    except Problem as problem:
        by_hand = Fix("Or delete it by hand, on its page", url=settings_page(repository, kind))
        raise Problem(
            *problem.evidence, cause=problem.cause, fixes=(*problem.fixes, by_hand)
        ) from problem
    package = repository.path.partition("/")[2]
    if is_all:
        return f"deleted the package {package}, which held nothing but the test image"
    return f"deleted {pushed.tag or digest.short} of the package {package}"


def _path(repository: Repository, kind: str) -> str:
    owner, _, name = repository.path.partition("/")
    below = "orgs" if kind == "organization" else "users"
    return f"/{below}/{owner}/packages/container/{quote(name, safe='')}"


async def _versions(path: str, credential: Credential, outside: Outside) -> list[Version]:
    versions: list[Version] = []
    for page in range(1, _MOST_PAGES + 1):
        query = f"?per_page={_PAGE}&page={page}"
        answer = await ask("GET", f"{path}/versions{query}", credential.secret, outside)
        if answer.status != OK:
            raise _refusal("GET", f"{path}/versions", answer, credential)
        items = _list(answer)
        versions += [found for item in items if (found := _version(item)) is not None]
        if len(items) < _PAGE:
            break
    return versions


def _list(answer: Answer) -> list[Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def _version(item: Any) -> Version | None:
    if not isinstance(item, dict) or not isinstance(item.get("id"), int):
        return None
    metadata = item.get("metadata")
    container = metadata.get("container") if isinstance(metadata, Mapping) else None
    tags = container.get("tags") if isinstance(container, Mapping) else None
    listed = tags if isinstance(tags, list) else []
    return Version(item["id"], str(item.get("name", "")), tuple(str(tag) for tag in listed))


def _ours(versions: list[Version], pushed: Reference, digest: Digest) -> Version:
    """The version with our digest and no tag but ours: nothing else is ever deleted."""
    found = next((version for version in versions if version.name == str(digest)), None)
    if found is None:
        gone = Evidence(
            Stage.DELETE, f"versions of {pushed.repository}", f"{digest.short} is not among them"
        )
        raise Problem(gone, cause="pull.missing-tag")
    others = [tag for tag in found.tags if tag != pushed.tag]
    if others:
        answered = f"the same image is also tagged {clean(', '.join(others))}"
        kept = Evidence(Stage.DELETE, f"delete {pushed}", answered, pushed.repository.host)
        raise Problem(kept, cause="push.policy")
    return found


async def _delete(path: str, credential: Credential, outside: Outside) -> None:
    answer = await ask("DELETE", path, credential.secret, outside)
    if answer.status not in _DELETED:
        raise _refusal("DELETE", path, answer, credential)


def _refusal(method: str, path: str, answer: Answer, credential: Credential) -> Problem:
    asked = f"{method} {API}{path}"
    raise_trouble(answer, asked)
    raise_sso(answer, asked, path.split("/")[2])
    scopes = token_scopes(answer)
    # A missing right and a missing package look alike (404); the token's scopes tell them apart.
    if answer.status in _HIDDEN and scopes is not None and DELETE_SCOPE not in scopes:
        return scope_missing(DELETE_SCOPE, scopes, kind_of(credential.secret))
    evidence = seen(answer, asked)
    hidden = answer.status in _HIDDEN
    return Problem(evidence, cause="push.not-permitted" if hidden else "push.policy")
