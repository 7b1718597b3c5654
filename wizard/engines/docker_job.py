"""One test push by Docker, and what its words mean when it is refused (engines.md 4.4)."""

from __future__ import annotations

import re
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.image import TestImage
from wizard.core.names import HUB_HOST, Reference
from wizard.core.ports import Outside
from wizard.core.secret import AnyCredential, Credential
from wizard.core.text import clean
from wizard.engines.docker_endpoints import DockerEndpoint

HUB_KEY: Final = "https://index.docker.io/v1/"
"""Docker Hub's name in docker's config.json."""

# The registry's own codes as docker prints them: in lower case, with spaces, before a colon.
_CODES: Final = {
    "denied": 403,
    "manifest invalid": 400,
    "manifest unknown": 404,
    "name invalid": 400,
    "name unknown": 404,
    "size invalid": 400,
    "tag invalid": 400,
    "toomanyrequests": 429,
    "unauthorized": 401,
    "unsupported": 405,
}
_ABOUT_MANIFEST: Final = frozenset({"manifest invalid", "tag invalid"})
_STATUS = re.compile(r"(?:HTTP|HTTP status:|status(?: code)?:?|https?://\S+:) (\d{3})\b")
_ANONYMOUS = re.compile(r"no basic auth credentials|failed to fetch anonymous token", re.IGNORECASE)
_FIRST_REFUSAL, _FIRST_SERVER_ERROR, _TOO_LARGE = 400, 500, 413


@dataclass(frozen=True, slots=True)
class Job:
    """What is built, where it goes and for whom."""

    endpoint: DockerEndpoint
    title: str
    """What a person calls the engine."""
    image: TestImage
    reference: Reference
    credential: AnyCredential
    is_stored: bool
    outside: Outside

    @property
    def config_key(self) -> str:
        """The registry's name in docker's config.json."""
        host = self.reference.repository.host
        return HUB_KEY if host == HUB_HOST else host

    def facts(self) -> dict[str, str]:
        repository = self.reference.repository
        return {
            "engine": self.title,
            "endpoint": self.endpoint.shown,
            "host": repository.host,
            "repository": str(repository),
            "reference": str(self.reference),
            "platform": str(self.image.platform),
        }


def refused(job: Job, stage: Stage, asked: str, words: str) -> Problem:
    """The engine's own words as evidence, with the registry's code and status where they show."""
    text = clean(words.removeprefix("error from registry: "))
    code = next((part for part in text.lower().split(": ") if part in _CODES), "")
    status = _status(text, code)
    is_anonymous = _ANONYMOUS.search(text) is not None
    if is_anonymous and not code:
        code, status = "unauthorized", 401
    if stage is Stage.UPLOAD and code in _ABOUT_MANIFEST:
        stage = Stage.MANIFEST_PUT
    return Problem(
        Evidence(
            stage,
            asked,
            text,
            job.reference.repository.host,
            status=status,
            code=code.upper().replace(" ", "_"),
            message=text,
            fault=Fault.INTERCEPTED if _is_page(text, status) else Fault.NONE,
            authenticated=isinstance(job.credential, Credential) and not is_anonymous,
            facts=job.facts(),
        )
    )


def _status(text: str, code: str) -> int | None:
    if code:
        return _CODES[code]
    found = _STATUS.search(text)
    return int(found[1]) if found else None


def _is_page(text: str, status: int | None) -> bool:
    """A web page, or a friendly 200, where a registry would have refused (E63, E68)."""
    if status is None or status == _TOO_LARGE or status >= _FIRST_SERVER_ERROR:
        return False
    return status < _FIRST_REFUSAL or "<html" in text.lower() or "<!doctype" in text.lower()
