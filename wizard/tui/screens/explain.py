"""The page of a cause, over the page that it was opened from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Final

from textual import events, on
from textual.containers import VerticalScroll
from textual.widget import Widget

from wizard.causes import CATALOGUE
from wizard.causes.page import Alike, CausePage, Help, Section, Seen, page_of
from wizard.causes.transcripts import Said
from wizard.core.checks import Check
from wizard.core.diagnosis import Fix
from wizard.tui import intents
from wizard.tui.marks import COLOURS, OF_STATUS
from wizard.tui.offers import Offer
from wizard.tui.screens.fix_offers import fix_offers
from wizard.tui.screens.page import Page
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import Choice, ChoiceList
from wizard.tui.widgets.diagnosis_panel import FIXES, evidence_rows, fix_choice
from wizard.tui.widgets.rows import Rows
from wizard.tui.widgets.text import Text
from wizard.tui.widgets.transcript import Transcript

ALIKE: Final = "alike"
OTHERS: Final = "others"
_LETTERS: Final = "stuvwxyz"
"""For other causes in their order; none that a fix or a page has."""

_SCROLLS: Final = {
    "down": "scroll_down",
    "j": "scroll_down",
    "up": "scroll_up",
    "k": "scroll_up",
    "space": "scroll_page_down",
    "home": "scroll_home",
    "end": "scroll_end",
}


class ExplainPage(Page):
    """Read from top to bottom: the keys scroll it, and Tab goes to what can be chosen."""

    CSS_PATH = "explain.tcss"
    page_id = "explain"
    stands_over = True

    def __init__(self, cause: str, case: Check | None, found: tuple[Check, ...]) -> None:
        """`case`: where this cause was found, if it was; `found`: all that stands on the page."""
        super().__init__()
        self._case = case
        self._found = found
        self._cause = CATALOGUE[cause]
        self._fixes: tuple[Fix, ...] = ()

    # --- what is shown ---

    def body(self) -> Iterator[Widget]:
        case = self.view.tidied(self._case) if self._case else None
        page = page_of(self._cause, case, self.view.system)
        yield _headline(page, case)
        if case is None and self.view.journey.checks:
            yield Text("Nothing here points to it so far.", classes="quiet gap")
        yield Text(page.explanation, classes="gap")
        for section in page.sections:
            yield Text(section.title, classes="heading")
            yield from self._items(section)
        if others := self._others():
            yield Text("Also found here", classes="heading")
            letters = chain(_LETTERS[len(self._cause.told_apart) :], repeat(""))
            yield _list(map(_cause_choice, others, letters), OTHERS)

    def _items(self, section: Section) -> Iterator[Widget]:
        items = section.items
        match items[0]:
            case Seen():
                rows = Rows(classes="gap")
                seen = (item.line for item in items if isinstance(item, Seen))
                rows.show(tuple(row for line in seen for row in evidence_rows(line)))
                yield rows
            case Help():
                self._fixes = tuple(item.fix for item in items if isinstance(item, Help))
                yield _list(map(fix_choice, enumerate(self._fixes)), FIXES)
            case Alike():
                alike = (item for item in items if isinstance(item, Alike))
                yield _list(map(_cause_choice, alike, _LETTERS), ALIKE)
            case Said():
                yield Transcript(tuple(item for item in items if isinstance(item, Said)))
            case _:
                yield Text(" ".join(map(str, items)), classes="gap")

    def _others(self) -> tuple[Alike, ...]:
        """What else was found on the page below, so that one key serves them all."""
        known = {self._cause.id, *self._cause.told_apart}
        others = (self.view.tidied(check) for check in self._found if check.cause not in known)
        return tuple({c.cause: Alike(c.cause, c.summary) for c in others}.values())

    def render_view(self, view: View) -> None:
        """Nothing on it changes while it is read."""

    def focus_best(self) -> None:
        """It is read first."""
        self.show_keys()

    # --- keys ---

    def own_offers(self) -> Iterator[Offer]:
        fixes = next(iter(self.query(f"#{FIXES}").results(ChoiceList)), None)
        if fixes is not None and self.focused is fixes:
            yield from fix_offers(self, fixes, self._fix(fixes.selected), self._case)
        elif isinstance(self.focused, ChoiceList):
            yield Offer("enter", "look at this one", self.focused.action_take)
        if not isinstance(self.focused, ChoiceList):
            yield Offer("down", "scroll", lambda: self._scroll("down"))
        yield Offer("tab", "choose", self._next_list)
        if self._case is not None:
            yield Offer("r", "try again", self._retry)
        yield Offer("escape", "back", self.dismiss)

    def on_key(self, event: events.Key) -> None:
        if event.key in _SCROLLS and not isinstance(self.focused, ChoiceList):
            self._scroll(event.key)
            event.stop()
            event.prevent_default()
        else:
            super().on_key(event)

    def _scroll(self, key: str) -> None:
        getattr(self.query_one("#page", VerticalScroll), _SCROLLS[key])(animate=False)

    def _next_list(self) -> None:
        rows = self.focus_next(ChoiceList)
        if isinstance(rows, ChoiceList):
            rows.reveal()

    def _retry(self) -> None:
        """On the page below, which shows what comes of it."""
        self.dismiss()
        self.app.post_message(intents.Retry())

    @on(ChoiceList.Moved)
    def tell_keys(self) -> None:
        self.show_keys()

    # --- what is chosen ---

    def _fix(self, choice: Choice | None) -> Fix | None:
        return self._fixes[int(choice.id)] if choice else None

    @on(ChoiceList.Taken, f"#{FIXES}")
    def take_fix(self, message: ChoiceList.Taken) -> None:
        fix = self._fix(message.choice)
        if fix is not None:
            self.do_fix(fix, self._case)

    @on(ChoiceList.Taken, f"#{ALIKE}")
    @on(ChoiceList.Taken, f"#{OTHERS}")
    def take_alike(self, message: ChoiceList.Taken) -> None:
        self.post_message(intents.Explain(message.choice.id, self._found))


def _headline(page: CausePage, case: Check | None) -> Text:
    mark = OF_STATUS[case.status] if case else None
    headline = Text(classes="gap")
    headline.say(
        *(((f"{mark.value} ", COLOURS[mark]),) if mark else ()),
        (page.summary, "bold"),
        (f"  {page.cause}", "$quiet"),
    )
    return headline


def _list(choices: Iterable[Choice], id_: str) -> ChoiceList:
    return ChoiceList(tuple(choices), id=id_, always_points=False)


def _cause_choice(alike: Alike, key: str) -> Choice:
    return Choice(alike.cause, alike.summary, lines=(alike.cause,), key=key)
