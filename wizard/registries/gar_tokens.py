"""What a credential for Google is worth, and the access token that REST wants for it (E3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote
from weakref import WeakKeyDictionary

from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.core.names import Repository
from wizard.core.ports import Answer, Identity, Outside
from wizard.core.secret import AnyCredential, Credential, Secret
from wizard.core.text import clean
from wizard.registries.cloud_child import RefusedError, ask_child
from wizard.registries.gar_keys import TOKEN_USER, Key, WrongKindError, is_key, is_token, read_key
from wizard.registries.gar_places import place_of
from wizard.registries.gar_refused import problem_of
from wizard.registries.gar_signs import FRESH_TOKEN, KEY_NAME, SIGN_IN

TOKEN_INFO: Final = "https://oauth2.googleapis.com/tokeninfo"  # noqa: S105
_HOST: Final = "oauth2.googleapis.com"
_CLOUD_SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
_OK: Final = 200
_BAD_TOKEN = (400, 401)
_SPARE: Final = timedelta(minutes=2)


@dataclass(frozen=True)
class Minted:
    """An access token that a key was exchanged for."""

    token: Secret
    expires: datetime


class AccessTokens:
    """Access tokens of keys, kept as long as the run that they were made in: one exchange each."""

    def __init__(self) -> None:
        self._of_run: WeakKeyDictionary[Outside, dict[Secret, Minted]] = WeakKeyDictionary()

    async def bearer(self, credential: AnyCredential, outside: Outside) -> Secret | None:
        """What the management side takes for this credential; None where there is nothing.

        Raises Problem where a key cannot be exchanged.
        """
        if not isinstance(credential, Credential):
            return None
        if _is_token(credential):
            return credential.secret
        try:
            key = read_key(credential.username, credential.secret)
        except WrongKindError:
            return None
        return await self.of_key(key, outside)

    async def of_key(self, key: Key, outside: Outside) -> Secret:
        """Raises Problem."""
        kept = self._of_run.setdefault(outside, {})
        known = kept.get(key.text)
        if known is not None and known.expires - _SPARE > datetime.now(UTC):
            return known.token
        question = {"ask": "token", "from": "key", "key": key.text.reveal()}
        try:
            answer = await ask_child(outside, "google", question)
        except RefusedError as refused:
            raise problem_of(refused, is_key=True) from refused
        minted = Minted(Secret(str(answer["token"])), _date(answer["expires"]))
        kept[key.text] = minted
        return minted.token

    async def inspect(
        self, credential: Credential, repository: Repository, outside: Outside
    ) -> Identity:
        """Raises Problem: login.token-kind, login.rejected, login.scope-missing, network.*."""
        if _is_token(credential):
            if credential.origin:
                return _of_session(credential)
            return await _inspect_token(credential, repository, outside)
        try:
            key = read_key(credential.username, credential.secret)
        except WrongKindError as wrong:
            words = str(wrong)
            facts = {"host": repository.host, **place_of(repository).facts}
            seen = Evidence(Stage.NAME, "what was given", words, message=words, facts=facts)
            raise Problem(seen, cause="login.token-kind", fixes=(KEY_NAME, SIGN_IN)) from None
        await self.of_key(key, outside)
        notes = ["a key has no end: whoever has the file may use it until it is deleted"]
        if key.project and key.project != place_of(repository).project:
            notes.append(f"it belongs to the project {key.project}")
        whose = f"the key of {key.email}"
        return Identity(
            key.username,
            "service account key",
            notes=tuple(notes),
            evidence=(whose,),
            account=key.email,
        )


def _is_token(credential: Credential) -> bool:
    """A key under a token's user name is none: it must not travel as if it were one."""
    secret = credential.secret
    return is_token(credential.username, secret) and not is_key(secret)


def _of_session(credential: Credential) -> Identity:
    """Google gave this token to us a moment ago: there is nothing more to ask."""
    account = credential.origin.partition(":")[2]
    evidence = (f"Google account {account}",) if account else ()
    return Identity(
        credential.username,
        "access token",
        expires=credential.expires,
        evidence=evidence,
        account=account,
    )


async def _inspect_token(
    credential: Credential, repository: Repository, outside: Outside
) -> Identity:
    username = credential.username if credential.username.startswith("_dc") else TOKEN_USER
    given = quote(credential.secret.reveal(), safe="")
    answer = await outside.ask("GET", f"{TOKEN_INFO}?access_token={given}")
    if answer.status in _BAD_TOKEN:
        raise _refused(answer, repository)
    found = _document(answer)
    scopes = tuple(clean(scope, 128) for scope in str(found.get("scope", "")).split()[:50])
    if answer.status != _OK:
        raise _refused(answer, repository, decided="")
    if _CLOUD_SCOPE not in scopes:
        facts = {"scope": "cloud-platform", "host": repository.host}
        words = "its scopes do not hold cloud-platform"
        seen = Evidence(Stage.API, f"GET {TOKEN_INFO}", words, _HOST, facts=facts)
        raise Problem(seen, cause="login.scope-missing", fixes=(SIGN_IN,))
    email = clean(str(found.get("email", "")), 256)
    left_s = str(found.get("expires_in", ""))
    expires = None
    if left_s.isdecimal():
        expires = datetime.now(UTC) + timedelta(seconds=int(left_s[:9]))
    return Identity(
        username,
        "access token",
        scopes,
        expires,
        ("it ends within the hour: a helper makes a fresh one each time",),
        (f"Google account {email}",) if email else (),
        account=email,
    )


def _refused(answer: Answer, repository: Repository, decided: str = "login.rejected") -> Problem:
    """An access token that Google does not know, or no more: it does not tell which."""
    said = ""
    try:
        found = json.loads(answer.body)
        said = clean(f"{found.get('error', '')} {found.get('error_description', '')}")
    except (ValueError, AttributeError, RecursionError):
        said = ""
    seen = Evidence(
        Stage.API,
        f"GET {TOKEN_INFO}",
        f"{answer.status} {said}".strip(),
        _HOST,
        status=answer.status,
        message=said,
        authenticated=True,
        facts={"host": repository.host},
    )
    host = repository.host
    fresh = Fix(FRESH_TOKEN.title, command=FRESH_TOKEN.command.replace("{host}", host))
    return Problem(seen, cause=decided, fixes=(SIGN_IN, fresh) if decided else ())


def _document(answer: Answer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    words = f"{answer.status}, but not what Google answers"
    seen = Evidence(Stage.API, f"GET {TOKEN_INFO}", words, _HOST, fault=Fault.NONSENSE)
    raise Problem(seen, cause="network.intercepted")


def _date(text: str) -> datetime:
    return datetime.fromisoformat(text) if text else datetime.now(UTC)
