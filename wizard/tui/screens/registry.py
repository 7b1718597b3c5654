"""Step Registry: which one, the few fields it needs, and the name that comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.containers import Vertical
from textual.widget import Widget

from wizard.core.checks import Step
from wizard.core.fields import Field
from wizard.core.names import InvalidNameError
from wizard.core.ports import RegistryProvider
from wizard.core.prefix import Prefix, PrefixError
from wizard.tui import intents
from wizard.tui.offers import Offer
from wizard.tui.screens.step_page import StepPage
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import Choice, ChoiceList
from wizard.tui.widgets.field_form import FieldForm
from wizard.tui.widgets.text import Text

KINDS: Final = "kinds"
IMAGE_FIELD: Final = Field(
    "image", "Image name in your code", "my-app", help="as in ImageSpec(name=…)"
)


@dataclass(frozen=True, slots=True)
class Understood:
    """What the fields name: a prefix, or the reason why there is none."""

    prefix: Prefix | None = None
    wrong: str = ""
    mends: tuple[str, ...] = ()


class RegistryPage(StepPage):
    page_id = "registry"
    step = Step.REGISTRY

    def __init__(self) -> None:
        super().__init__()
        self._kind = ""
        """Whose form is open; empty while the kind is being chosen."""
        self._filled_for = ""

    def middle(self) -> Iterator[Widget]:
        yield ChoiceList(id=KINDS)
        yield Vertical(id="forms")
        yield Text(id="preview", classes="gap")
        yield Text(id="help", classes="quiet gap")

    def lead(self, view: View) -> str:
        if not self._kind:
            return "All that you need to know first stands below each one."
        provider = self._provider(view)
        # In a low window the fields and the name that comes of them are what must be seen.
        return " ".join(provider.about) if provider and self.has_class("-tall") else ""

    def render_step(self, view: View) -> None:
        rows = tuple(Choice(p.kind, p.title, lines=p.about) for p in view.registries)
        start = _start(view)
        kinds = self.query_one(f"#{KINDS}", ChoiceList)
        if start is not None and not kinds.choices and not self._kind:
            self.open_form(start.kind, view)
        kinds.show(rows, start.kind if start else "")
        is_hidden = self.broken is not None
        kinds.display = not self._kind and not is_hidden
        self.query_one("#forms").display = bool(self._kind) and not is_hidden
        form = self._form()
        if form is not None and view.prefilled and self._filled_for != self._kind:
            self._filled_for = self._kind
            form.fill(view.prefilled)
        self._preview()

    # --- the form ---

    def open_form(self, kind: str, view: View) -> None:
        """Show the fields of one kind. A form that was filled in before is as it was left."""
        self._kind = kind
        forms = self.query_one("#forms", Vertical)
        for other in forms.query(FieldForm):
            other.display = other.id == f"form-{kind}"
        provider = self._provider(view)
        if provider is not None and self._form() is None:
            fields = (*provider.fields, IMAGE_FIELD)
            forms.mount(FieldForm(fields, _answers(provider, view), id=f"form-{kind}"))
            self.post_message(intents.Prefill(kind))
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
        help_.say(_help(form) if self.has_class("-tall") else "")

    # --- intents come up ---

    def step_offers(self, view: View) -> Iterator[Offer]:
        kinds = self.query_one(f"#{KINDS}", ChoiceList)
        if self.broken is not None:
            yield Offer("u", "change the name", self._change)
        elif self._kind:
            yield Offer("enter", "check this registry", self._submit)
            yield Offer("escape", "other registries", self.close_form)
        elif kinds.selected is not None and view.is_loaded:
            yield Offer("enter", f"use {kinds.selected.title}", kinds.action_take)

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


def understood(view: View, provider: RegistryProvider | None, form: FieldForm) -> Understood:
    """The fields taken together; and whatever else was pasted into the first of them."""
    if provider is None:
        return Understood(wrong="choose a registry first")
    answers = form.answers
    first = provider.fields[0].id
    pasted = answers[first].strip()
    found = _composed(provider, answers)
    if found.prefix is None and view.parse_prefix and _looks_whole(pasted):
        try:
            prefix, mends = view.parse_prefix(pasted)
            found = Understood(prefix, mends=mends)
        except PrefixError as error:
            found = Understood(wrong=error.reason)
    if found.prefix is None:
        return found
    try:
        found.prefix.repository(answers["image"].strip())
    except InvalidNameError as error:
        return Understood(wrong=f"image name: {error}" if answers["image"] else _NAMELESS)
    return found


_NAMELESS: Final = "the image name is still empty"


def _looks_whole(text: str) -> bool:
    """More than one field's worth: an address, a command, a name with its host."""
    return any(sign in text for sign in ("/", ".", " "))


def _composed(provider: RegistryProvider, answers: Mapping[str, str]) -> Understood:
    for field in provider.fields:
        value = answers[field.id].strip()
        if not value and not field.is_optional:
            return Understood(wrong=f"{field.title} is still empty")
        if value and (reason := field.check(value)):
            return Understood(wrong=reason)
    try:
        return Understood(provider.compose(answers))
    except PrefixError as error:
        return Understood(wrong=error.reason)


def _help(form: FieldForm) -> str:
    return "  ".join(field.help for field in form.fields if field.help and field is not IMAGE_FIELD)


def _start(view: View) -> Prefix | None:
    """The prefix to begin with: chosen before, or in a first practice run the practice one."""
    chosen = view.journey.choices.prefix
    is_first = view.practice is not None and not view.settings.profiles
    if chosen is None and is_first and view.practice and view.parse_prefix:
        chosen, _ = view.parse_prefix(view.practice.prefix)
    return chosen


def _answers(provider: RegistryProvider, view: View) -> dict[str, str]:
    """What is known of the fields beforehand."""
    start = _start(view)
    answers = {"image": view.journey.choices.image}
    if start is None or start.kind != provider.kind:
        return answers
    # One field holds the whole prefix or all of its path; more fields name its parts in order.
    whole = [str(start)] if provider.fields[0].id == "prefix" else start.path.split("/")
    values = dict(zip((f.id for f in provider.fields), whole, strict=False))
    if _composed(provider, {**dict.fromkeys((f.id for f in provider.fields), ""), **values}) != (
        Understood(start)
    ):
        # Part of it stands in the host: the first field understands the whole as well.
        values = {provider.fields[0].id: str(start)}
    return {**answers, **values}
