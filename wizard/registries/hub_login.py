"""Whose a login for Docker Hub is and what it was granted, before it is stored (B2, B3, B6)."""

from __future__ import annotations

import re
from typing import Final

from wizard.core import grants
from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.names import HUB_HOST, Repository
from wizard.core.ports import Endpoint, Identity, Outside
from wizard.core.secret import Credential
from wizard.registries.hub_api import IDENTITY_TOKEN_USER
from wizard.registries.hub_quota import quota_notes
from wizard.registries.hub_signs import DOCKER_ID, LISTED, NEW_TOKEN

PERSONAL: Final = "personal access token"
ORGANISATION: Final = "organisation access token"
IDENTITY: Final = "identity token of docker login"
PASSWORD: Final = "password"  # noqa: S105 - the name of a kind

_KINDS: Final = (
    (re.compile(r"dckr_pat_.*", re.DOTALL), PERSONAL),
    (re.compile(r"dckr_oat_.*", re.DOTALL), ORGANISATION),
)
_OF_OTHERS: Final = (
    (re.compile(r"(gh[opsur]_|github_pat_).*", re.DOTALL), "GitHub token"),
    (re.compile(r"glpat-.*", re.DOTALL), "GitLab token"),
)


def kind_of(credential: Credential) -> str:
    """By its form; what has none of the forms is a password."""
    if credential.username == IDENTITY_TOKEN_USER:
        return IDENTITY
    found = (kind for form, kind in _KINDS if credential.secret.matches(form))
    return next(found, PASSWORD)


async def inspect(
    credential: Credential, repository: Repository, endpoint: Endpoint, outside: Outside
) -> Identity:
    """Kind, granted rights and pull quota. The token that this costs is the push's own.

    Raises Problem: login.token-kind before anything is sent, login.*, network.*.
    """
    _expect_form(credential)
    kind = kind_of(credential)
    try:
        granted = await granted_actions(credential, repository, endpoint, outside)
    except Problem as problem:
        raise _explained(problem, kind, credential, repository) from problem
    namespace = _namespace(repository)
    is_own = credential.username.lower() == namespace
    if granted is not None and not grants.may_push(granted) and is_own:
        raise _scope_missing(granted, kind, repository)
    # Only now: a wrong password is sent once, since Docker Hub locks out who repeats it (B2).
    quota = await quota_notes(credential, endpoint, outside)
    said = "" if granted is None else f"granted for {repository}: {grants.in_words(granted)}"
    return Identity(
        credential.username,
        kind,
        tuple(sorted(granted or ())),
        notes=(*_kind_notes(kind), *_namespace_notes(credential, granted, repository), *quota),
        evidence=(said,) if said else (),
    )


async def granted_actions(
    credential: Credential, repository: Repository, endpoint: Endpoint, outside: Outside
) -> frozenset[str] | None:
    """What the token service allows there; None where its token does not say. Raises Problem."""
    claims = await outside.token_claims(endpoint, credential, repository)
    return grants.granted(claims, repository)


def _expect_form(credential: Credential) -> None:
    """What can be told to be wrong without telling it to anybody."""
    if "@" in credential.username:
        words = "the user name is an e-mail address; the Docker ID is wanted"
        raise _wrong_kind("an e-mail address", words, DOCKER_ID)
    for form, kind in _OF_OTHERS:
        if credential.secret.matches(form):
            raise _wrong_kind(kind, f"it begins like a {kind}; nothing was sent", NEW_TOKEN)


def _wrong_kind(kind: str, words: str, fix: Fix) -> Problem:
    seen = Evidence(
        Stage.NAME, "the form of this login", words, HUB_HOST, message=words, facts={"kind": kind}
    )
    return Problem(seen, cause="login.token-kind", fixes=(fix,))


def _explained(
    problem: Problem, kind: str, credential: Credential, repository: Repository
) -> Problem:
    """What helps with this kind of login; the signs decide what it was."""
    message = problem.evidence[-1].message.lower()
    namespace = _namespace(repository)
    is_known = "insufficient scope" in message
    if kind == ORGANISATION and is_known and credential.username.lower() != namespace:
        return _of_another(problem, credential, repository)
    if kind == ORGANISATION and is_known:
        fixes: tuple[Fix, ...] = (LISTED,)
    elif kind == ORGANISATION and credential.username.lower() != namespace:
        fixes = (
            Fix(
                "An organisation access token goes with the organisation's name as user name: "
                f"{namespace}"
            ),
        )
    else:
        fixes = ()
    return Problem(*problem.evidence, cause=problem.cause, fixes=(*fixes, *problem.fixes))


def _of_another(problem: Problem, credential: Credential, repository: Repository) -> Problem:
    """The token is good, and no token of an organisation reaches beyond it."""
    whose, namespace = credential.username, _namespace(repository)
    words = f"the token belongs to the organisation {whose}, and {namespace} is another's"
    seen = Evidence(
        Stage.TOKEN,
        f"the right to push to {repository}",
        words,
        HUB_HOST,
        authenticated=True,
        facts={"owner": namespace, "repository": str(repository)},
    )
    fixes = (
        Fix(f"Log in with a token of {namespace}, whose name is then the user name"),
        Fix(
            f"Or push where this token may: docker.io/{whose.lower()}",
            command=f"registry-wizard setup docker.io/{whose.lower()}",
        ),
    )
    return Problem(*problem.evidence, seen, cause="push.not-permitted", fixes=fixes)


def _scope_missing(granted: frozenset[str], kind: str, repository: Repository) -> Problem:
    asked = f"rights of the {kind} in {repository}"
    seen = Evidence(
        Stage.TOKEN,
        asked,
        f"it was granted {grants.in_words(granted)}; push is not among them",
        HUB_HOST,
        authenticated=True,
        facts={"scope": "Read & Write", "kind": kind},
    )
    return Problem(
        seen,
        cause="login.scope-missing",
        fixes=(LISTED if kind == ORGANISATION else NEW_TOKEN,),
    )


def not_permitted(
    credential: Credential, granted: frozenset[str], repository: Repository
) -> Problem:
    """The login is good, and the namespace is another's."""
    namespace = _namespace(repository)
    words = (
        f"{credential.username} was granted {grants.in_words(granted)} in {namespace}, and no push"
    )
    seen = Evidence(
        Stage.UPLOAD,
        f"the right to push to {repository}",
        words,
        HUB_HOST,
        message=words,
        authenticated=True,
        facts={"owner": namespace, "repository": str(repository)},
    )
    own = Fix(
        f"Push under your own name instead: docker.io/{credential.username.lower()}",
        command=f"registry-wizard setup docker.io/{credential.username.lower()}",
    )
    ask = Fix(
        f"Ask an owner of {namespace} to add {credential.username} to a team that may write",
        ask=f"an owner of {namespace}",
    )
    return Problem(seen, cause="push.not-permitted", fixes=(ask, own))


def _namespace(repository: Repository) -> str:
    return repository.path.partition("/")[0]


_OPEN_ACCOUNT: Final = (
    "a password opens the whole account, and with two-factor sign-in or SSO it stops working here; "
    "a personal access token does neither"
)


def _kind_notes(kind: str) -> tuple[str, ...]:
    return (_OPEN_ACCOUNT,) if kind == PASSWORD else ()


def _namespace_notes(
    credential: Credential, granted: frozenset[str] | None, repository: Repository
) -> tuple[str, ...]:
    namespace, name = _namespace(repository), credential.username
    if granted is None or name.lower() == namespace:
        return ()
    if grants.may_push(granted):
        return (f"{name} may push to {namespace}",)
    return (f"{name} was granted no push to {namespace}",)
