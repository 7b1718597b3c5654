"""Docker Hub's management interface at hub.docker.com (registries.md B3, B4, B5, B6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from weakref import WeakKeyDictionary

from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.names import HUB_HOST, Repository
from wizard.core.ports import Answer, Outside
from wizard.core.secret import AnyCredential, Credential, Secret
from wizard.core.text import clean

API: Final = "https://hub.docker.com"
API_HOST: Final = "hub.docker.com"
IDENTITY_TOKEN_USER: Final = "<token>"  # noqa: S105 - docker's mark for an identity token

OK: Final = 200
NOT_FOUND: Final = 404
HIDDEN: Final = (401, 403)
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_LASTS: Final = timedelta(minutes=10)
_SPARE: Final = timedelta(minutes=1)
_LONGEST_TOKEN: Final = 16 * 1024
_WORDS: Final = ("detail", "details", "message", "errinfo", "error")

# By run, then by user name and secret.
_Kept = WeakKeyDictionary[Outside, dict[tuple[str, Secret], tuple[Secret, datetime]]]


@dataclass(frozen=True)
class RepositoryFacts:
    """What Docker Hub says of a repository that may be seen."""

    is_private: bool
    may_write: bool | None
    may_administer: bool | None
    """None: it was asked without a login."""


class HubSessions:
    """Tokens for the management interface: one exchange for each credential of a run."""

    def __init__(self) -> None:
        self._kept: _Kept = WeakKeyDictionary()

    async def bearer(self, credential: AnyCredential, outside: Outside) -> Secret | None:
        """None where there is nothing that could be exchanged. Raises Problem when refused."""
        if not isinstance(credential, Credential) or credential.username == IDENTITY_TOKEN_USER:
            return None
        kept = self._kept.setdefault(outside, {})
        key = (credential.username, credential.secret)
        known = kept.get(key)
        if known is not None and known[1] > datetime.now(UTC):
            return known[0]
        bearer = await _exchange(credential, outside)
        kept[key] = (bearer, datetime.now(UTC) + _LASTS - _SPARE)
        return bearer


async def _exchange(credential: Credential, outside: Outside) -> Secret:
    pair = {"identifier": credential.username, "secret": credential.secret.reveal()}
    answer = await send("POST", "/v2/auth/token", None, outside, pair)
    if answer.status != OK:
        cause = "login.rejected" if answer.status in HIDDEN else ""
        raise refusal(answer, "POST", "/v2/auth/token", cause=cause)
    token = document(answer).get("access_token")
    if not isinstance(token, str) or not token.isascii() or not 0 < len(token) <= _LONGEST_TOKEN:
        raise nonsense(answer)
    return Secret(token)


async def facts_of(
    repository: Repository, bearer: Secret | None, outside: Outside
) -> RepositoryFacts | None:
    """None when it does not exist, or is hidden from us: Docker Hub answers alike."""
    namespace, _, name = repository.path.partition("/")
    path = f"/v2/namespaces/{namespace}/repositories/{name}"
    answer = await send("GET", path, bearer, outside)
    if answer.status == NOT_FOUND or answer.status in HIDDEN:
        return None
    if answer.status != OK:
        raise refusal(answer, "GET", path)
    found = document(answer)
    is_private = found.get("is_private")
    if not isinstance(is_private, bool):
        raise nonsense(answer)
    granted = found.get("permissions") if bearer is not None else None
    rights = granted if isinstance(granted, Mapping) else {}
    return RepositoryFacts(is_private, _flag(rights.get("write")), _flag(rights.get("admin")))


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


async def send(
    method: str,
    path: str,
    bearer: Secret | None,
    outside: Outside,
    body: Mapping[str, Any] | None = None,
) -> Answer:
    """One request; any status is an answer. Raises Problem for faults of the network."""
    return await outside.ask(
        method,
        f"{API}{path}",
        stage=Stage.API,
        headers={"Accept": "application/json", "Content-Type": "application/json"},
        body=json.dumps(body).encode() if body is not None else None,
        bearer=bearer,
    )


def document(answer: Answer) -> Mapping[str, Any]:
    """The JSON object of an answer. Raises Problem when it is none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise nonsense(answer) from error
    if not isinstance(found, dict):
        raise nonsense(answer)
    return found


def refusal(
    answer: Answer, method: str, path: str, *, stage: Stage = Stage.API, cause: str = ""
) -> Problem:
    """An unwelcome answer; it speaks of a login to the registry, so that is the host to name."""
    words = _message(answer)
    host = HUB_HOST
    if answer.status == _TOO_MANY or answer.status >= _SERVER_ERROR:
        cause, host = "", API_HOST  # the signs decide: it says nothing about the login
    seconds = answer.headers.get("retry-after", "")
    facts = {"host": host, "status": str(answer.status)}
    evidence = Evidence(
        stage,
        f"{method} {API}{path}",
        f"{answer.status} {words}".strip(),
        host=API_HOST,
        status=answer.status,
        message=words,
        authenticated=True,
        facts={**facts, "seconds": seconds[:9]} if seconds.isdigit() else facts,
    )
    return Problem(evidence, cause=cause)


def nonsense(answer: Answer) -> Problem:
    """Something else than Docker Hub answered."""
    evidence = Evidence(
        Stage.API,
        API,
        f"{answer.status}, but not what Docker Hub answers",
        host=API_HOST,
        status=answer.status,
        fault=Fault.NONSENSE,
    )
    return Problem(evidence, cause="network.intercepted")


def _message(answer: Answer) -> str:
    """Its own words for a refusal; they stand under several names."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    said = next((found[name] for name in _WORDS if found.get(name)), "")
    return clean(said if isinstance(said, str) else json.dumps(said)[:400])
