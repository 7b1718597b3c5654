"""What a GitHub token is and may do, asked at GitHub before it is stored (registries.md A3)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, NoReturn

from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.core.names import Repository
from wizard.core.ports import Answer, Identity, Outside
from wizard.core.secret import Credential, Secret
from wizard.core.text import clean
from wizard.registries.ghcr_signs import (
    ADD_SCOPE_BY_GH,
    AUTHORISE_SSO,
    LOG_OUT,
    NEW_TOKEN,
    TOKENS_PAGE,
)

API: Final = "https://api.github.com"
API_HOST: Final = "api.github.com"
PUSH_SCOPE: Final = "write:packages"
DELETE_SCOPE: Final = "delete:packages"

_HEADERS: Final = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
}
_CLASSIC = "classic token"
_OAUTH = "OAuth token of gh"
_KINDS: Final = (
    ("ghp_", _CLASSIC),
    ("gho_", _OAUTH),
    ("github_pat_", "fine-grained token"),
    ("ghs_", "token of an app or workflow"),
    ("ghu_", "token of an app's user"),
    ("ghr_", "refresh token"),
    ("dckr_pat_", "Docker Hub token"),
    ("glpat-", "GitLab token"),
)
_TAKEN = (_CLASSIC, _OAUTH)
_NEVER_TAKEN = ("fine-grained token", "refresh token", "Docker Hub token", "GitLab token")
_OLD_CLASSIC = re.compile(r"[0-9a-f]{40}")
_BROAD = re.compile(r"repo|admin:.*|delete_repo|workflow|user|site_admin|enterprise")
_SSO_URL = re.compile(r"url=(https://github\.com/[!-~]+)")
_OK = 200
_NO_CONTENT = 204
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_NOT_FOUND = 404
_TOO_MANY = 429
_SERVER_ERROR = 500


def kind_of(secret: Secret) -> str:
    """The kind of token, by its prefix; `password` for what has none that is known."""
    value = secret.reveal()  # only its first letters are looked at, nothing of it is kept
    for start, kind in _KINDS:
        if value.startswith(start):
            return kind
    return _CLASSIC if _OLD_CLASSIC.fullmatch(value) else "password"


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
    if not _can_be_sent(credential.secret):
        _wrong_kind("password", "it has characters that no token has")
    answer = await ask("GET", "/user", credential.secret, outside)
    if answer.status != _OK:
        _refused(answer, kind)
    user = document(answer)
    login = user.get("login")
    if not isinstance(login, str) or not login:
        raise _nonsense(answer)
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


async def ask(method: str, path: str, secret: Secret | None, outside: Outside) -> Answer:
    """One request to GitHub's REST interface. Raises Problem for faults of the network."""
    return await outside.ask(
        method, f"{API}{path}", stage=Stage.API, headers=_HEADERS, bearer=secret
    )


def document(answer: Answer) -> Mapping[str, Any]:
    """The JSON object of an answer. Raises Problem when it is none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise _nonsense(answer) from error
    if not isinstance(found, dict):
        raise _nonsense(answer)
    return found


def message_of(answer: Answer) -> str:
    """GitHub's own words for a refusal; empty when it gave none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    message = found.get("message") if isinstance(found, dict) else None
    return clean(message) if isinstance(message, str) else ""


def seen(answer: Answer, asked: str, **facts: str) -> Evidence:
    """An answer as evidence."""
    message = message_of(answer)
    return Evidence(
        Stage.API,
        asked,
        f"{answer.status} {message}".strip(),
        host=API_HOST,
        status=answer.status,
        message=message,
        authenticated=True,
        facts=facts,
    )


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
        facts={"scope": scope, "scopes": has, "kind": kind},
    )
    fixes = (ADD_SCOPE_BY_GH, NEW_TOKEN) if kind == _OAUTH else (NEW_TOKEN, _ADD_ON_PAGE)
    return Problem(evidence, cause="login.scope-missing", fixes=fixes)


_ADD_ON_PAGE = Fix("Or tick the scope on the token that you have", url=TOKENS_PAGE)


