"""A fix before it is applied: what it does, changes and risks; then its output."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from wizard.core.diagnosis import Fix
from wizard.tui import intents
from wizard.tui.offers import Offer
from wizard.tui.screens.page import Page
from wizard.tui.view import ShownFix, View
from wizard.tui.widgets.diff_view import DiffView
from wizard.tui.widgets.rows import Row, Rows
from wizard.tui.widgets.step_log import StepLog
from wizard.tui.widgets.text import Part, Text


class FixPage(Page):
    page_id = "fix"

    def body(self) -> Iterator[Widget]:
        yield Text(id="title", classes="gap")
        yield Text(id="what", classes="gap")
        yield DiffView(id="diff", classes="gap")
        yield StepLog()
        yield Rows(id="output")

    def render_view(self, view: View) -> None:
        shown = view.fix
        if shown is None:
            return
        is_asking = not view.is_busy and not shown.is_done
        self.query_one(".question").display = is_asking
        self.query_one("#title", Text).say((shown.fix.title, "bold"))
        self.query_one("#what", Text).say(*_what(shown.fix))
        opening = view.journey.verified.opening if view.journey.verified else None
        is_policy = opening is not None and opening.title == shown.fix.title and opening.diff
        files = (("What is written there", opening.diff),) if is_policy and opening else ()
        self.query_one(DiffView).show_files(files if is_asking else (), view.home)
        rows = tuple(c for c in view.journey.checks[-1:] if shown.is_done and c.cause)
        self.query_one(StepLog).show(rows, view.waiting, view.monotonic)
        said = tuple(line for check in rows for line in check.evidence)
        self.query_one("#output", Rows).show(tuple(Row("  ", "$quiet", (line,)) for line in said))

    def own_offers(self) -> Iterator[Offer]:
        shown = self.view.fix
        if shown is None:
            yield self.offer("h", "home", lambda: intents.Open("home"))
            return
        if self.view.is_busy:
            yield self.offer("x", "stop", intents.Stop)
            return
        yield self.offer("enter", "try again" if shown.is_done else "do it", intents.ApplyFix)
        if shown.fix.command:
            command = shown.fix.command
            yield self.offer("c", "copy the command", lambda: intents.Copy(command, "the command"))
        yield from self.explain_offer(shown.check)
        yield Offer("escape", "not now", lambda: self._back(shown))

    def _back(self, shown: ShownFix) -> None:
        self.post_message(intents.Open(shown.page))


def _what(fix: Fix) -> tuple[Part, ...]:
    parts: list[Part] = []
    if fix.command:
        word = "It runs" if fix.action == "run" else "By hand that would be"
        parts += [(f"{word}\n", "$quiet"), (f"{fix.command}\n\n", "$accent")]
    for word, text in (
        ("What changes", fix.changes),
        ("What it could cost", fix.risk),
        ("To take it back", fix.inverse),
    ):
        if text:
            parts += [(f"{word}\n", "$quiet"), f"{text}\n\n"]
    return tuple(parts)
