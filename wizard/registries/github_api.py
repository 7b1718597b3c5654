"""Talking to GitHub's REST interface: one request, its answer as evidence (registries.md A3)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.core.ports import Answer, Outside
from wizard.core.secret import Secret
from wizard.core.text import clean
from wizard.registries.ghcr_signs import AUTHORISE_SSO, TOKENS_PAGE

API: Final = "https://api.github.com"
API_HOST: Final = "api.github.com"
REGISTRY_HOST: Final = "ghcr.io"

OK: Final = 200
NO_CONTENT: Final = 204
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
_TOO_MANY = 429
_SERVER_ERROR = 500

_HEADERS: Final = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
}
_SSO_URL = re.compile(r"url=(https://github\.com/[!-~]+)")


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
        raise nonsense(answer) from error
    if not isinstance(found, dict):
        raise nonsense(answer)
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
    """An answer as evidence. It speaks of a login to the registry, so that is the host to name."""
    message = message_of(answer)
    return Evidence(
        Stage.API,
        asked,
        f"{answer.status} {message}".strip(),
        host=API_HOST,
        status=answer.status,
        message=message,
        authenticated=True,
        facts={"host": REGISTRY_HOST, **facts},
    )


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
    if answer.status == _TOO_MANY or (answer.status == FORBIDDEN and spent):
        raise Problem(seen(answer, asked, host=API_HOST), cause="network.rate-limited")
    if answer.status >= _SERVER_ERROR:
        raise Problem(seen(answer, asked, host=API_HOST), cause="network.registry-down")


def nonsense(answer: Answer) -> Problem:
    """Something else than GitHub answered."""
    evidence = Evidence(
        Stage.API,
        API,
        f"{answer.status}, but not what GitHub answers",
        host=API_HOST,
        status=answer.status,
        fault=Fault.NONSENSE,
    )
    return Problem(evidence, cause="network.intercepted")