def raise_sso(answer: Answer, asked: str, owner: str) -> None:
    """Raise login.sso-required when the answer asks for single sign-on."""
    header = answer.headers.get("x-github-sso", "")
    if not header.lower().startswith("required"):
        return
    # The address comes from a server: only one of GitHub's own may become a link.
    found = _SSO_URL.search(header)
    url = clean(found[1]) if found else TOKENS_PAGE
    evidence = seen(answer, asked, url=url, owner=owner)
    fixes = (Fix(f"Authorise the token for {owner}", url=url), AUTHORISE_SSO)
    raise Problem(evidence, cause="login.sso-required", fixes=fixes)


def raise_trouble(answer: Answer, asked: str) -> None:
    """Raise what says nothing about the token: too many requests, or GitHub being down."""
    spent = answer.headers.get("x-ratelimit-remaining") == "0"
    if answer.status == _TOO_MANY or (answer.status == _FORBIDDEN and spent):
        raise Problem(seen(answer, asked), cause="network.rate-limited")
    if answer.status >= _SERVER_ERROR:
        raise Problem(seen(answer, asked), cause="network.registry-down")


def _can_be_sent(secret: Secret) -> bool:
    value = secret.reveal()
    return bool(value) and all("!" <= character <= "~" for character in value)


def _wrong_kind(kind: str, why: str) -> NoReturn:
    evidence = Evidence(
        Stage.API,
        "the kind of this token",
        f"{kind}: {why}",
        host=API_HOST,
        facts={"kind": kind, "host": "ghcr.io"},
    )
    raise Problem(evidence, cause="login.token-kind", fixes=(NEW_TOKEN,))


def _refused(answer: Answer, kind: str) -> NoReturn:
    asked = f"GET {API}/user"
    raise_trouble(answer, asked)
    raise_sso(answer, asked, "the organisation")
    evidence = seen(answer, asked, kind=kind)
    if "not accessible by" in evidence.message or "refresh" in kind:
        _wrong_kind(kind, f"GitHub says: {evidence.message}")
    if answer.status not in (_UNAUTHORIZED, _FORBIDDEN):
        raise Problem(evidence, cause="network.intercepted")
    if _has_expired(answer.headers):
        raise Problem(evidence, cause="login.expired", fixes=(NEW_TOKEN,))
    if kind == "password":
        _wrong_kind(kind, "GitHub does not know it as a token, and takes no passwords")
    raise Problem(evidence, cause="login.rejected", fixes=(LOG_OUT, NEW_TOKEN))


def _nonsense(answer: Answer) -> Problem:
    evidence = Evidence(
        Stage.API,
        f"GET {API}/user",
        f"{answer.status}, but not what GitHub answers",
        host=API_HOST,
        status=answer.status,
        fault=Fault.NONSENSE,
    )
    return Problem(evidence, cause="network.intercepted")


def _expiry(headers: Mapping[str, str]) -> datetime | None:
    """The token's end, from `2026-12-01 10:00:00 UTC` or `... +0100`; None when it has none."""
    text = headers.get("github-authentication-token-expiration", "").replace(" UTC", " +0000")
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None


def _has_expired(headers: Mapping[str, str]) -> bool:
    """By GitHub's own clock: ours may be wrong."""
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
    if answer.status == _NOT_FOUND:
        raise Problem(
            seen(answer, asked, owner=owner, login=clean(login, 60)), cause="push.not-permitted"
        )
    if answer.status != _OK:
        return ()
    if document(answer).get("type") != "Organization":
        return (f"{owner} is another person's account: {login} needs a role on that very package",)
    return await _membership(owner, login, secret, outside)


async def _membership(owner: str, login: str, secret: Secret, outside: Outside) -> tuple[str, ...]:
    path = f"/orgs/{owner}/members/{login}"
    answer = await ask("GET", path, secret, outside)
    raise_sso(answer, f"GET {API}{path}", owner)
    if answer.status == _NO_CONTENT:
        return (f"{login} is a member of {owner}",)
    # A token without read:org sees public members only: no proof of the contrary.
    return (f"whether {login} belongs to {owner} is not to be seen with this token",)
