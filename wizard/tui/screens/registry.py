"""Step Registry: which one, the few fields it needs, and the name that comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.containers import Vertical
from textual.widget import Widget

from wizard.core.checks import Step
from wizard.core.ports import RegistryProvider
from wizard.core.text import clean
from wizard.tui import intents
from wizard.tui.offers import Offer
from wizard.tui.screens.registry_fields import (
    IMAGE_FIELD,
    first_answers,
    first_prefix,
    help_words,
    kind_row,
    recommended,
    suggestions_for,
    understood,
)
from wizard.tui.screens.step_page import StepPage
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import ChoiceList
from wizard.tui.widgets.field_form import FieldForm
from wizard.tui.widgets.text import Text

KINDS: Final = "kinds"


class RegistryPage(StepPage):
    page_id = "registry"
    step = Step.REGISTRY

    def __init__(self) -> None:
        super().__init__()
        self._kind = ""
        """Whose form is open; empty while the kind is being chosen."""
        self._taken = 0
        """Which of a kind's suggestions stands in its form."""
        self._filled: set[str] = set()

    def middle(self) -> Iterator[Widget]:
        yield ChoiceList(id=KINDS)
        yield Vertical(id="forms")
        yield Text(id="preview", classes="gap")
        yield Text(id="help", classes="quiet gap")

    def lead(self, view: View) -> str:
        if not self._kind:
            return "All that you need to know first stands below each one."
        provider = self._provider(view)
        if provider is None:
            return ""
        # In a low window the fields and the name that comes of them are what must be seen.
        about = provider.about if self.has_class("-tall") else ()
        return " ".join((f"{provider.title}.", *about))

    def render_step(self, view: View) -> None:
        best = recommended(view)
        rows = tuple(kind_row(provider, view, best) for provider in view.registries)
        start = first_prefix(view)
        kinds = self.query_one(f"#{KINDS}", ChoiceList)
        if start is not None and not kinds.choices and not self._kind:
            self.open_form(start.kind, view)
        kinds.show(rows, start.kind if start else best)
        is_hidden = self.broken is not None
        kinds.display = not self._kind and not is_hidden
        self.query_one("#forms").display = bool(self._kind) and not is_hidden
        form = self._form()
        known = suggestions_for(view, self._kind)
        if form is not None and known and self._kind not in self._filled:
            self._filled.add(self._kind)
            form.fill(known[0].answers)
        self._preview()

    # --- the form ---

    def open_form(self, kind: str, view: View) -> None:
        """Show the fields of one kind. A form that was filled in before is as it was left."""
        self._kind = kind
        self._taken = 0
        forms = self.query_one("#forms", Vertical)
        for other in forms.query(FieldForm):
            other.display = other.id == f"form-{kind}"
        provider = self._provider(view)
        if provider is not None and self._form() is None:
            fields = (*provider.fields, IMAGE_FIELD)
            forms.mount(FieldForm(fields, first_answers(provider, view), id=f"form-{kind}"))
        else:
            self.call_after_refresh(self._enter_form)

    @on(FieldForm.Opened)
    def _enter_form(self) -> None:
        self.show(self.view)
        form = self._form()
        if form is not None and self.broken is None:
            form.focus_first()

    def close_form(self) -> None:
        self._kind = ""
        self.set_focus(None)
        self.show(self.view)
        self.focus_best()

    def _form(self) -> FieldForm | None:
        found = self.query(f"#form-{self._kind}").results(FieldForm) if self._kind else ()
        return next(iter(found), None)

    def _provider(self, view: View) -> RegistryProvider | None:
        return next((p for p in view.registries if p.kind == self._kind), None)

    def _source(self) -> str:
        """Where what stands in the form comes from."""
        known = suggestions_for(self.view, self._kind)
        return f"Filled in from: {clean(known[self._taken].reason)}" if known else ""

    def on_mount(self) -> None:
        super().on_mount()
        self.post_message(intents.Suggest())

    def _preview(self) -> None:
        form = self._form()
        preview, help_ = self.query_one("#preview", Text), self.query_one("#help", Text)
        if form is None or self.broken is not None or not form.is_mounted:
            preview.say()
            help_.say()
            return
        found = understood(self.view, self._provider(self.view), form)
        if found.prefix is None:
            preview.say(("Not yet: ", "$quiet"), (found.wrong, "$look"))
        else:
            name = f"{found.prefix}/{form.answers['image']}"
            mends = "".join(f"\n{mend}" for mend in found.mends)
            preview.say("Images will be called  ", (name, "bold $good"), (mends, "$quiet"))
        names = self.view.project.images
        also = f"In your code here: {', '.join(names)}." if len(names) > 1 else ""
        help_.say(help_words(form, self._source(), also) if self.has_class("-tall") else also)

    # --- intents come up ---

    def step_offers(self, view: View) -> Iterator[Offer]:
        kinds = self.query_one(f"#{KINDS}", ChoiceList)
        if self.broken is not None:
            yield Offer("u", "change the name", self._change)
        elif self._kind:
            yield Offer("enter", "check this registry", self._submit)
            if len(suggestions_for(view, self._kind)) > 1:
                yield Offer("ctrl+n", "the next one found", self._take_next)
            yield Offer("escape", "other registries", self.close_form)
        elif kinds.selected is not None and view.is_loaded:
            yield Offer("enter", f"use {kinds.selected.title}", kinds.action_take)

    def _take_next(self) -> None:
        """Another account, project or profile that this machine knows."""
        known, form = suggestions_for(self.view, self._kind), self._form()
        if form is not None and known:
            self._taken = (self._taken + 1) % len(known)
            form.put(known[self._taken].answers)

    def _change(self) -> None:
        self.post_message(intents.Forget(Step.REGISTRY))
        self.call_after_refresh(self._enter_form)

    @on(ChoiceList.Taken, f"#{KINDS}")
    def take_kind(self, message: ChoiceList.Taken) -> None:
        self.open_form(message.choice.id, self.view)

    @on(FieldForm.Changed)
    def tell_preview(self) -> None:
        self._preview()

    @on(FieldForm.Submitted)
    def submit(self) -> None:
        self._submit()

    def _submit(self) -> None:
        form = self._form()
        if form is None or self.view.is_busy:
            return
        found = understood(self.view, self._provider(self.view), form)
        if found.prefix is not None:
            self.post_message(intents.UseRegistry(found.prefix, form.answers["image"].strip()))
        else:
            form.focus_next_empty()
