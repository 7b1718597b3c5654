"""The first page: what is about to happen, or what is set up here; and the three uses."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.widget import Widget

from wizard.core.ages import age
from wizard.core.settings import Profile
from wizard.core.text import clean
from wizard.tui import intents
from wizard.tui.links import TITLES
from wizard.tui.offers import Offer
from wizard.tui.screens.page import Page
from wizard.tui.texts import NOT_NEEDED
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import Choice, ChoiceList
from wizard.tui.widgets.diagnosis_panel import FIXES, DiagnosisPanel
from wizard.tui.widgets.text import Text

USES = "uses"
_ABOUT = (
    "Your code names images. They are built on this machine, pushed to a registry, and pulled "
    "from there by the cluster. This takes you through the five links of that chain and proves "
    "each one with a real image. Every page says what it will do before it does it."
)
_STEP_NAMES = {step.value: title for step, title in TITLES.items()}


class HomePage(Page):
    page_id = "home"

    def body(self) -> Iterator[Widget]:
        yield Text(_ABOUT, id="about", classes="gap")
        yield ChoiceList(tuple(_uses(self.view)), id=USES)
        yield Text(NOT_NEEDED, id="not-needed", classes="quiet gap")

    def render_view(self, view: View) -> None:
        self._show_trouble(view)
        known = view.settings.profiles
        about = self.query_one("#about")
        if about.display is bool(known):
            about.display = not known
        self.query_one(f"#{USES}", ChoiceList).show(tuple(_uses(view)))
        self.query_one("#not-needed", Text).say(*_not_needed(view))

    def _show_trouble(self, view: View) -> None:
        """The panel comes only when it is needed: it would cost the first picture its time."""
        panel = next(iter(self.query(DiagnosisPanel)), None)
        if panel is not None:
            panel.show(view.trouble, view.system)
        elif view.trouble is not None:
            self.query_one("#page").mount(DiagnosisPanel(), before=0)
            self.call_after_refresh(lambda: self.show(self.view))

    def own_offers(self) -> Iterator[Offer]:
        rows = self.query_one(f"#{USES}", ChoiceList)
        selected = rows.selected
        if selected is not None:
            yield Offer(
                "enter", _VERBS.get(selected.id.partition(" ")[0], "go on"), rows.action_take
            )
        yield from self.explain_offer(self.view.trouble)

    @on(ChoiceList.Moved)
    def tell_keys(self) -> None:
        self.show_keys()

    @on(ChoiceList.Taken, f"#{USES}")
    def take_use(self, message: ChoiceList.Taken) -> None:
        self.post_message(_intent(message.choice.id))

    @on(ChoiceList.Taken, f"#{FIXES}")
    def take_fix(self, message: ChoiceList.Taken) -> None:
        fix = self.query_one(DiagnosisPanel).fix(message.choice)
        trouble = self.view.trouble
        if fix is None or trouble is None:
            self.post_message(intents.Retry())
        else:
            self.do_fix(fix, trouble)


_VERBS = {
    "resume": "go on",
    "proposed": "begin",
    "setup": "begin",
    "prove": "prove it again",
    "examine": "check everything",
}


def _uses(view: View) -> Iterator[Choice]:
    settings = view.settings
    stopped = settings.stopped
    if stopped is not None:
        where = _STEP_NAMES.get(stopped.step, "the beginning")
        line = f"{where}{f', {stopped.prefix}' if stopped.prefix else ''}"
        yield Choice("resume", "Go on where you left", lines=(line,))
    proposed = view.project.proposal
    if proposed is not None and all(p.prefix != str(proposed.prefix) for p in settings.profiles):
        yield Choice(
            "proposed",
            f"Set up {proposed.prefix}",
            lines=(f"your team proposes it in {clean(_short(proposed.preset.file, view))}",),
        )
    if not settings.profiles:
        yield Choice("setup", "Set up", lines=("five steps, a few minutes; leave at any time",))
    for profile in _current_first(view):
        verb = "Prove again" if profile.name == settings.current else "Switch to"
        yield Choice(
            f"prove {profile.name}",
            f"{verb}: {profile.name}",
            lines=(f"{profile.prefix}/{profile.image}", _proof(profile, view)),
        )
    if settings.profiles:
        yield Choice("setup", "Set up another registry", lines=("what is set up here stays",))
        yield Choice(
            "examine", "Find out what is broken", lines=("every check; nothing is changed",)
        )
    else:
        yield Choice(
            "examine", "Look first", lines=("check what is here already; nothing is changed",)
        )


def _not_needed(view: View) -> Iterator[str | tuple[str, str]]:
    """Who may not need this, with the reason where this machine says it."""
    project = view.project
    if project.not_needed:
        yield ("You may not need this: ", "bold")
        yield f"{clean(_short(project.not_needed, view))}."
    else:
        yield NOT_NEEDED
    if project.trouble:
        yield f"\nNot proposed: {clean(_short(project.trouble, view))}"


def _short(text: str, view: View) -> str:
    return text.replace(f"{view.home}/", "~/") if view.home else text


def _current_first(view: View) -> list[Profile]:
    settings = view.settings
    return sorted(settings.profiles, key=lambda profile: profile.name != settings.current)


def _proof(profile: Profile, view: View) -> str:
    if profile.proof is None:
        return "never proven"
    how = "pulled without a login" if profile.proof.pull == "public" else "the pull declared by you"
    return f"proven {age(profile.proof.when, view.now)}, {how}"


def _intent(id_: str) -> intents.Intent:
    use, _, profile = id_.partition(" ")
    if use == "prove":
        return intents.Prove(profile)
    others: dict[str, type[intents.Intent]] = {
        "resume": intents.Resume,
        "proposed": intents.AcceptProposal,
        "setup": intents.SetUp,
        "examine": intents.Examine,
    }
    return others[use]()
