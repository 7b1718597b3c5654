"""How the faults of faults.py misbehave: each a function of a request, and perhaps its answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
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


def _is_registry(request: Request) -> bool:
    return request.path.startswith("/v2")


def _is_token_service(request: Request) -> bool:
    return request.path.rstrip("/").endswith("/token")


def _is_upload(request: Request) -> bool:
    return "/blobs/uploads/" in request.path


def down(request: Request) -> Answer | None:
    if _is_registry(request) or _is_token_service(request):
        return error(503, "UNAVAILABLE", "service unavailable")
    return None


def too_many(request: Request) -> Answer | None:
    if not _is_registry(request) and not _is_token_service(request):
        return None
    answer = error(429, "TOOMANYREQUESTS", "too many requests")
    return answer.adding(retry_after=str(RETRY_AFTER_S))


def web_page(_request: Request) -> Answer:
    return Answer(200, _WEB_PAGE, {"Content-Type": "text/html; charset=utf-8"})


def slow(_request: Request, answer: Answer) -> Answer:
    return replace(answer, delay_s=SLOW_S)


def silent(_request: Request) -> Answer:
    return Answer(200, never=True)


def cut(request: Request) -> Answer | None:
    carries = request.method in ("PUT", "PATCH") and _is_upload(request)
    return Answer(202, cuts=True) if carries else None


def token_refused(request: Request) -> Answer | None:
    """The registry does not take the token that its own token service has just given."""
    if not _is_registry(request) or not request.bearer:
        return None
    challenge = f'Bearer realm="https://{request.host}/token",service="{request.host}"'
    answer = error(401, "UNAUTHORIZED", "authentication required")
    return answer.adding(www_authenticate=f'{challenge},error="invalid_token"')


def all_expired(token: PracticeToken) -> PracticeToken:
    return replace(token, expires=datetime.now(UTC).replace(microsecond=0) - timedelta(days=1))


def no_write_scope(token: PracticeToken) -> PracticeToken:
    return replace(token, scopes=("read:packages",) if token.scopes else ())


def wrong_digest(request: Request, answer: Answer) -> Answer:
    if answer.status != _OK or "/manifests/" not in request.path:
        return answer
    return answer.adding(docker_content_digest=digest_of(answer.body + b"?"))


def blobs_gone(request: Request, answer: Answer) -> Answer:
    reads = request.method in _READS and "/blobs/" in request.path and not _is_upload(request)
    if answer.status != _OK or not reads:
        return answer
    return blob_unknown(request.path.rpartition("/")[2])


def skewed(_request: Request, answer: Answer) -> Answer:
    return answer.adding(date=formatdate(time.time() + SKEW_S, usegmt=True))


def realm_becomes(realm: str) -> After:
    def change(request: Request, answer: Answer) -> Answer:
        if answer.status != _UNAUTHORIZED or not _is_registry(request):
            return answer
        return answer.adding(www_authenticate=f'Bearer realm="{realm}",service="{request.host}"')

    return change


def http_realm(request: Request, answer: Answer) -> Answer:
    return realm_becomes(f"http://{request.host}/token")(request, answer)


def refuses_push(words: str) -> Instead:
    def refuse(request: Request) -> Answer | None:
        pushes = request.method in ("POST", "PUT", "PATCH") and _is_registry(request)
        # Without a token the registry asks for one first, as the real ones do.
        return denied(words) if pushes and request.authorization != ("", "") else None

    return refuse


def other_platform(request: Request, answer: Answer) -> Answer:
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


def round_in_circles(request: Request) -> Answer | None:
    if not _is_registry(request):
        return None
    return Answer(307).adding(location=f"{request.origin}{request.path}")


def escapes(_request: Request, answer: Answer) -> Answer:
    if answer.status < 400:  # noqa: PLR2004 - HTTP's own line
        return answer
    said = {"errors": [{"code": "DENIED", "message": _ESCAPES}], "message": _ESCAPES}
    changed = json_answer(answer.status, said)
    return replace(changed, headers={**answer.headers, **changed.headers})
