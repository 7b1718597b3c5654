"""Step Login: what is there and works; else the ways in, safest first."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.widget import Widget

from wizard.core.checks import Check, Step
from wizard.core.ports import StoreChoice, WayIn
from wizard.core.secret import Credential
from wizard.tui import intents
from wizard.tui.links import is_done
from wizard.tui.offers import Offer
from wizard.tui.screens.login_entry import LoginEntry
from wizard.tui.screens.login_places import KEY
from wizard.tui.screens.login_words import lead
from wizard.tui.screens.ways_page import WaysPage
from wizard.tui.view import View
from wizard.tui.widgets.field_form import FieldForm
from wizard.tui.widgets.secret_input import SecretInput


class LoginPage(WaysPage):
    page_id = "login"
    step = Step.LOGIN

    def __init__(self) -> None:
        super().__init__()
        self._is_agreed = False
        """A yes to storing it unencrypted: to that very question, for this plan."""

    def middle(self) -> Iterator[Widget]:
        yield from self.ways()
        yield from self.places()
        yield LoginEntry(id="entry")

    # --- what is shown ---

    def failure(self, view: View) -> Check | None:
        found = super().failure(view)
        # Having no login yet is where everybody begins, and no failure.
        return None if found is not None and found.cause == "login.missing" else found

    def lead(self, view: View) -> str:
        if self.is_entering:
            return ""
        return lead(view, wants_other=self.wants_other)

    def log_rows(self, checks: tuple[Check, ...]) -> tuple[Check, ...]:
        if self.is_entering and not self.view.is_busy:
            return ()
        return tuple(check for check in checks if check.cause != "login.missing")

    def render_step(self, view: View) -> None:
        self.render_ways(view)
        self._render_entry(view)

    def _render_entry(self, view: View) -> None:
        self.render_places(view)
        entry = self.query_one(LoginEntry)
        is_free = not view.is_busy and self.broken is None and not self.is_elsewhere
        entry.display = self.is_entering and is_free
        if entry.display:
            entry.show(view, self.way, is_agreed=self._is_agreed, asks=self._asks_secret)

    # --- where in the page we are ---

    @property
    def _has_place(self) -> bool:
        """It was shown where the login goes; unencrypted only after a yes."""
        if self.view.journey.choices.store is StoreChoice.NONE:
            return True
        plan = self.view.plan
        return plan is not None and (plan.is_encrypted or self._is_agreed)

    @property
    def _asks_secret(self) -> bool:
        is_secret = self.way is not None and self.way.wants_secret
        return is_secret and self._has_place and not self.is_elsewhere

    @property
    def _may_be_elsewhere(self) -> bool:
        """It is known where the login would go, or why it can go nowhere."""
        view = self.view
        is_known = view.plan is not None or view.journey.choices.store is StoreChoice.NONE
        if self.is_entering:
            is_stuck = view.trouble is not None and view.trouble.cause.startswith("store.")
            return is_known or is_stuck
        return self.is_choosing and (is_known or self.is_tried(view))

    # --- keys ---

    def step_offers(self, view: View) -> Iterator[Offer]:
        if self.is_elsewhere:
            yield from self.place_offers()
            return
        if self.is_entering:
            yield from self._entry_offers(view)
            return
        yield from self.way_offers()
        if self._may_be_elsewhere:
            yield Offer(KEY, "where it is kept", self.go_elsewhere)
        if self.is_choosing and self.broken is None:
            yield self.offer("r", "look again", intents.Retry)
        if is_done(view.journey, Step.LOGIN) and not self.wants_other:
            yield self.offer("enter", "go on", lambda: intents.Onward("login"))
            yield Offer("n", "another login", self.choose_other)
            if view.journey.changes:
                yield self.offer("z", "take it back", lambda: intents.Open("undo"))

    def _entry_offers(self, view: View) -> Iterator[Offer]:
        if view.trouble is not None or (view.plan is not None and not self._has_place):
            yield from self._place_offers(view)
        elif self.broken is not None:
            yield Offer("n", "another login", self._start_over)
        elif self._asks_secret:
            yield Offer("enter", "check and store it", self._secret.submit)
            if view.practice is not None:
                yield Offer("ctrl+t", "paste the practice token", self._paste_practice)
        elif self.session is not None and self._has_place:
            yield Offer("enter", "use it, store it there", self._use_session)
        elif self.way is not None:
            yield from self._offers_of(self.way)
        if self._may_be_elsewhere:
            yield Offer(KEY, "keep it elsewhere", self.go_elsewhere)
        if self.way is not None and self.way.url and view.practice is None:
            url = self.way.url
            yield self.offer("ctrl+o", "open the page", lambda: intents.OpenLink(url))
        yield Offer("escape", "other ways in", self._start_over)

    def _place_offers(self, view: View) -> Iterator[Offer]:
        """No safe place for the login: what else could be done with it."""
        if view.plan is not None:
            yield Offer("y", "yes, store it unencrypted", self._agree)
        yield Offer("t", "keep it for this run only", lambda: self.plan(StoreChoice.NONE))
        if view.plan is None and view.trouble and view.trouble.cause.startswith("store."):
            yield Offer("i", "keep it unencrypted", lambda: self.plan(StoreChoice.PLAINTEXT))

    def _offers_of(self, way: WayIn) -> Iterator[Offer]:
        if way.wants_secret:
            yield Offer("enter", "see where it goes", self._plan_typed)
        else:
            yield Offer("r", "look again", self._look_again)
            yield self.offer("c", "copy", lambda: intents.Copy(way.command, "the command"))

    def _look_again(self) -> None:
        self.way = None
        self.post_message(intents.Retry())

    # --- choosing ---

    def _start_over(self) -> None:
        self.way = self.session = None
        self._is_agreed = self.is_elsewhere = False
        self._secret.clear()
        self.set_focus(None)
        self.post_message(intents.Forget(Step.LOGIN))

    def show_anew(self) -> None:
        self.set_focus(None)
        self.show(self.view)
        self.call_after_refresh(self.focus_best)

    def focus_best(self) -> None:
        if self._asks_secret and not self.view.is_busy and self.broken is None:
            if not isinstance(self.focused, SecretInput):
                self.set_focus(self._secret)
            self.show_keys()
            return
        who = self.query_one(LoginEntry).who
        is_typed = self.way is not None and who.display and self.view.plan is None
        if is_typed and not self.broken and not self.is_elsewhere:
            who.focus_first()
            return
        super().focus_best()

    def plan(self, store: StoreChoice | None) -> None:
        self._is_agreed = False
        self.set_focus(None)
        self.post_message(intents.PlanLogin(self._username, store, self.session))

    @property
    def _username(self) -> str:
        if self.session is not None:
            return self.session.username
        needs = self.way is not None and self.way.needs_username
        return self.query_one(LoginEntry).username if needs else ""

    @on(FieldForm.Submitted)
    def _plan_typed(self) -> None:
        if self._username:
            self.plan(None)

    def _agree(self) -> None:
        self._is_agreed = True
        self.show_anew()

    # --- the secret ---

    def _paste_practice(self) -> None:
        if self.view.practice is not None:
            self._secret.focus()
            self._secret.clear()
            self._secret.take(self.view.practice.token)

    @property
    def _secret(self) -> SecretInput:
        return self.query_one(LoginEntry).secret

    @on(SecretInput.Submitted)
    def log_in(self, message: SecretInput.Submitted) -> None:
        self.set_focus(None)
        self.post_message(intents.LogIn(Credential(self._username, message.secret)))

    def _use_session(self) -> None:
        if self.session is not None:
            self.post_message(intents.UseLogin(self.session))

    def show(self, view: View) -> None:
        if view.journey.login is not None and not view.is_busy and self.is_entering:
            # It worked: the page is about that login now, not about ways in.
            self.way = self.session = None
            self.wants_other = self._is_agreed = False
        super().show(view)
        self._plan_again(view)

    def _plan_again(self, view: View) -> None:
        """After another try it is not known any more where the login goes: ask anew."""
        is_free = self._is_composed and not view.is_busy and self.broken is None
        is_known = view.plan is not None or view.journey.choices.store is StoreChoice.NONE
        is_secret = self.way is not None and self.way.wants_secret and not self.way.needs_username
        if is_free and not is_known and is_secret:
            self.plan(None)
