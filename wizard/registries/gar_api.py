"""Talking to artifactregistry.googleapis.com: one request, its answer as evidence (E3-E6)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.core.ports import Answer, Outside
from wizard.core.secret import Secret
from wizard.core.text import clean
from wizard.registries.gar_places import Place
from wizard.registries.gar_signs import ENABLE

API_HOST: Final = "artifactregistry.googleapis.com"
API: Final = f"https://{API_HOST}/v1"

OK: Final = 200
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
CONFLICTS: Final = (409, 412)

_PERMISSION = re.compile(r"[Pp]ermission ['\"]?((?:artifactregistry|iam)\.[\w.]+)['\"]? denied")
_LOOKS: Final = 25
_FIRST_WAIT_S: Final = 0.2
_LONGEST_WAIT_S: Final = 2.0


async def ask(
    method: str,
    path: str,
    bearer: Secret,
    outside: Outside,
    body: Mapping[str, Any] | None = None,
    stage: Stage = Stage.API,
) -> Answer:
    """One request to the management side. Raises Problem for faults of the network."""
    content = None if body is None else json.dumps(body).encode()
    headers = {"Accept": "application/json"}
    if content is not None:
        headers["Content-Type"] = "application/json"
    return await outside.ask(
        method, f"{API}/{path}", stage=stage, headers=headers, body=content, bearer=bearer
    )


def document(answer: Answer) -> Mapping[str, Any]:
    """The JSON object of an answer. Raises Problem when it is none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        evidence = Evidence(
            Stage.API,
            API,
            f"{answer.status}, but not what Google answers",
            host=API_HOST,
            status=answer.status,
            fault=Fault.NONSENSE,
        )
        raise Problem(evidence, cause="network.intercepted")
    return found


def error_of(answer: Answer) -> tuple[str, str, str]:
    """Google's status word, message and reason; empty where it gave none."""
    try:
        found = json.loads(answer.body)["error"]
        status, message = found.get("status", ""), found.get("message", "")
        details = found.get("details")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", "", ""
    reasons = [one.get("reason") for one in _dicts(details) if one.get("reason")]
    reason = str(reasons[0]) if reasons else ""
    return clean(str(status), 64), clean(str(message)), clean(reason, 64)


def violations(answer: Answer) -> tuple[str, ...]:
    """Which organisation policies refused it: `constraints/iam.allowedPolicyMemberDomains`."""
    try:
        details = json.loads(answer.body)["error"]["details"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    listed = (violation for one in _dicts(details) for violation in _dicts(one.get("violations")))
    return tuple(clean(str(violation.get("type", "")), 128) for violation in listed)


def _dicts(found: Any) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def seen(answer: Answer, asked: str, place: Place, stage: Stage = Stage.API) -> Evidence:
    """A refusal as evidence; the missing permission by name where Google tells it."""
    status, message, reason = error_of(answer)
    words = " ".join(filter(None, (str(answer.status), status, message)))
    found = _PERMISSION.search(message)
    facts = {**place.facts, **({"permission": found[1]} if found else {})}
    return Evidence(
        stage,
        asked,
        words,
        host=API_HOST,
        status=answer.status,
        code=reason or status,
        message=message,
        authenticated=True,
        facts=facts,
    )


def refused(
    answer: Answer,
    asked: str,
    place: Place,
    *,
    denied: str = "",
    fixes: tuple[Fix, ...] = (),
    stage: Stage = Stage.API,
) -> Problem:
    """The Problem for an answer that is not what was asked for.

    `denied` is the cause when a permission is missing; what else it may be is decided here.
    """
    evidence = seen(answer, asked, place, stage)
    if evidence.code == "SERVICE_DISABLED":
        return Problem(evidence, cause="push.repository-missing", fixes=(enable_fix(place),))
    if answer.status == UNAUTHORIZED:
        return Problem(evidence, cause="login.rejected")
    if answer.status == FORBIDDEN and evidence.code != "ACCESS_TOKEN_SCOPE" and denied:
        return Problem(evidence, cause=denied, fixes=fixes)
    return Problem(evidence)  # the signs and the common ones: 429, 5xx, scopes, policies


def enable_fix(place: Place) -> Fix:
    """Switching the API on, which the wizard can run."""
    command = ENABLE.command.replace("{project|PROJECT}", place.project)
    inverse = command.replace(" enable ", " disable ")
    return Fix(
        f"Switch on the Artifact Registry API of {place.project}",
        command=command,
        action="run",
        changes=f"the project {place.project} gets the service artifactregistry.googleapis.com; "
        "storing images there costs by size",
        inverse=inverse,
    )


def waits(count: int) -> Iterator[float]:
    """Seconds to rest between looks: short at first, never longer than two."""
    wait_s = _FIRST_WAIT_S
    for _ in range(count):
        yield wait_s
        wait_s = min(wait_s * 1.6, _LONGEST_WAIT_S)


async def finish(
    answer: Answer, asked: str, place: Place, bearer: Secret, outside: Outside
) -> None:
    """Wait for a long-running operation to end, about 40 s at most. Raises Problem."""
    operation = document(answer)
    for wait_s in waits(_LOOKS):
        if operation.get("done") is True:
            break
        await asyncio.sleep(wait_s)
        name = str(operation.get("name", ""))
        if not re.fullmatch(r"projects/[\w.:-]+/locations/[\w-]+/operations/[\w.-]+", name):
            break
        looked = await ask("GET", name, bearer, outside)
        if looked.status != OK:
            raise refused(looked, f"GET {API}/{name}", place)
        operation = document(looked)
    error = operation.get("error")
    if isinstance(error, dict):
        message = clean(str(error.get("message", "")))
        words = f"it failed: {message}"
        raise Problem(
            Evidence(Stage.API, asked, words, API_HOST, message=message, facts=place.facts)
        )
    if operation.get("done") is not True:
        words = "it has begun, and no end of it was seen"
        raise Problem(Evidence(Stage.API, asked, words, API_HOST, fault=Fault.TIMEOUT))
