"""What a GitHub token is and may do, asked at GitHub before it is stored (registries.md A3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NoReturn

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.names import Repository
from wizard.core.ports import Answer, Identity, Outside
from wizard.core.secret import Credential, Secret
from wizard.core.text import clean
from wizard.registries.ghcr_signs import ADD_SCOPE_BY_GH, LOG_OUT, NEW_TOKEN, TOKENS_PAGE
from wizard.registries.github_api import (
    API,
    API_HOST,
    FORBIDDEN,
    NO_CONTENT,
    NOT_FOUND,
    OK,
    REGISTRY_HOST,
    UNAUTHORIZED,
    ask,
    document,
    nonsense,
    raise_sso,
    raise_trouble,
    seen,
)

PUSH_SCOPE: Final = "write:packages"
DELETE_SCOPE: Final = "delete:packages"

_CLASSIC = "classic token"
_OAUTH = "OAuth token of gh"
_PASSWORD = "password"  # noqa: S105 - the name of a kind
_KINDS: Final = tuple(
    (re.compile(rf"{start}.*", re.DOTALL), kind)
    for start, kind in (
        ("ghp_", _CLASSIC),
        ("gho_", _OAUTH),
        ("github_pat_", "fine-grained token"),
        ("ghs_", "token of an app or workflow"),
        ("ghu_", "token of an app's user"),
        ("ghr_", "refresh token"),
        ("dckr_pat_", "Docker Hub token"),
        ("glpat-", "GitLab token"),
        (r"[0-9a-f]{40}\Z", _CLASSIC),  # as they were made before 2021
    )
)
_SENDABLE = re.compile(r"[!-~]+")
_TAKEN = (_CLASSIC, _OAUTH)
_NEVER_TAKEN = ("fine-grained token", "refresh token", "Docker Hub token", "GitLab token")
_BROAD = re.compile(r"repo|admin:.*|delete_repo|workflow|user|site_admin|enterprise")


def kind_of(secret: Secret) -> str:
    """The kind of token, by how it begins; `password` for what begins like none."""
    return next((kind for form, kind in _KINDS if secret.matches(form)), _PASSWORD)


async def inspect(credential: Credential, repository: Repository, outside: Outside) -> Identity:
    """Whose token it is, its scopes and expiry. Raises Problem (login.*, network.*)."""
    kind = kind_of(credential.secret)
    in_a_workflow = outside.environ.get("GITHUB_ACTIONS") == "true"
    if kind == "token of an app or workflow" and in_a_workflow:
        # It may not ask who it is, and is the right kind just there.
        note = "a workflow's token: its rights show only at the push"
        return Identity(credential.username, kind, notes=(note,))
    if kind in _NEVER_TAKEN:
        _wrong_kind(kind, f"it begins like a {kind}")
    if not credential.secret.matches(_SENDABLE):
        _wrong_kind(_PASSWORD, "it has characters that no token has")
    answer = await ask("GET", "/user", credential.secret, outside)
    if answer.status != OK:
        _refused(answer, kind)
    user = document(answer)
    login = user.get("login")
    if not isinstance(login, str) or not login:
        raise nonsense(answer)
    scopes = token_scopes(answer)
    if scopes is None:
        _wrong_kind(kind if kind not in _TAKEN else "fine-grained token", "it has no scopes")
    if PUSH_SCOPE not in scopes:
        raise scope_missing(PUSH_SCOPE, scopes, kind)
    expires = _expiry(answer.headers)
    owner = repository.path.partition("/")[0]
    notes = (*_scope_notes(scopes), *await _owner_notes(owner, login, credential.secret, outside))
    said = f"GET {API}/user: 200, {clean(login)}, scopes {', '.join(scopes)}"
    return Identity(clean(login, 60), kind, scopes, expires, notes, (said,))


def token_scopes(answer: Answer) -> tuple[str, ...] | None:
    """The scopes of the token that asked; None when it is of a kind that has none."""
    header = answer.headers.get("x-oauth-scopes")
    if header is None:
        return None
    return tuple(clean(scope, 60) for scope in header.split(",")[:50] if scope.strip())


def scope_missing(scope: str, scopes: tuple[str, ...], kind: str) -> Problem:
    """The token is good and lacks a scope: how to add it depends on where the token came from."""
    has = ", ".join(scopes) or "none"
    evidence = Evidence(
        Stage.API,
        f"scopes of the {kind}",
        f"{has}; {scope} is not among them",
        host=API_HOST,
        authenticated=True,
        facts={"scope": scope, "scopes": has, "kind": kind, "host": REGISTRY_HOST},
    )
    fixes = (ADD_SCOPE_BY_GH, NEW_TOKEN) if kind == _OAUTH else (NEW_TOKEN, _ADD_ON_PAGE)
    return Problem(evidence, cause="login.scope-missing", fixes=fixes)


_ADD_ON_PAGE = Fix("Or tick the scope on the token that you have", url=TOKENS_PAGE)


def _wrong_kind(kind: str, why: str) -> NoReturn:
    evidence = Evidence(
        Stage.API,
        "the kind of this token",
        f"{kind}: {why}",
        host=API_HOST,
        facts={"kind": kind, "host": REGISTRY_HOST},
    )
    raise Problem(evidence, cause="login.token-kind", fixes=(NEW_TOKEN,))


def _refused(answer: Answer, kind: str) -> NoReturn:
    asked = f"GET {API}/user"
    raise_trouble(answer, asked)
    raise_sso(answer, asked, "the organisation")
    evidence = seen(answer, asked, kind=kind)
    if "not accessible by" in evidence.message or "refresh" in kind:
        _wrong_kind(kind, f"GitHub says: {evidence.message}")
    if answer.status not in (UNAUTHORIZED, FORBIDDEN):
        raise Problem(seen(answer, asked, host=API_HOST), cause="network.intercepted")
    if _has_expired(answer.headers):
        raise Problem(evidence, cause="login.expired", fixes=(NEW_TOKEN,))
    if kind == _PASSWORD:
        _wrong_kind(kind, "GitHub does not know it as a token, and takes no passwords")
    raise Problem(evidence, cause="login.rejected", fixes=(LOG_OUT, NEW_TOKEN))


def _expiry(headers: Mapping[str, str]) -> datetime | None:
    """The token's end, from `2026-12-01 10:00:00 UTC` or `... +0100`; None when it has none."""
    text = headers.get("github-authentication-token-expiration", "").replace(" UTC", " +0000")
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None


