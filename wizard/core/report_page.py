"""A report for a public issue: versions, checks, causes, evidence, timings, as Markdown. Pure.

No secret can stand in it: it is made of checks, and evidence never holds one. What others said is
shown as code, so that none of it becomes markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from wizard.core.checks import Check, Report, Status, Step
from wizard.core.masks import Masks
from wizard.core.state import Journey
from wizard.core.text import clean

_MARKS = {
    Status.PASS: "✔",
    Status.WARN: "▲",
    Status.FAIL: "✘",
    Status.SKIP: "–",
    Status.UNKNOWN: "?",
}
_TROUBLED = (Status.FAIL, Status.WARN, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Versions:
    """What ran, in words."""

    wizard: str
    python: str
    system: str
    libraries: tuple[str, ...] = ()
    """`httpx 0.28.1`, ..."""


def render_report(
    report: Report, journey: Journey, versions: Versions, *, masks: Masks | None = None
) -> str:
    """The page, ending in a newline. With `masks`, hosts and account names are hidden."""
    hide: Callable[[str], str] = masks.hide if masks else lambda text: text
    return "\n".join(_lines(report, journey, versions, hide)) + "\n"


def names_of(journey: Journey, home: str, machine: str) -> Iterator[tuple[str, str]]:
    """What in this journey names people, accounts and machines."""
    choices = journey.choices
    if choices.prefix is not None:
        yield choices.prefix.host, "REGISTRY"
        for part in choices.prefix.path.split("/"):
            yield part, "OWNER"
    if choices.image != "flytekit":
        yield choices.image, "IMAGE"
    yield home, "HOME"
    yield machine, "MACHINE"
    yield home.rpartition("/")[2], "USER"
    for name in (choices.username, choices.cluster_account, choices.cluster_principal):
        yield name, "USER"
    for seen in journey.logins:
        yield seen.login.username, "USER"
    if journey.identity is not None:
        yield journey.identity.username, "USER"


def _lines(
    report: Report, journey: Journey, versions: Versions, hide: Callable[[str], str]
) -> Iterator[str]:
    yield "# registry-wizard report"
    yield ""
    verdict = "ready" if report.ready else "not ready"
    yield f"**{verdict}**, pull {report.pull.value}"
    yield ""
    yield "| what | which |"
    yield "|---|---|"
    rows = [("registry-wizard", versions.wizard), ("Python", versions.python)]
    rows += [("system", versions.system), ("libraries", ", ".join(versions.libraries))]
    rows += _journey_rows(journey)
    for name, value in rows:
        if value:
            yield f"| {name} | {_code(hide(value))} |"
    yield ""
    yield "## Checks"
    yield ""
    yield "| | check | cause | what | seconds |"
    yield "|---|---|---|---|---|"
    checks = sorted(report.checks, key=lambda check: list(Step).index(check.step))
    for check in checks:
        cause = _code(check.cause) if check.cause else ""
        mark = f"{_MARKS[check.status]} {check.status.value}"
        said = _code(hide(check.summary))
        yield f"| {mark} | {_code(check.id)} | {cause} | {said} | {check.seconds:.3f} |"
    for check in checks:
        if check.status in _TROUBLED and check.evidence:
            yield from _evidence(check, hide)


def _journey_rows(journey: Journey) -> Iterable[tuple[str, str]]:
    engine, details = journey.engine, journey.details
    if engine is not None:
        yield "engine", f"{engine.title} at {engine.endpoint}" if engine.endpoint else engine.title
    if details is not None:
        yield "builder", details.builder
    choices = journey.choices
    yield "platform", str(choices.platform)
    if choices.prefix is not None:
        yield "registry", f"{choices.prefix} ({choices.prefix.kind})"


def _evidence(check: Check, hide: Callable[[str], str]) -> Iterator[str]:
    yield ""
    yield f"### {_code(check.id)} {_code(check.cause)}"
    yield ""
    for line in check.evidence:
        yield f"- {_code(hide(line))}"


def _code(text: str) -> str:
    """As inline code with a fence that is longer than any in it; a bar would end a table's cell."""
    shown = clean(text, 600).replace("|", "¦")
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
