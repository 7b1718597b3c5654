"""What the wizard changed last, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from wizard.core.ports import Undone
from wizard.tui import intents
from wizard.tui.offers import Offer
from wizard.tui.screens.page import Page
from wizard.tui.view import TakenBack, View
from wizard.tui.widgets.rows import Row, Rows
from wizard.tui.widgets.text import Part, Text


class UndoPage(Page):
    page_id = "undo"

    def body(self) -> Iterator[Widget]:
        yield Rows(id="done", classes="gap")
        yield Text(id="lead", classes="gap")
        yield Rows(id="would", classes="gap")
        yield Text(id="token", classes="quiet gap")

    def render_view(self, view: View) -> None:
        shown = view.taken_back
        if shown is None:
            return
        would = () if view.is_busy else shown.would
        self.query_one("#done", Rows).show(tuple(_did(row, view.home) for row in shown.done))
        self.query_one("#lead", Text).say(_lead(shown, is_busy=view.is_busy))
        self.query_one("#would", Rows).show(
            tuple(row for one in would for row in _would(one, view.home))
        )
        has_file = any(row.done and row.change.file for row in shown.done)
        told = "A token stays valid at its registry until it is revoked there."
        self.query_one("#token", Text).say(told if has_file else "")

    def own_offers(self) -> Iterator[Offer]:
        shown = self.view.taken_back
        if self.view.is_busy:
            yield self.offer("x", "stop", intents.Stop)
            return
        would = shown.would if shown else ()
        if any(not row.why_not for row in would):
            yield self.offer("enter", "take it back", intents.TakeBack)
        elif would and not any(row.is_others for row in would):
            yield self.offer("enter", "leave it, show the one before", intents.TakeBack)
        if any(row.is_others for row in would):
            yield self.offer("y", "take it back all the same", lambda: intents.TakeBack(True))
        back_to = shown.page if shown else "home"
        yield self.offer("escape", "back", lambda: intents.Open(back_to))


def _lead(shown: TakenBack, *, is_busy: bool) -> str:
    if is_busy:
        return "The journal is read."
    if shown.would:
        return "This is the change before it:" if shown.done else "This would be taken back:"
    if shown.done:
        return "Nothing else is left that could be taken back."
    return "The wizard has changed nothing on this machine that could be taken back."


def _named(row: Undone, home: str) -> str:
    """A command that was run changed no file that is known."""
    file = row.change.file.replace(f"{home}/", "~/") if home else row.change.file
    return f"{file}: {row.change.what}" if file else row.change.what


def _did(row: Undone, home: str) -> Row:
    mark, said = ("●", "taken back") if row.done else ("▲", f"kept, since {row.why_not}")
    return Row(f"{mark} ", "$good" if row.done else "$look", (f"{_named(row, home)}: {said}",))


def _would(row: Undone, home: str) -> Iterator[Row]:
    parts: list[Part] = [_named(row, home)]
    if row.runs:
        parts += [("\nruns ", "$quiet"), (row.runs, "$accent")]
    if row.is_others:
        parts.append(("\nsomething else changed it since: that would be lost", "$look"))
    elif row.why_not:
        parts.append((f"\ncannot be taken back: {row.why_not}", "$look"))
    yield Row("  ", "", tuple(parts))
