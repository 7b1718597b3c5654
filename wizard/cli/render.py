"""Checks and reports as lines. Pure: a style in, text out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from wizard.causes import fixes_for
from wizard.cli.style import Style
from wizard.core.checks import Change, Check, Report, Status, Step
from wizard.core.diagnosis import Fix
from wizard.core.text import clean

_STEP_WIDTH = 11
_INDENT = " " * (_STEP_WIDTH + 10)
_WORTH_SAYING_S = 0.05
_TROUBLED = (Status.FAIL, Status.WARN, Status.UNKNOWN)


def report_lines(report: Report, style: Style, system: str) -> Iterator[str]:
    """The whole report: the rows in the order of the steps, then the verdict."""
    order = list(Step)
    last = ""
    for check in sorted(report.checks, key=lambda c: order.index(c.step)):
        yield from check_lines(check, style, system, shows_step=check.step.value != last)
        last = check.step.value
    yield from changes_lines(report.changes, style)
    yield ""
    yield from verdict_lines(report, style)


def check_lines(
    check: Check, style: Style, system: str, *, shows_step: bool = True
) -> Iterator[str]:
    """One row; for what is the matter also why, the evidence and what to do."""
    name = "SDK" if check.step is Step.SDK else check.step.value.capitalize()
    step = f"{name if shows_step else '':<{_STEP_WIDTH}}"
    code = f"  {style.faint(check.cause)}" if check.cause else ""
    after = f" (after {check.blocked_by})" if check.blocked_by else ""
    summary = style.text(clean(check.summary))
    took = f"  {style.faint(f'{check.seconds:.2g} s')}" if check.seconds >= _WORTH_SAYING_S else ""
    yield f"{step}{style.mark(check.status)} {summary}{after}{code}{took}"
    if check.status not in _TROUBLED:
        return
    for line in textwrap.wrap(check.explanation, style.width - len(_INDENT)):
        yield f"{_INDENT}{style.text(line)}"
    for line in check.evidence:
        yield f"{_INDENT}{style.faint(f'seen: {clean(line)}')}"
    for line in fix_lines(fixes_for(check.fixes, system), style):
        yield f"{_INDENT}{line}"


def fix_lines(fixes: Iterable[Fix], style: Style) -> Iterator[str]:
    """Title, and below it the command or page, alone on its line so that it can be copied."""
    for fix in fixes:
        yield f"{style.text('→')} {style.text(fix.title)}"
        if fix.ask:
            told = f"for {clean(fix.ask)}; a message: registry-wizard export message"
            yield f"    {style.faint(told)}"
        if fix.command:
            yield f"    {fix.command}"
        if fix.url:
            yield f"    {fix.url}"


def changes_lines(changes: Iterable[Change], style: Style) -> Iterator[str]:
    for number, change in enumerate(changes):
        if not number:
            yield ""
            yield style.strong("Changed")
        yield f"  {change.file}: {change.what}" if change.file else f"  {change.what}"
        if change.undo:
            yield style.faint(f"    take it back: {change.undo}")


def verdict_lines(report: Report, style: Style) -> Iterator[str]:
    if report.ready:
        how = {
            "public": "anybody can pull it, so the cluster can",
            "declared": "the cluster's own way to pull it is declared by you, not proven",
        }[report.pull.value]
        yield f"{style.mark(Status.PASS)} {style.strong('Ready')}: {how}"
        return
    broken = [check for check in report.checks if check.status is Status.FAIL]
    unknown = [check for check in report.checks if check.status is Status.UNKNOWN]
    first = next(iter(broken or unknown), None)
    why = clean(first.summary) if first else "the pull is not proven yet"
    status = Status.FAIL if broken else Status.UNKNOWN
    yield f"{style.mark(status)} {style.strong('Not ready')}: {style.text(why)}"
    if first is not None and first.cause:
        yield f"{'':<10}More about it: registry-wizard explain {first.cause}"
