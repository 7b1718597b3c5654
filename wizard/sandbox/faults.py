"""Faults that can be switched on in the practice registries, to rehearse troubleshooting.

A fault is data: what it is called, what it does, and which cause (causes.md) it should be found as.
Three hooks say how: `instead` answers before the registry does, `after` changes its answer, and
`token` changes what is known of every token.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import Final

from wizard.core.image import OCI_INDEX
from wizard.sandbox.accounts import PracticeToken
from wizard.sandbox.exchange import Answer, Request, error, json_answer
from wizard.sandbox.refusals import blob_unknown, denied
from wizard.sandbox.store import digest_of

SLOW_S: Final = 2.0
SKEW_S: Final = 86_400.0
RETRY_AFTER_S: Final = 30

_OK = 200
_UNAUTHORIZED = 401
_READS = ("GET", "HEAD")
_WEB_PAGE = b"""<!DOCTYPE html>
<html><head><title>Guest network: log in</title></head>
<body><h1>Welcome</h1><form action="/login"><input name="room"></form></body></html>
"""
_ESCAPES = "\x1b[2J\x1b[31m[bold red]no[/bold red]\x1b]8;;https://elsewhere.test\x07 \u202egnp.exe"

Instead = Callable[[Request], Answer | None]
After = Callable[[Request, Answer], Answer]
ChangeToken = Callable[[PracticeToken], PracticeToken]


@dataclass(frozen=True)
class PracticeFault:
    id: str
    title: str
    about: str
    cause: str = ""
    """The code that the wizard should name; empty where it depends on the step."""
    instead: Instead = lambda _request: None
    """None lets the registry answer."""
    after: After = lambda _request, answer: answer
    token: ChangeToken = lambda token: token


def is_registry(request: Request) -> bool:
    return request.path.startswith("/v2")


def is_token_service(request: Request) -> bool:
    return request.path.rstrip("/").endswith("/token")


def is_upload(request: Request) -> bool:
    return "/blobs/uploads/" in request.path


def _down(request: Request) -> Answer | None:
    if is_registry(request) or is_token_service(request):
        return error(503, "UNAVAILABLE", "service unavailable")
    return None


def _too_many(request: Request) -> Answer | None:
    if not is_registry(request) and not is_token_service(request):
        return None
    answer = error(429, "TOOMANYREQUESTS", "too many requests")
    return answer.adding(retry_after=str(RETRY_AFTER_S))


def _web_page(_request: Request) -> Answer:
    return Answer(200, _WEB_PAGE, {"Content-Type": "text/html; charset=utf-8"})


def _slow(_request: Request, answer: Answer) -> Answer:
    return replace(answer, delay_s=SLOW_S)


def _silent(_request: Request) -> Answer:
    return Answer(200, never=True)


def _cut(request: Request) -> Answer | None:
    carries = request.method in ("PUT", "PATCH") and is_upload(request)
    return Answer(202, b"-" * 100, breaks_off=True) if carries else None


def _token_refused(request: Request) -> Answer | None:
    """The registry does not take the token that its own token service has just given."""
    if not is_registry(request) or not request.bearer:
        return None
    challenge = f'Bearer realm="https://{request.host}/token",service="{request.host}"'
    answer = error(401, "UNAUTHORIZED", "authentication required")
    return answer.adding(www_authenticate=f'{challenge},error="invalid_token"')


def _all_expired(token: PracticeToken) -> PracticeToken:
    return replace(token, expires=datetime.now(UTC).replace(microsecond=0) - timedelta(days=1))


def _no_write_scope(token: PracticeToken) -> PracticeToken:
    return replace(token, scopes=("read:packages",) if token.scopes else ())


def _wrong_digest(request: Request, answer: Answer) -> Answer:
    if answer.status != _OK or "/manifests/" not in request.path:
        return answer
    return answer.adding(docker_content_digest=digest_of(answer.body + b"?"))


def _blobs_gone(request: Request, answer: Answer) -> Answer:
    reads = request.method in _READS and "/blobs/" in request.path and not is_upload(request)
    if answer.status != _OK or not reads:
        return answer
    return blob_unknown(request.path.rpartition("/")[2])


def _skewed(_request: Request, answer: Answer) -> Answer:
    return answer.adding(date=formatdate(time.time() + SKEW_S, usegmt=True))


def _realm_becomes(realm: str) -> After:
    def change(request: Request, answer: Answer) -> Answer:
        if answer.status != _UNAUTHORIZED or not is_registry(request):
            return answer
        return answer.adding(www_authenticate=f'Bearer realm="{realm}",service="{request.host}"')

    return change


def _http_realm(request: Request, answer: Answer) -> Answer:
    return _realm_becomes(f"http://{request.host}/token")(request, answer)


def _refuses_push(words: str) -> Instead:
    def refuse(request: Request) -> Answer | None:
        pushes = request.method in ("POST", "PUT", "PATCH") and is_registry(request)
        # Without a token the registry asks for one first, as the real ones do.
        return denied(words) if pushes and request.authorization != ("", "") else None

    return refuse


def _other_platform(request: Request, answer: Answer) -> Answer:
    """Whoever pulls without a login by tag finds an index for another platform only."""
    if answer.status != _OK or request.login or "/manifests/" not in request.path:
        return answer
    if request.path.rpartition("/")[2].startswith("sha256:"):
        return answer
    child = {
        "mediaType": answer.headers.get("Content-Type", ""),
        "digest": answer.headers.get("Docker-Content-Digest", ""),
        "size": len(answer.body),
        "platform": {"os": "linux", "architecture": "s390x"},
    }
    document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [child]}
    body = json.dumps(document, separators=(",", ":")).encode()
    headers = {"Content-Type": OCI_INDEX, "Docker-Content-Digest": digest_of(body)}
    return Answer(200, body, headers)


def _round_in_circles(request: Request) -> Answer | None:
    if not is_registry(request):
        return None
    return Answer(307).adding(location=f"{request.origin}{request.path}")


def _escapes(_request: Request, answer: Answer) -> Answer:
    if answer.status < 400:  # noqa: PLR2004 - HTTP's own line
        return answer
    said = {"errors": [{"code": "DENIED", "message": _ESCAPES}], "message": _ESCAPES}
    changed = json_answer(answer.status, said)
    return replace(changed, headers={**answer.headers, **changed.headers})


FAULTS: Final = (
    PracticeFault(
        "registry-down",
        "The registry is down",
        "Every answer of the registry is 503.",
        "network.registry-down",
        instead=_down,
    ),
    PracticeFault(
        "rate-limited",
        "Too many requests",
        f"Every answer of the registry is 429: wait {RETRY_AFTER_S} s.",
        "network.rate-limited",
        instead=_too_many,
    ),
    PracticeFault(
        "login-page",
        "A guest network answers",
        "A web page comes back instead of every answer.",
        "network.intercepted",
        instead=_web_page,
    ),
    PracticeFault("slow", "Everything is slow", f"Each answer takes {SLOW_S:g} s.", after=_slow),
    PracticeFault(
        "silent",
        "Nothing answers",
        "Connections open, and then nothing comes.",
        "network.timeout",
        instead=_silent,
    ),
    PracticeFault(
        "upload-breaks",
        "Uploads break off",
        "The connection is cut in the middle of each upload.",
        "push.interrupted",
        instead=_cut,
    ),
    PracticeFault(
        "token-refused",
        "The registry refuses its own tokens",
        "The token service gives tokens that the registry calls invalid.",
        instead=_token_refused,
    ),
    PracticeFault(
        "token-expired",
        "The token has run out",
        "Every practice token ran out yesterday.",
        "login.expired",
        token=_all_expired,
    ),
    PracticeFault(
        "scope-missing",
        "The token may only read",
        "Every practice token lacks write:packages.",
        "login.scope-missing",
        token=_no_write_scope,
    ),
    PracticeFault(
        "not-permitted",
        "You may not push there",
        "Every push is refused: the account has no write role.",
        "push.not-permitted",
        instead=_refuses_push("permission_denied: write_package"),
    ),
    PracticeFault(
        "push-policy",
        "A policy forbids the push",
        "Every push is refused: the organisation lets nobody make packages.",
        "push.policy",
        instead=_refuses_push("permission_denied: create_package"),
    ),
    PracticeFault(
        "wrong-digest",
        "The manifest is not what its digest says",
        "Manifests come back under another digest.",
        after=_wrong_digest,
    ),
    PracticeFault(
        "missing-blob",
        "Layers are gone",
        "The manifest can be read, its config and layers cannot.",
        "pull.blobs-unreadable",
        after=_blobs_gone,
    ),
    PracticeFault(
        "platform-missing",
        "The image is for another platform",
        "A public image turns out to be for linux/s390x only.",
        "pull.platform-missing",
        after=_other_platform,
    ),
    PracticeFault(
        "clock-skew",
        "Your clock is a day behind",
        "The server's Date is a day ahead of this machine's.",
        "network.clock-wrong",
        after=_skewed,
    ),
    PracticeFault(
        "foreign-realm",
        "The login is asked for by another host",
        "The registry sends logins to tokens.elsewhere.test.",
        "login.realm-refused",
        after=_realm_becomes("https://tokens.elsewhere.test/token"),
    ),
    PracticeFault(
        "http-realm",
        "The login is asked for without encryption",
        "The registry sends logins to its own token service over plain HTTP.",
        "login.realm-refused",
        after=_http_realm,
    ),
    PracticeFault(
        "redirect-loop",
        "Redirects go round in circles",
        "Every answer of the registry sends you to where you are.",
        instead=_round_in_circles,
    ),
    PracticeFault(
        "escapes",
        "Error messages try to repaint the screen",
        "Refusals carry terminal escapes, markup and reversed text.",
        after=_escapes,
    ),
)


def fault(id_: str) -> PracticeFault:
    """Raises KeyError for an id that no fault has."""
    return {found.id: found for found in FAULTS}[id_]
