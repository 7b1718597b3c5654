"""What was checked and found: the rows of every report, and the document that scripts read."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Diagnosis, Fix

SCHEMA = 1


class Step(StrEnum):
    """The steps, in the order in which reports list them."""

    ENGINE = "engine"
    SDK = "sdk"
    REGISTRY = "registry"
    LOGIN = "login"
    PUSH = "push"
    VISIBILITY = "visibility"


class Status(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"
    UNKNOWN = "unknown"


class Visibility(StrEnum):
    """As seen by somebody without a credential."""

    PUBLIC = "public"
    PRIVATE = "private"
    UNKNOWN = "unknown"


class Pull(StrEnum):
    """How it is known that the cluster can pull."""

    PUBLIC = "public"
    DECLARED = "declared"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked. `cause` is empty unless something is the matter."""

    id: str
    step: Step
    status: Status
    summary: str
    cause: str = ""
    evidence: tuple[str, ...] = ()
    blocked_by: str = ""
    fixes: tuple[Fix, ...] = ()
    explanation: str = ""
    seconds: float = 0.0


def passed(id_: str, step: Step, summary: str, *evidence: str, seconds: float = 0.0) -> Check:
    return Check(id_, step, Status.PASS, summary, evidence=evidence, seconds=seconds)


def unknown(id_: str, step: Step, summary: str) -> Check:
    """Nothing could be said, and nothing is the matter either."""
    return Check(id_, step, Status.UNKNOWN, summary)


def skipped(id_: str, step: Step, summary: str, blocked_by: str) -> Check:
    return Check(id_, step, Status.SKIP, summary, blocked_by=blocked_by)


def failed(id_: str, step: Step, found: Diagnosis, seconds: float = 0.0) -> Check:
    """A row for a diagnosis: `warn` when its cause is only a warning, `unknown` when undecided."""
    status = Status.WARN if found.is_warning else Status.FAIL
    return Check(
        id_,
        step,
        # Our own faults and what we cannot name say nothing about the user's machine.
        Status.UNKNOWN if found.cause.startswith("internal.") else status,
        found.summary,
        cause=found.cause,
        evidence=tuple(seen.line for seen in found.evidence),
        fixes=found.fixes,
        explanation=found.explanation,
        seconds=seconds,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed on this machine, and how to take it back."""

    file: str
    what: str
    undo: str


@dataclass(frozen=True, slots=True)
class Report:
    """The JSON document of product.md section 5, as a value."""

    command: str
    version: str
    checks: tuple[Check, ...] = ()
    pull: Pull = Pull.UNPROVEN
    profile: dict[str, str] | None = None
    image: dict[str, str] | None = None
    changes: tuple[Change, ...] = ()

    @property
    def ready(self) -> bool:
        """No check fails or is unknown, something was checked, and the pull is known."""
        verdicts = {check.status for check in self.checks}
        return (
            bool(self.checks)
            and not verdicts & {Status.FAIL, Status.UNKNOWN}
            and self.pull is not Pull.UNPROVEN
        )

    def document(self) -> dict[str, Any]:
        order = list(Step)
        return {
            "schema": SCHEMA,
            "command": self.command,
            "version": self.version,
            "ready": self.ready,
            "pull": self.pull.value,
            "profile": self.profile,
            "image": self.image,
            "checks": [_row(c) for c in sorted(self.checks, key=lambda c: order.index(c.step))],
            "changes": [{"file": c.file, "what": c.what, "undo": c.undo} for c in self.changes],
        }


def _row(check: Check) -> dict[str, Any]:
    silent = check.status in (Status.PASS, Status.SKIP)
    return {
        "id": check.id,
        "step": check.step.value,
        "status": check.status.value,
        "cause": None if silent else check.cause or None,
        "summary": check.summary,
        "evidence": list(check.evidence),
        "blocked_by": check.blocked_by or None,
        "fixes": [
            {
                "title": fix.title,
                "command": fix.command or None,
                "url": fix.url or None,
                "automatic": fix.automatic,
            }
            for fix in check.fixes
        ],
        "seconds": round(check.seconds, 3),
    }
