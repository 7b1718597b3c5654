"""One test push by containerd, what its words mean when refused, and its programs' lines."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Final

from wizard.clients.program_lines import follow
from wizard.clients.programs import TOKEN_VARIABLES
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.image import TestImage
from wizard.core.names import Digest, Reference
from wizard.core.ports import EngineProgress, Outside
from wizard.core.secret import AnyCredential, Credential
from wizard.core.text import clean
from wizard.engines.containerd_tools import Tool

STALL_S: Final = 120.0
"""Longest time without anything new that is borne."""
MOST_LINES: Final = 60
"""Kept for the evidence: a failure says why near its end."""
_NO_STDIN: Final = -3
"""asyncio.subprocess.DEVNULL."""

# How both draw: in colours (their escapes come to us made visible), the same lines ten times a
# second, with a bar and a clock that would pass for news.
_COLOUR = re.compile(r"\\x1b\[[0-9;]*[A-Za-z]")
_BAR = re.compile(r"\s*\|[-+=>\s]*\|?.*$")
_CLOCK = re.compile(r"^elapsed: ")
_CONTENT = re.compile(r"\b(manifest|index)-?\w*@?-?(sha256:[a-f0-9]{64})")
_WRAPPING = re.compile(
    r'^(?:ctr: |(?:time="[^"]*" )?level=(?:fatal|error) msg="?|FATA\[\d+\] ?|ERRO\[\d+\] ?)'
)
_COMPLAINT = re.compile(r"^ctr: |level=(fatal|error)|^(FATA|ERRO)\[|\berror:", re.IGNORECASE)
_STATUS = re.compile(r"\bstatus(?: from \w+ request to \S+?)?:? (?:code )?(\d{3})\b")
_ANONYMOUS = re.compile(r"no basic auth credentials|fetch anonymous token", re.IGNORECASE)
_NO_RIGHT = re.compile(
    r"insufficient_scope|push access denied|authorization failed|\bdenied\b", re.IGNORECASE
)
_FORBIDDEN, _UNAUTHORIZED = 403, 401


@dataclass(frozen=True, slots=True)
class Job:
    """What goes where, for whom and by which program."""

    tool: Tool
    title: str
    """What a person calls the engine."""
    endpoint: str
    image: TestImage
    reference: Reference
    credential: AnyCredential
    is_stored: bool
    outside: Outside
    namespace: str
    """A throw-away one: names and images of the user's own are never touched."""

    @property
    def is_login(self) -> bool:
        return isinstance(self.credential, Credential)

    def facts(self) -> dict[str, str]:
        repository = self.reference.repository
        return {
            "engine": self.title,
            "endpoint": self.endpoint,
            "host": repository.host,
            "repository": str(repository),
            "reference": str(self.reference),
            "platform": str(self.image.platform),
        }


def certificates_folder(job: Job) -> Path | None:
    """Where nerdctl would find this registry's certificates and settings (hosts.toml)."""
    host = job.reference.repository.host
    names = (host, host.replace(":", "_") + "_" if ":" in host else host)
    own = job.outside.home / ".config"
    system = Path("/etc")
    roots = [own / "containerd", own / "docker", system / "containerd", system / "docker"]
    for folder in (root / "certs.d" for root in roots):
        if any((folder / name).is_dir() for name in names):
            return folder
    return None


async def lines(
    job: Job,
    stage: Stage,
    argv: Sequence[str],
    *,
    stdin: int = _NO_STDIN,
    environ: dict[str, str] | None = None,
) -> AsyncGenerator[EngineProgress | Digest, None]:
    """What is new in a program's output, and the digest it named last. Raises Problem."""
    if environ is None:
        environ = {k: v for k, v in job.outside.environ.items() if k not in TOKEN_VARIABLES}
    asked = clean(" ".join(_shown(argv)), 160)
    said, seen, last_news, digest = [""], set[str](), time.monotonic(), None
    running = follow(argv, environ=environ, silence_s=STALL_S, stdin=stdin)
    try:
        async with aclosing(running) as items:
            async for item in items:
                if isinstance(item, int):
                    if item != 0:
                        raise refused(job, stage, asked, _complaint(said, item))
                    break
                line = _plain(item)
                if found := _CONTENT.search(line):
                    digest = Digest(found[2])
                if line and line not in seen:
                    last_news = time.monotonic()
                    seen.add(line)
                    said = [*said[-MOST_LINES:], line]
                    yield EngineProgress(clean(line, 120))
                elif time.monotonic() - last_news > STALL_S:
                    raise _stalled(job, stage, asked)
    except Problem as problem:
        raise _about(job, stage, asked, problem) from None
    if digest is not None:
        yield digest


def _shown(argv: Sequence[str]) -> list[str]:
    """Without addresses, folders and our namespace, which say nothing to a person."""
    return [word for word in argv if not word.startswith(("/", "-")) and "wizard-" not in word]


def _plain(line: str) -> str:
    text = _COLOUR.sub("", line)
    return "" if _CLOCK.match(text) else clean(_BAR.sub("", text))


def _complaint(said: list[str], code: int) -> str:
    complaints = [line for line in said if _COMPLAINT.search(line)]
    last = (complaints or [line for line in said if line] or [f"it ended with {code}"])[-1]
    return _WRAPPING.sub("", last).removesuffix('"')


def refused(job: Job, stage: Stage, asked: str, words: str) -> Problem:
    """The program's own words as evidence, with the registry's status where it shows."""
    text = clean(words)
    found = _STATUS.search(text)
    status = int(found[1]) if found else None
    is_anonymous = not job.is_login or _ANONYMOUS.search(text) is not None
    if status is None and _ANONYMOUS.search(text):
        status = _UNAUTHORIZED
    elif status is None and _NO_RIGHT.search(text):
        status = _FORBIDDEN
    return Problem(
        Evidence(
            stage,
            asked,
            text,
            job.reference.repository.host,
            status=status,
            message=text,
            authenticated=not is_anonymous,
            facts=job.facts(),
        )
    )


def _stalled(job: Job, stage: Stage, asked: str) -> Problem:
    words = f"nothing new for {STALL_S:g} s"
    return Problem(Evidence(stage, asked, words, fault=Fault.TIMEOUT, facts=job.facts()))


def _about(job: Job, stage: Stage, asked: str, problem: Problem) -> Problem:
    """What follow() raises knows nothing of the job."""
    if not problem.evidence or problem.evidence[-1].facts.get("reference"):
        return problem
    seen = (replace(e, stage=stage, asked=asked, facts=job.facts()) for e in problem.evidence)
    return Problem(*seen, cause=problem.cause, fixes=problem.fixes)
