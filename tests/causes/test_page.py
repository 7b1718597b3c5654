"""The page of a cause: the same sections for the app and the command line."""

from __future__ import annotations

import pytest

from wizard.causes import CATALOGUE
from wizard.causes.page import Alike, Help, Item, Seen, page_of
from wizard.causes.transcripts import Said
from wizard.core.checks import Check, Status, Step
from wizard.core.diagnosis import Fix

CASE = Check(
    "push.upload",
    Step.PUSH,
    Status.FAIL,
    "You may not push to acme/app",
    cause="push.not-permitted",
    evidence=("POST /v2/: 403", "control: allowed"),
    fixes=(
        Fix("Here", "do it", action="run"),
        Fix("There", "do", system="win32"),
    ),
    explanation="because of acme",
)


def items_of(
    cause: str, title: str, case: Check | None = None, system: str | None = None
) -> tuple[Item, ...]:
    sections = page_of(CATALOGUE[cause], case, system).sections
    return next((section.items for section in sections if section.title == title), ())


@pytest.mark.parametrize("cause", CATALOGUE)
def test_every_cause_has_a_page_with_no_gap_in_its_words(cause: str) -> None:
    page = page_of(CATALOGUE[cause])
    titles = [section.title for section in page.sections]
    helps = [item.fix for s in page.sections for item in s.items if isinstance(item, Help)]

    assert titles == ["What decides it", "What helps", "Looks alike", "What the tools say"]
    assert "{" not in page.summary + page.explanation
    for fix in helps:
        assert not {"{", "|}"} & set(fix.title + fix.url + fix.ask)


@pytest.mark.parametrize("cause", CATALOGUE)
def test_what_is_told_apart_has_a_page_too(cause: str) -> None:
    alike = [i for i in items_of(cause, "Looks alike") if isinstance(i, Alike)]

    assert [item.cause for item in alike] == list(CATALOGUE[cause].told_apart)
    assert all(item.cause in CATALOGUE and item.summary for item in alike)


def test_the_page_of_a_case_has_its_facts() -> None:
    page = page_of(CATALOGUE["push.not-permitted"], CASE, "linux")

    assert (page.summary, page.explanation) == (CASE.summary, CASE.explanation)
    assert items_of("push.not-permitted", "What was seen here", CASE) == (
        Seen("POST /v2/: 403"),
        Seen("control: allowed"),
    )


def test_fixes_of_a_case_are_those_of_its_system_and_can_be_applied() -> None:
    assert items_of("push.not-permitted", "What helps", CASE, "linux") == (Help(CASE.fixes[0]),)


def test_fixes_of_no_case_are_never_applied_by_the_wizard() -> None:
    for cause in CATALOGUE:
        for item in items_of(cause, "What helps", None, "linux"):
            assert isinstance(item, Help)
            assert not item.fix.automatic


def test_a_page_ends_with_what_the_tools_say_or_why_they_are_silent() -> None:
    assert all(isinstance(i, Said) for i in items_of("pull.private", "What the tools say"))
    (silent,) = items_of("store.helper-hung", "What the tools say")
    assert isinstance(silent, str)
    assert silent.endswith(".")
