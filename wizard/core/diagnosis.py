"""From facts to a named cause: evidence, signs, causes and fixes are data; `diagnose` is pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from wizard.core.actions import PERSONAL
from wizard.core.dataclass import dataclass
from wizard.core.filling import fill
from wizard.core.fitting import fitting, shown
from wizard.core.names import HUB_HOST


class Stage(StrEnum):
    """What was being attempted when the evidence was seen."""

    NAME = "name"
    ENGINE = "engine"
    BUILD = "build"
    SDK = "sdk"
    STORE = "store"
    CONFIG = "config"
    PING = "ping"
    TOKEN = "token"  # noqa: S105 - a stage, not a secret
    UPLOAD = "upload"
    MANIFEST_PUT = "manifest-put"
    MANIFEST = "manifest"
    BLOB = "blob"
    DELETE = "delete"
    API = "api"


PUSH_STAGES = frozenset({Stage.UPLOAD, Stage.MANIFEST_PUT})
PULL_STAGES = frozenset({Stage.MANIFEST, Stage.BLOB})


class Fault(StrEnum):
    """A failure below the registry protocol, told apart by exception and errno, never by text."""

    NONE = ""
    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    RESET = "reset"
    TLS_UNTRUSTED = "tls-untrusted"
    TLS_SELF_SIGNED = "tls-self-signed"
    TLS_INVALID = "tls-invalid"
    TLS_OTHER = "tls-other"
    PLAIN_HTTP = "plain-http"
    PROXY = "proxy"
    REALM = "realm"
    CHALLENGE = "challenge"
    INTERCEPTED = "intercepted"
    TOO_LARGE = "too-large"
    NONSENSE = "nonsense"
    DIGEST = "digest"
    MISSING = "missing"
    DENIED = "denied"
    HUNG = "hung"
    FULL = "full"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing asked and what came back. Facts only, already cleaned; never a secret."""

    stage: Stage
    asked: str = ""
    answered: str = ""
    host: str = ""
    status: int | None = None
    code: str = ""
    """The registry's own error code, upper case, e.g. DENIED."""
    message: str = ""
    fault: Fault = Fault.NONE
    authenticated: bool = False
    retry_after_s: float | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    """Values for `{name}` in summaries and fixes: host, owner, scope, url, file, ..."""

    @property
    def line(self) -> str:
        """`asked: answered`, as reports and panels show it."""
        return f"{self.asked}: {self.answered}" if self.asked else self.answered


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to do. With `action`, the wizard can do it after consent."""

    title: str
    command: str = ""
    url: str = ""
    action: str = ""
    """Id of something the wizard can apply by itself; empty when only a person can.

    `run`: run `command`, which is then words for a shell-less start, never a pipe.
    """
    system: str = ""
    """`linux`, `darwin` or `win32` when it serves only there; empty for all."""
    changes: str = ""
    """What will be different afterwards, in words; asked about before it is applied."""
    risk: str = ""
    """What it could cost, in words."""
    inverse: str = ""
    """The command that takes it back."""
    ask: str = ""
    """Who else can do it, where it takes another person: `an owner of acme`."""
    cloud: str = ""
    """Where it helps, as the fact `cloud` has it; several are parted by commas, empty: everywhere.

    `AWS`, `Google`, `GitHub`, `Docker Hub`, `another`.
    """

    @property
    def automatic(self) -> bool:
        return bool(self.action) and self.action not in PERSONAL


@dataclass(frozen=True, slots=True)
class Cause:
    """A row of the catalogue, and the page that `explain` prints."""

    id: str
    summary: str
    explanation: str
    evidence: str
    """What decides it."""
    fixes: tuple[Fix, ...] = ()
    told_apart: tuple[str, ...] = ()
    """Ids of the look-alikes."""
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """Evidence that decides a cause. Empty fields match anything; all others must match."""

    cause: str
    stages: frozenset[Stage] = frozenset()
    statuses: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    faults: frozenset[Fault] = frozenset()
    message: str = ""
    """A regular expression sought anywhere in the message, case ignored."""
    authenticated: bool | None = None
    fixes: tuple[Fix, ...] = ()
    """What helps at this very registry or engine; shown before the catalogue's own."""
    cloud: str = ""
    """As the fact `cloud` has it: what helps only at another is left out then."""
    source: str = ""

    def matches(self, evidence: Evidence) -> bool:
        return (
            (not self.stages or evidence.stage in self.stages)
            and (not self.statuses or evidence.status in self.statuses)
            and (not self.codes or evidence.code in self.codes)
            and (not self.faults or evidence.fault in self.faults)
            and (self.authenticated is None or evidence.authenticated is self.authenticated)
            and (not self.message or _found(self.message, evidence.message))
        )


def _found(pattern: str, message: str) -> bool:
    return re.search(pattern, message, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A named cause with the evidence that decided it and what to do, best first."""

    cause: str
    summary: str
    evidence: tuple[Evidence, ...] = ()
    fixes: tuple[Fix, ...] = ()
    explanation: str = ""
    is_warning: bool = False


class Problem(Exception):  # noqa: N818 - the house word for "raised with evidence"
    """Raised by clients, registries and engines: facts, no prose.

    `cause` is given only when the code that raises has decided it; else the signs decide.
    """

    def __init__(self, *evidence: Evidence, cause: str = "", fixes: tuple[Fix, ...] = ()) -> None:
        super().__init__(cause or (evidence[0].line if evidence else ""))
        self.evidence = evidence
        self.cause = cause
        self.fixes = fixes


UNDECIDED = "internal.undecided"


def diagnose(
    problem: Problem, catalogue: Mapping[str, Cause], *tables: Iterable[Sign]
) -> Diagnosis:
    """The first sign, in the order of the tables, that any evidence matches; a decided cause wins.

    The last evidence is the nearest to the failure and is tried first.
    """
    cause_id, fixes = problem.cause, problem.fixes
    facts = _facts(problem.evidence)
    sign = _first_sign(problem.evidence, tables)
    # What helps at this very registry is known to its sign, whoever decided that cause.
    if sign is not None and (not cause_id or (cause_id == sign.cause and not fixes)):
        cause_id, fixes = sign.cause, (*fixes, *sign.fixes)
        facts.setdefault("cloud", sign.cloud)
    cause = catalogue[cause_id or UNDECIDED]
    return Diagnosis(
        cause=cause.id,
        summary=fill(cause.summary, facts),
        evidence=problem.evidence,
        fixes=shown((*fixes, *fitting(cause.fixes, facts, fixes)), facts),
        explanation=fill(cause.explanation, facts),
        is_warning=cause.is_warning,
    )


def _first_sign(evidence: tuple[Evidence, ...], tables: Iterable[Iterable[Sign]]) -> Sign | None:
    rows = [sign for table in tables for sign in table]
    for seen in reversed(evidence):
        for sign in rows:
            if sign.matches(seen):
                return sign
    return None


def _facts(evidence: tuple[Evidence, ...]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for seen in evidence:
        if seen.host:
            facts["host"] = seen.host
        if seen.message:
            facts["message"] = seen.message
        facts.update(seen.facts)
    if host := facts.get("host"):
        # Docker Hub's login lies under another key, which only the command without a host takes.
        facts.setdefault("logout", "docker logout" + ("" if host == HUB_HOST else f" {host}"))
    return facts