def _has_expired(headers: Mapping[str, str]) -> bool:
    """By GitHub's own clock: ours may be wrong."""
    # Costs 10 ms to import, and is needed only for a token that was refused.
    from email.utils import parsedate_to_datetime

    expires = _expiry(headers)
    try:
        now = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return False
    return expires is not None and now.tzinfo is not None and expires <= now


def _scope_notes(scopes: tuple[str, ...]) -> tuple[str, ...]:
    notes = []
    if DELETE_SCOPE not in scopes:
        notes.append(f"without {DELETE_SCOPE} the test image cannot be deleted by the wizard")
    broad = [scope for scope in scopes if _BROAD.fullmatch(scope)]
    if broad:
        notes.append(f"this token may do more than push images: {', '.join(broad)}")
    return tuple(notes)


async def _owner_notes(owner: str, login: str, secret: Secret, outside: Outside) -> tuple[str, ...]:
    """What can be said beforehand of another's namespace. Only the upload probe decides."""
    if owner == login.lower():
        return ()
    asked = f"GET {API}/users/{owner}"
    answer = await ask("GET", f"/users/{owner}", secret, outside)
    raise_sso(answer, asked, owner)
    if answer.status == NOT_FOUND:
        spelling = Fix(f"Check the spelling: GitHub knows no account called {owner}")
        evidence = seen(answer, asked, owner=owner, repository=f"{REGISTRY_HOST}/{owner}")
        raise Problem(evidence, cause="push.not-permitted", fixes=(spelling,))
    if answer.status != OK:
        return ()
    if document(answer).get("type") != "Organization":
        return (f"{owner} is another person's account: {login} needs a role on that very package",)
    return await _membership(owner, login, secret, outside)


async def _membership(owner: str, login: str, secret: Secret, outside: Outside) -> tuple[str, ...]:
    path = f"/orgs/{owner}/members/{login}"
    answer = await ask("GET", path, secret, outside)
    raise_sso(answer, f"GET {API}{path}", owner)
    if answer.status == NO_CONTENT:
        return (f"{login} is a member of {owner}",)
    # A token without read:org sees public members only: no proof of the contrary.
    return (f"whether {login} belongs to {owner} is not to be seen with this token",)
