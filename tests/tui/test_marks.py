"""Marks always come with a word, and have twins where there is ASCII only."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color

from tests.support.pilot import driven
from wizard.tui.links import WORDS
from wizard.tui.marks import AsciiFilter, Mark, in_ascii
from wizard.tui.options import StartOptions
from wizard.tui.start import options_here


def test_every_mark_has_a_word() -> None:
    assert set(WORDS) == set(Mark)


def test_every_mark_has_an_ascii_twin_of_its_own_width() -> None:
    assert [in_ascii(mark) for mark in Mark] == ["*", "~", ".", "!", "x", "-", "?"]


def test_whatever_has_no_twin_becomes_a_question_mark() -> None:
    assert in_ascii("ключ ❯") == "???? >"


def test_filter_changes_text_only() -> None:
    segments = [Segment("● proven"), Segment("plain")]

    assert AsciiFilter().apply(segments, Color(0, 0, 0)) == [Segment("* proven"), Segment("plain")]


async def test_terminal_without_unicode_gets_ascii_on_every_line() -> None:
    options = StartOptions(is_sandbox=True, system="linux", is_ascii=True)
    async with driven(options=options) as driver:
        await driver.to_registry()
        painted = driver.app.export_screenshot()

        filters = [type(found).__name__ for found in driver.app._filters]
        assert "AsciiFilter" in filters
        assert "Engine" in painted
        assert not [mark for mark in Mark if not mark.isascii() and mark in painted]


def test_locale_or_terminal_decides() -> None:
    assert options_here({"LANG": "C"}).is_ascii
    assert options_here({"TERM": "linux", "LANG": "C.UTF-8"}).is_ascii
