"""The part of the login page that lists other places for a login."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.widget import Widget

from wizard.core.ports import StoreChoice, StorePlan
from wizard.tui.offers import Offer
from wizard.tui.screens.login_places import HELPER, first_fix, place_rows
from wizard.tui.screens.step_page import StepPage
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import ChoiceList

PLACES: Final = "places"


class PlacesPage(StepPage):
    """The subclass asks for the secret, and says when the list may be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.is_elsewhere = False
        """Other places for the login are shown, and nothing else."""

    def plan(self, store: StoreChoice | None) -> None:
        """Of the subclass: see where the login would go then."""
        raise NotImplementedError

    def show_anew(self) -> None:
        """Of the subclass: another part of the page is shown now."""
        raise NotImplementedError

    def places(self) -> Iterator[Widget]:
        yield ChoiceList(id=PLACES)

    def render_places(self, view: View) -> None:
        is_listing = self.is_elsewhere and not view.is_busy
        rows = place_rows(view, self._plan_now(view), view.trouble) if is_listing else ()
        self.query_one(f"#{PLACES}", ChoiceList).show(tuple(rows))

    def place_offers(self) -> Iterator[Offer]:
        yield Offer("enter", "use this", self.query_one(f"#{PLACES}", ChoiceList).action_take)
        yield Offer("escape", "as it was", self._as_it_was)

    @staticmethod
    def is_tried(view: View) -> bool:
        """Was it tried where a login for this registry could be kept, or is it just now?"""
        prefix = view.journey.choices.prefix
        return view.trial is not None and prefix is not None and view.trial.host == prefix.host

    @staticmethod
    def _plan_now(view: View) -> StorePlan | None:
        """Where the login would go as things are, as far as that is known."""
        is_for_this_run = view.journey.choices.store is StoreChoice.NONE
        if view.plan is not None or view.trouble is not None or is_for_this_run:
            return view.plan
        return view.trial.plan if view.trial else None

    def go_elsewhere(self) -> None:
        self.is_elsewhere = True
        self.show_anew()

    def _as_it_was(self) -> None:
        self.is_elsewhere = False
        self.show_anew()

    @on(ChoiceList.Taken, f"#{PLACES}")
    def take_place(self, message: ChoiceList.Taken) -> None:
        """Another place, or a helper that is to be mended so that it can be one."""
        kind, _, name = message.choice.id.partition(" ")
        self.is_elsewhere = False
        if kind == HELPER:
            self._mend(name)
            self.show_anew()
        else:
            self.plan(StoreChoice(name))

    def _mend(self, helper: str) -> None:
        from wizard.steps.stores import unfit_row

        unfit = self.view.trial.unfit if self.view.trial else ()
        verdict = next((verdict for verdict in unfit if verdict.helper == helper), None)
        fix = first_fix(verdict, self.view.system) if verdict else None
        row = unfit_row(verdict) if verdict else None
        if fix is not None and row is not None:
            self.do_fix(fix, row)
