"""The page of a cause as lines. Pure: a style in, text out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from wizard.causes.page import Alike, CausePage, Help, Item, Section, Seen
from wizard.causes.transcripts import Said
from wizard.cli.render import fix_lines
from wizard.cli.style import Style
from wizard.core.text import clean

_WIDEST_TEXT = 76


def cause_lines(page: CausePage, style: Style) -> Iterator[str]:
    yield f"{style.strong(page.summary)}  {style.faint(page.cause)}"
    yield ""
    yield from textwrap.wrap(page.explanation, min(style.width, _WIDEST_TEXT))
    for section in page.sections:
        yield ""
        yield style.strong(section.title)
        yield from _section_lines(section, style)


def _section_lines(section: Section, style: Style) -> Iterator[str]:
    alike = [item for item in section.items if isinstance(item, Alike)]
    width = max((len(item.cause) for item in alike), default=0)
    command = ""
    for item in section.items:
        if isinstance(item, Said):
            if item.command != command:
                yield f"  {style.faint('$')} {item.command}"
            command = item.command
        yield from _item_lines(item, style, width)


def _item_lines(item: Item, style: Style, width: int) -> Iterator[str]:
    match item:
        case Seen(line):
            yield f"  {style.text(clean(line))}"
        case Help(fix, systems):
            where = f"  {style.faint(f'[{systems}]')}" if systems else ""
            first, *rest = fix_lines([fix], style)
            yield f"  {first}{where}"
            yield from (f"  {line}" for line in rest)
        case Alike(cause, summary):
            yield f"  {cause:<{width}}  {style.text(summary)}"
        case Said():
            # Line by line as the tool prints it, so that it can be found by search.
            yield f"    {style.faint(item.tool)}"
            yield from (f"      {style.text(line)}" for line in item.lines)
        case str():
            yield from wrapped(style.text(item), style)


def wrapped(text: str, style: Style, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        text,
        style.width - 2,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
