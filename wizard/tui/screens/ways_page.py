"""The part of the login page that lists the ways in, and what keeps one from working."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.widget import Widget

from wizard.core.checks import Check, Step, failed
from wizard.core.ports import FoundLogin, WayIn
from wizard.tui import intents
from wizard.tui.links import is_done
from wizard.tui.offers import Offer
from wizard.tui.screens.login_places import kept_parts
from wizard.tui.screens.login_words import (
    found_rows,
    waiting_parts,
    waiting_sessions,
    way_rows,
)
from wizard.tui.screens.places_page import PlacesPage
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import ChoiceList
from wizard.tui.widgets.text import Text

WAYS: Final = "ways"


class WaysPage(PlacesPage):
    """The subclass goes the way that was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.way: WayIn | None = None
        self.session: FoundLogin | None = None
        """A login of another program that is to be stored for all tools."""
        self.wants_other = False

    def ways(self) -> Iterator[Widget]:
        yield Text(id="waiting", classes="gap")
        yield ChoiceList(id=WAYS)
        yield Text(id="kept", classes="gap")

    @property
    def is_entering(self) -> bool:
        return self.way is not None or self.session is not None

    @property
    def is_choosing(self) -> bool:
        view = self.view
        if view.is_busy or self.is_entering or not view.is_loaded:
            return False
        return self.wants_other or not is_done(view.journey, Step.LOGIN)

    def render_ways(self, view: View) -> None:
        is_choosing = self.is_choosing and not self.is_elsewhere
        rows = (*found_rows(view), *way_rows(view)) if is_choosing else ()
        waiting = waiting_sessions(view) if is_choosing else ()
        self.query_one("#waiting", Text).say(*(waiting_parts(view) if waiting else ()))
        if waiting:
            self.post_message(intents.WatchSessions())
        self.query_one(f"#{WAYS}", ChoiceList).show(rows)
        self.query_one("#kept", Text).say(*(kept_parts(view) if is_choosing else ()))
        if self.is_choosing and not self.is_tried(view):
            self.post_message(intents.TryStores())

    def also_found(self, view: View) -> Iterator[Check]:
        """Sessions that do not work now, and helpers that are not fit to keep a login."""
        from wizard.steps.stores import unfit_row

        if not self.is_choosing or self.is_elsewhere:
            return
        for seen in waiting_sessions(view):
            if seen.login.problem is not None:
                yield failed(f"login.{seen.login.id}", Step.LOGIN, seen.login.problem)
        trial = view.trial if self.is_tried(view) else None
        if trial is None:
            return
        if trial.problem is not None:
            yield trial.problem
        yield from (row for verdict in trial.unfit if (row := unfit_row(verdict)) is not None)

    def way_offers(self) -> Iterator[Offer]:
        rows = self.query_one(f"#{WAYS}", ChoiceList)
        if self.is_choosing and rows.selected is not None and self.focused is rows:
            yield Offer("enter", "use this", rows.action_take)

    def choose_other(self) -> None:
        self.wants_other = True
        self.show(self.view)
        self.focus_best()

    @on(ChoiceList.Taken, f"#{WAYS}")
    def take_way(self, message: ChoiceList.Taken) -> None:
        kind, _, id_ = message.choice.id.partition(" ")
        if kind == "login":
            seen = next(s for s in self.view.journey.logins if s.login.id == id_)
            self.session = seen.login
            self.post_message(intents.PlanLogin(seen.login.username, None, seen.login))
            return
        if self.broken is not None:
            # A way in was chosen in spite of what was found: the page is about that way now.
            self.post_message(intents.Forget(Step.LOGIN))
        self.way = next((one.way for one in self.view.ways if one.way.id == id_), None)
        if self.way is not None and self.way.wants_secret and not self.way.needs_username:
            self.plan(None)
        else:
            self.show_anew()
