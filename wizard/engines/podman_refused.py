"""What Podman's words mean when a push is refused: the registry's code and status in them.

Source: engines.md 4.4, the part of each row that Podman keeps.
"""

from __future__ import annotations

import re
from dataclasses import replace

from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.engines.docker_job import Job
from wizard.engines.docker_job import refused as refused_in_dockers_words

_STATUS = re.compile(
    r"StatusCode: (\d{3})\b|invalid status code from registry (\d{3})\b"
    r"|(?:unexpected|invalid) (?:HTTP )?status(?: code)?:? (\d{3})\b",
    re.IGNORECASE,
)
_CODES = {
    "denied": 403,
    "unauthorized": 401,
    "name unknown": 404,
    "toomanyrequests": 429,
    "unsupported": 405,
}
_CODE = re.compile(rf"(?:^|[:\s])({'|'.join(_CODES)})(?=:|$)", re.IGNORECASE)
_PAGE = re.compile(r"<html|<!doctype", re.IGNORECASE)
_FIRST_SERVER_ERROR, _FIRST_REFUSAL, _TOO_LARGE = 500, 400, 413


def refused(job: Job, stage: Stage, asked: str, words: str) -> Problem:
    return sharpened(refused_in_dockers_words(job, stage, asked, words))


def sharpened(problem: Problem) -> Problem:
    """The same, with what only Podman's wording tells."""
    seen = tuple(_sharper(evidence) for evidence in problem.evidence)
    return Problem(*seen, cause=problem.cause, fixes=problem.fixes)


def _sharper(seen: Evidence) -> Evidence:
    if seen.status is not None or not seen.message or seen.fault is not Fault.NONE:
        return seen
    if found := _CODE.search(seen.message):
        code = found[1].lower()
        return replace(seen, code=code.upper().replace(" ", "_"), status=_CODES[code])
    status = _status(seen.message)
    if status is None:
        return seen
    fault = Fault.INTERCEPTED if _is_page(seen.message, status) else seen.fault
    return replace(seen, status=status, fault=fault)


def _status(message: str) -> int | None:
    found = _STATUS.search(message)
    return int(found[1] or found[2] or found[3]) if found else None


def _is_page(message: str, status: int) -> bool:
    """A web page, or a friendly 200, where a registry would have refused (E63, E68)."""
    if status == _TOO_LARGE or status >= _FIRST_SERVER_ERROR:
        return False
    return status < _FIRST_REFUSAL or _PAGE.search(message) is not None
