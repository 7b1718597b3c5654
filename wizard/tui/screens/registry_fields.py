"""What the registry page's fields mean: read, checked, and filled beforehand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.fields import Field
from wizard.core.names import InvalidNameError
from wizard.core.ports import RegistryProvider, Suggestion
from wizard.core.prefix import Prefix, PrefixError
from wizard.core.text import clean
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import Choice
from wizard.tui.widgets.field_form import FieldForm

IMAGE_FIELD: Final = Field(
    "image", "Image name in your code", "my-app", help="as in ImageSpec(name=…)"
)


@dataclass(frozen=True, slots=True)
class Understood:
    """What the fields name: a prefix, or the reason why there is none."""

    prefix: Prefix | None = None
    wrong: str = ""
    mends: tuple[str, ...] = ()


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


def help_words(form: FieldForm, *others: str) -> str:
    said = [field.help for field in form.fields if field.help and field is not IMAGE_FIELD]
    return "  ".join((*said, *(other for other in others if other)))


def suggestions_for(view: View, kind: str) -> tuple[Suggestion, ...]:
    return tuple(suggestion for of, suggestion in view.suggestions if of == kind)


def recommended(view: View) -> str:
    """The kind to begin with: where somebody is logged in already; empty when nobody is."""
    logged_in = {kind for kind, suggestion in view.suggestions if suggestion.is_logged_in}
    return next((p.kind for p in view.registries if p.kind in logged_in), "")


def kind_row(provider: RegistryProvider, view: View, best: str) -> Choice:
    known = suggestions_for(view, provider.kind)
    found = (f"Found here: {clean(known[0].reason)}",) if known else ()
    state = "suits you" if provider.kind == best else ""
    return Choice(provider.kind, provider.title, state, (" ".join(provider.about), *found))


def first_prefix(view: View) -> Prefix | None:
    """The prefix to begin with: chosen before, or in a first practice run the practice one."""
    chosen = view.journey.choices.prefix
    is_first = view.practice is not None and not view.settings.profiles
    if chosen is None and is_first and view.practice and view.parse_prefix:
        chosen, _ = view.parse_prefix(view.practice.prefix)
    return chosen


def _to_practise(view: View, kind: str) -> Prefix | None:
    """Where one may practise at this kind of registry, unless that is set up: who could guess?"""
    if view.practice is None or view.parse_prefix is None:
        return None
    set_up = {profile.prefix for profile in view.settings.profiles}
    left = (prefix for prefix in view.practice.prefixes if prefix not in set_up)
    known = (view.parse_prefix(prefix)[0] for prefix in left)
    return next((prefix for prefix in known if prefix.kind == kind), None)


def first_answers(provider: RegistryProvider, view: View) -> dict[str, str]:
    """What is known of the fields beforehand."""
    start = first_prefix(view)
    if start is None or start.kind != provider.kind:
        start = _to_practise(view, provider.kind)
    answers = {"image": view.journey.choices.image}
    if start is None:
        return answers
    known = dict(provider.answers(start))
    if _composed(provider, known).prefix != start:
        # A form of host that the fields cannot hold: the first of them understands the whole.
        known = {provider.fields[0].id: str(start)}
    return {**answers, **known}
