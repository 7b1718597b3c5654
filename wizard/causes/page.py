"""The page of a cause: its sections in order, for every face that shows one. Pure.

Reads the transcripts, so it is imported only where a page is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from wizard.causes import CATALOGUE, fixes_for
from wizard.causes.transcripts import Said, said_for, silence_of
from wizard.core.checks import Check
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Cause, Fix
from wizard.core.filling import fill

_SYSTEMS: Final = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of a case's evidence: text from outside."""

    line: str


@dataclass(frozen=True, slots=True)
class Help:
    fix: Fix
    systems: str = ""
    """`Linux, macOS` where it serves only there and the page is for every system."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Another cause that looks the same from outside."""

    cause: str
    summary: str


Item = str | Seen | Help | Alike | Said
"""A `str` is a sentence of our own."""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    items: tuple[Item, ...]
    """All of one kind."""


@dataclass(frozen=True, slots=True)
class CausePage:
    cause: str
    summary: str
    explanation: str
    sections: tuple[Section, ...]


def page_of(cause: Cause, case: Check | None = None, system: str | None = None) -> CausePage:
    """The page with the facts of `case`, where this cause was found; else as it is in general.

    `system` as `sys.platform`: fixes for another one are left out. None: they name theirs.
    """
    sections = (
        Section("What decides it", (cause.evidence,)),
        Section("What was seen here", tuple(Seen(line) for line in case.evidence) if case else ()),
        Section("What helps", tuple(_helps(cause, case, system))),
        Section("Looks alike", tuple(map(_alike, cause.told_apart))),
        Section("What the tools say", said_for(cause.id) or _sentence(silence_of(cause.id))),
    )
    return CausePage(
        cause.id,
        case.summary if case else fill(cause.summary, {}),
        (case.explanation if case else "") or fill(cause.explanation, {}),
        tuple(section for section in sections if section.items),
    )


def _sentence(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _helps(cause: Cause, case: Check | None, system: str | None) -> Iterator[Help]:
    fixes = case.fixes if case else tuple(map(_filled, cause.fixes))
    if system is None:
        yield from _merged(fixes)
    else:
        yield from (Help(fix) for fix in fixes_for(fixes, system))


def _merged(fixes: Iterable[Fix]) -> Iterator[Help]:
    """Fixes that differ in nothing but the system become one, with the names of the systems."""
    systems: dict[Fix, list[str]] = {}
    for fix in fixes:
        systems.setdefault(replace(fix, system=""), []).append(_SYSTEMS.get(fix.system, ""))
    for fix, names in systems.items():
        yield Help(fix, ", ".join(name for name in names if name))


def _filled(fix: Fix) -> Fix:
    """With the names of what is not known here in its place; nothing that could be run so."""
    return replace(
        fix,
        title=fill(fix.title, {}),
        command=fill(fix.command, {}),
        url=fill(fix.url, {}),
        ask=fill(fix.ask, {}),
        action="",
    )


def _alike(cause: str) -> Alike:
    return Alike(cause, fill(CATALOGUE[cause].summary, {}))
