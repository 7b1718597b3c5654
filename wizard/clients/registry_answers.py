"""What a registry's refusal says, as evidence (registries.md 8.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from wizard.core.challenge import ChallengeError, parse_challenges
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Stage
from wizard.core.ports import Answer
from wizard.core.text import clean

MOST_ERROR_BYTES: Final = 64 * 1024
LONGEST_CODE: Final = 60
FIRST_SERVER_ERROR: Final = 500
PROXY_LOGIN, TOO_MANY = 407, 429
MOST_RETRY_AFTER_S: Final = 7 * 24 * 3600.0

# What an unreadable body means (distribution: internal/client/errors.go).
_ASSUMED: Final = {401: "UNAUTHORIZED", 403: "DENIED", TOO_MANY: "TOOMANYREQUESTS"}


@dataclass(frozen=True, slots=True)
class ErrorBody:
    code: str = ""
    message: str = ""
    is_page: bool = False
    """A web page where a registry's answer was expected."""


def read_error(status: int, headers: Mapping[str, str], body: bytes) -> ErrorBody:
    """Code and message from any of the forms that registries use; both cleaned."""
    text = body[:MOST_ERROR_BYTES].decode("utf-8", "replace")
    if is_page(headers, text):
        return ErrorBody(_ASSUMED.get(status, ""), "", is_page=True)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return ErrorBody(_ASSUMED.get(status, ""), clean(text))
    code, message = _from_json(document)
    return ErrorBody(code or _ASSUMED.get(status, ""), message)


def is_page(headers: Mapping[str, str], text: str) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    start = text[:200].lstrip("\ufeff \t\r\n").lower()
    return kind in ("text/html", "application/xhtml+xml") or start.startswith(
        ("<!doctype", "<html")
    )


def _from_json(document: Any) -> tuple[str, str]:
    if not isinstance(document, dict):
        return "", ""
    errors = document.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        first = errors[0]
        detail = first.get("detail")
        message = first.get("message") or (detail if isinstance(detail, str) else "")
        return _code(first.get("code")), _text(message)
    for name in ("details", "detail", "message", "error_description", "error"):
        if document.get(name):
            return _code(document.get("code")), _text(document[name])
    return "", ""


def _code(value: Any) -> str:
    return clean(str(value), LONGEST_CODE).upper() if isinstance(value, str | int) else ""


def _text(value: Any) -> str:
    return clean(value if isinstance(value, str) else json.dumps(value)[:2000])


def refusal(
    answer: Answer, stage: Stage, *, asked: str, authenticated: bool, host: str
) -> Evidence:
    """The evidence for an answer that is not what was hoped for."""
    said = read_error(answer.status, answer.headers, answer.body)
    evidence = Evidence(
        stage,
        asked=asked,
        answered=_answered(answer.status, said),
        host=host,
        status=answer.status,
        code=said.code,
        message=said.message,
        authenticated=authenticated,
        retry_after_s=retry_after(answer.headers),
        facts=_facts(answer),
    )
    if _is_intercepted(answer, said):
        return replace(evidence, fault=Fault.INTERCEPTED)
    if answer.status == 401 and _lacks_scope(answer.headers):  # noqa: PLR2004
        # The status says "who are you", the challenge says "not you" (registries.md, rule 5).
        return replace(evidence, code="DENIED")
    return evidence


def _answered(status: int, said: ErrorBody) -> str:
    if said.is_page:
        return f"{status} with a web page"
    words = ": ".join(part for part in (said.code, said.message) if part)
    return f"{status} {words}" if words else str(status)


def _facts(answer: Answer) -> dict[str, str]:
    facts = {"status": str(answer.status)}
    wait = retry_after(answer.headers)
    if wait is not None:
        facts["seconds"] = f"{wait:.0f}"
    quota = answer.headers.get("ratelimit-remaining")
    if quota:
        facts["quota"] = clean(quota, LONGEST_CODE)
    return facts


def _is_intercepted(answer: Answer, said: ErrorBody) -> bool:
    """A page, or a redirect to one, from something that shows no sign of being a registry."""
    if answer.status >= FIRST_SERVER_ERROR or answer.status in (PROXY_LOGIN, TOO_MANY):
        return False
    if "docker-distribution-api-version" in answer.headers or (
        "www-authenticate" in answer.headers
    ):
        return False
    return said.is_page or 300 <= answer.status < 400  # noqa: PLR2004


def _lacks_scope(headers: Mapping[str, str]) -> bool:
    try:
        return any(c.lacks_scope for c in parse_challenges([headers.get("www-authenticate", "")]))
    except ChallengeError:
        return False


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as `Retry-After` says, as a number or a date; None where it does not."""
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return min(float(value[:10]), MOST_RETRY_AFTER_S)
    seconds = seconds_from_now(value, datetime.now(UTC))
    return None if seconds is None else min(max(seconds, 0.0), MOST_RETRY_AFTER_S)


def seconds_from_now(date: str, now: datetime) -> float | None:
    """How far an HTTP date lies ahead of `now`; None for no date."""
    try:
        when = parsedate_to_datetime(date[:100])
    except (ValueError, TypeError, IndexError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return (when - now).total_seconds()


def shown(method: str, url: str) -> str:
    """`HEAD https://host/v2/…` for evidence: no query, no user information."""
    parts = urlsplit(url)
    return clean(f"{method} {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")
