"""Step Visibility: pulled as the cluster would, and what to do when it may not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.containers import Vertical
from textual.widget import Widget

from wizard.core.actions import OPEN_ACCESS
from wizard.core.checks import Check, Pull, Status, Step, Visibility
from wizard.core.cluster import CLUSTER_FIELDS
from wizard.steps.order import PULL
from wizard.steps.visibility import declared
from wizard.tui import intents
from wizard.tui.links import is_done
from wizard.tui.offers import Offer
from wizard.tui.screens.step_page import StepPage
from wizard.tui.screens.visibility_words import (
    IDENTITY,
    PULL_SECRET,
    pull_secret_parts,
    who_parts,
)
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import Choice, ChoiceList
from wizard.tui.widgets.field_form import FieldForm
from wizard.tui.widgets.qr import QrCode
from wizard.tui.widgets.step_log import StepLog
from wizard.tui.widgets.text import Text

HOW: Final = "how"
_ROUTES: Final = (
    Choice(
        PULL_SECRET,
        "An image-pull secret",
        lines=("a login that may read, given to the cluster's namespace by whoever runs it",),
    ),
    Choice(
        IDENTITY,
        "The cluster's own identity",
        lines=("its nodes may read there already: same cloud account, or a rule that allows them",),
    ),
)


class VisibilityPage(StepPage):
    CSS_PATH = "visibility.tcss"
    page_id = "visibility"
    step = Step.VISIBILITY

    def __init__(self) -> None:
        super().__init__()
        self._keeps_private = False
        self._shows_code = False
        self._asks_identity = False

    def middle(self) -> Iterator[Widget]:
        with Vertical(id="private"):
            yield Text(id="who", classes="gap")
            yield QrCode(id="qr")
        yield ChoiceList(id=HOW)
        with Vertical(id="cluster"):
            yield FieldForm(CLUSTER_FIELDS, {}, id="identity")
            yield Text(id="wrong")
        yield Text(id="ways", classes="gap")

    # --- what is shown ---

    def is_private(self, view: View) -> bool:
        """It waits for a person: there, not public, and no other way declared."""
        journey = view.journey
        return journey.visibility is Visibility.PRIVATE and journey.pull is Pull.UNPROVEN

    def failure(self, view: View) -> Check | None:
        # A private image is no failure to be read, but something to be done: its own page.
        return None if self.is_private(view) else super().failure(view)

    @property
    def broken(self) -> Check | None:
        is_watching = self.view.is_busy
        return None if is_watching else self.failure(self.view)

    def lead(self, view: View) -> str:
        if self.is_private(view):
            return self._private_lead()
        if view.is_busy:
            return "Pulling the image as the cluster would: with no login at all."
        if view.journey.pull is Pull.PUBLIC:
            return "Anybody may pull it, and so may the cluster. It was just pulled."
        if view.journey.pull is Pull.DECLARED:
            how = declared(view.journey.choices)
            return f"Private. You declared that the cluster pulls it by {how}: not proven here."
        return "The image will be pulled as the cluster would: with no login at all."

    def _private_lead(self) -> str:
        if self._asks_identity:
            return "Which account or identity does the cluster pull with? One of them is enough."
        if self._keeps_private:
            return "It stays private. How will the cluster be allowed to pull it?"
        if self._is_code:
            return ""  # the code fills the page
        if self.view.journey.is_never_public:
            return (
                "The image is there. Nobody pulls it without a login, so the cluster needs a right "
                "of its own."
            )
        return "The image is there, and private: nobody without a login may pull it."

    @property
    def _is_code(self) -> bool:
        """The code stands in place of the words."""
        return self._shows_code and not self._keeps_private and not self.has_class("-wide")

    def log_rows(self, checks: tuple[Check, ...]) -> tuple[Check, ...]:
        """A private image is told in words of its own."""
        return tuple(check for check in checks if check.status in (Status.PASS, Status.WARN))

    def render_step(self, view: View) -> None:
        is_private = self.is_private(view)
        asks_identity = is_private and self._asks_identity
        asks_how = is_private and self._keeps_private and not asks_identity
        self.query_one("#private").display = is_private and not asks_how and not asks_identity
        self.query_one(f"#{HOW}", ChoiceList).show(_ROUTES if asks_how else ())
        self.query_one("#cluster").display = asks_identity
        self.query_one("#ways", Text).say(*(() if view.is_busy else pull_secret_parts(view)))
        self.query_one(StepLog).display = not (asks_how or asks_identity)
        link = self._link(view)
        is_code = is_private and self._is_code
        self.query_one("#who", Text).say(*(who_parts(view) if is_private and not is_code else ()))
        self.query_one(QrCode).show(link if is_private else "")
        self.query_one(".question").display = not is_code and self.broken is None
        self.set_class(is_code, "code")

    def _link(self, view: View) -> str:
        verified = view.journey.verified
        return next((fix.url for fix in verified.publish_fixes if fix.url), "") if verified else ""

    # --- keys ---

    def own_offers(self) -> Iterator[Offer]:
        view = self.view
        if self.is_private(view):
            yield from self._private_offers(view)
        else:
            yield from super().own_offers()

    def _private_offers(self, view: View) -> Iterator[Offer]:
        rows = self.query_one(f"#{HOW}", ChoiceList)
        if self._asks_identity:
            yield Offer("enter", "declare it", self._declare_identity)
            yield Offer("escape", "another way", self._ask_how)
            return
        if self._keeps_private:
            yield Offer("enter", "declare it", rows.action_take)
            instead = "back" if view.journey.is_never_public else "make it public instead"
            yield Offer("escape", instead, self._make_public)
            return
        if link := self._link(view):
            yield self.offer("o", "open", lambda: intents.OpenLink(link))
            yield self.offer("c", "copy the link", lambda: intents.Copy(link, "the link"))
            if not self.has_class("-wide"):
                turned = "words instead" if self._shows_code else "code to scan"
                yield Offer("w", turned, self._turn_code)
        verified = view.journey.verified
        check = view.journey.check(PULL)
        if verified is not None and verified.opening is not None and check is not None:
            fix = next((one for one in check.fixes if one.action == OPEN_ACCESS), None)
            if fix is not None:
                yield self.offer("g", "let it be done", lambda: intents.PreviewFix(fix, check))
        own = view.journey.is_never_public
        yield Offer("k", "say how it may pull" if own else "keep it private", self._keep_private)
        if view.practice is not None and not view.journey.is_never_public:
            yield self.offer("p", "play that person", intents.Publish)
        # The watch asks by itself: this is for those who cannot wait.
        yield Offer("r", "ask now", lambda: self._post(intents.AskAgain()), is_listed=False)

    def step_offers(self, view: View) -> Iterator[Offer]:
        if is_done(view.journey, Step.VISIBILITY):
            yield self.offer("enter", "go on", lambda: intents.Onward("visibility"))
        if self.broken is None:
            yield self.offer("r", "pull it again", intents.AskAgain)

    def _turn_code(self) -> None:
        self._shows_code = not self._shows_code
        self.show(self.view)

    def _keep_private(self) -> None:
        self._keeps_private = True
        self.show(self.view)
        self.call_after_refresh(self.focus_best)

    def _make_public(self) -> None:
        self._keeps_private = False
        self.show(self.view)

    def _ask_how(self) -> None:
        self._asks_identity = False
        self.show(self.view)
        self.call_after_refresh(self.focus_best)

    @on(ChoiceList.Taken, f"#{HOW}")
    def declare(self, message: ChoiceList.Taken) -> None:
        provider = self.view.provider
        prefix = self.view.journey.choices.prefix
        is_cloud = bool(provider and prefix and provider.endpoint(prefix.host).cloud)
        if message.choice.id == IDENTITY and is_cloud:
            self._asks_identity = True
            self.show(self.view)
            self.query_one("#identity", FieldForm).focus_first()
            return
        self._keeps_private = False
        self.post_message(intents.KeepPrivate(message.choice.id))

    @on(FieldForm.Submitted)
    def _declare_identity(self) -> None:
        form = self.query_one("#identity", FieldForm)
        answers = form.answers
        wrong = next(filter(None, (field.check(answers[field.id]) for field in form.fields)), "")
        self.query_one("#wrong", Text).say((wrong, "$look"))
        account = answers["account"].strip().replace("-", "")
        principal = answers["principal"].strip()
        if wrong or not (account or principal):
            return
        self._asks_identity = self._keeps_private = False
        self.set_focus(None)
        self.post_message(intents.DeclareCluster(account, principal))
