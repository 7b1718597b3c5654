"""What all pages share: title, chain, the page itself, its explanation, and the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from wizard.core.actions import LOG_IN
from wizard.core.checks import Check, Step
from wizard.core.diagnosis import Fix
from wizard.tui import intents
from wizard.tui.links import LINKS, TITLES, links
from wizard.tui.offers import Offer
from wizard.tui.texts import EXPLANATIONS, PRACTICE, QUESTIONS, TOO_SMALL
from wizard.tui.view import View
from wizard.tui.widgets.chain import Chain
from wizard.tui.widgets.choice_list import ChoiceList
from wizard.tui.widgets.key_line import KeyLine
from wizard.tui.widgets.text import Text
from wizard.tui.widgets.title_bar import TitleBar

PRODUCT = "registry-wizard"


class Page(Screen[None]):
    """Renders a View; every key that works is an Offer, so that nothing works unseen."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own way
        (0, "-tiny"),
        (60, "-narrow"),
        (80, "-medium"),
        (120, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-short"), (22, "-tall")]  # noqa: RUF012 - the same
    AUTO_FOCUS = None

    class Resumed(Message):
        """This page is in front now."""

    page_id: ClassVar[str] = ""
    stands_over: ClassVar[bool] = False
    """Over the page that it was opened from, which stays as it is meanwhile."""
    step: Step | None = None

    def __init__(self) -> None:
        super().__init__(name=self.page_id)
        self.view = View()
        self._is_composed = False

    # --- the frame ---

    def compose(self) -> ComposeResult:
        """With what is known already, so that the first picture is not painted twice."""
        self._take_size()
        chain = Chain()
        chain.show(links(self.view.journey, self.step), self.step)
        yield TitleBar()
        yield Text(TOO_SMALL, id="small")
        with Horizontal(id="columns"):
            yield chain
            with VerticalScroll(id="page", can_focus=False):
                yield Text(QUESTIONS[self.page_id], classes="question")
                yield from self.body()
                yield Text(id="said", classes="quiet")
            yield Text(EXPLANATIONS[self.page_id], id="aside")
        yield KeyLine()

    def _take_size(self) -> None:
        """The class that the breakpoints will give: before the first layout, not after it."""
        for breakpoints, size in (
            (self.HORIZONTAL_BREAKPOINTS, self.app.size.width),
            (self.VERTICAL_BREAKPOINTS, self.app.size.height),
        ):
            names = [name for least, name in breakpoints or () if size >= least]
            if names:
                self.add_class(names[-1])

    def body(self) -> Iterator[Widget]:
        """The page below its question."""
        raise NotImplementedError

    def render_view(self, view: View) -> None:
        """Bring the body up to date."""
        raise NotImplementedError

    def own_offers(self) -> Iterator[Offer]:
        """What this page offers now, most likely first."""
        raise NotImplementedError

    # --- state goes down ---

    def on_mount(self) -> None:
        self._is_composed = True
        self.show(self.view)
        # Now: the focus of a screen that was painted already paints all of it again.
        self.focus_best()

    def on_screen_resume(self) -> None:
        self.post_message(self.Resumed())
        if self._is_composed:
            self.call_after_refresh(self.focus_best)

    def show(self, view: View) -> None:
        """Render the view; a page that is not mounted yet keeps it until then."""
        self.view = view
        if not self._is_composed:
            return
        self.query_one(TitleBar).show(
            PRODUCT, view.image or _use(view), PRACTICE if view.is_sandbox else ""
        )
        self.query_one(Chain).show(links(view.journey, self.step), self.step)
        self.query_one("#said", Text).say(view.said)
        self.render_view(view.tidy)
        self.show_keys()

    def focus_best(self) -> None:
        """Put the focus where the next thing is done; not away from a field somebody is in."""
        focused = self.focused
        if self.is_typing and focused is not None and focused.display:
            return
        if focused is None or not _is_seen(focused):
            found = next((w for w in self.query(ChoiceList) if _is_seen(w) and w.choices), None)
            # The page is read from its top: focus alone must not scroll its headline away.
            self.set_focus(found, scroll_visible=False)
        self.show_keys()

    # --- keys ---

    def offers(self) -> tuple[Offer, ...]:
        """Each key once: what the page means by it comes before what all pages mean."""
        by_key: dict[str, Offer] = {}
        for offer in (*self.own_offers(), *self._common()):
            by_key.setdefault(offer.key, offer)
        return tuple(by_key.values())

    def offer(self, key: str, label: str, message: Callable[[], Message]) -> Offer:
        """A key that posts an intent."""
        return Offer(key, label, lambda: self._post(message()))

    def _post(self, message: Message) -> None:
        self.post_message(message)

    def _common(self) -> Iterator[Offer]:
        is_typing = self.is_typing
        if self.page_id != "home":
            yield self.offer("escape", "back", lambda: intents.Back(self.page_id))
        yield self.offer("question_mark", "help", intents.Help)
        leave = "ctrl+q" if is_typing else "q"
        yield self.offer(leave, "leave, keep", intents.LeaveApp)
        if not is_typing:
            yield Offer("ctrl+q", "leave, keep", lambda: self._post(intents.LeaveApp()), False)
        if self.page_id != "undo":
            yield Offer(
                "ctrl+z",
                "take back the last change",
                lambda: self._post(intents.Open("undo")),
                False,
            )
        if self.has_class("-tiny") or self.has_class("-flat"):
            yield self.offer("p", "plain questions", intents.PlainMode)
        for number, step in enumerate(LINKS, 1):
            yield Offer(
                str(number),
                f"go to {TITLES[step]}",
                lambda step=step: self._post(intents.Open(step.value)),  # type: ignore[misc]
                is_listed=False,
            )

    @property
    def is_typing(self) -> bool:
        """Letters go to a field, and are no keys of the page."""
        return self.focused is not None and self.focused.check_consume_key("a", "a")

    def show_keys(self) -> None:
        is_typing = self.is_typing
        listed = (o for o in self.offers() if o.is_listed and not (is_typing and o.is_letter))
        self.query_one(KeyLine).show(tuple(listed))

    def on_key(self, event: events.Key) -> None:
        """Whatever the focused widget did not want."""
        if event.key in ("pageup", "pagedown"):
            scroll = self.query_one("#page", VerticalScroll)
            (scroll.scroll_page_up if event.key == "pageup" else scroll.scroll_page_down)(
                animate=False
            )
        elif not self._run(event.key) and not self._take(event.key):
            return
        event.stop()
        event.prevent_default()

    def _run(self, key: str) -> bool:
        found = next((offer for offer in self.offers() if offer.key == key), None)
        if found is not None:
            found.run()
        return found is not None

    def _take(self, key: str) -> bool:
        """A letter of a row."""
        return any(rows.take(key) for rows in self.query(ChoiceList) if _is_seen(rows))

    def on_descendant_focus(self) -> None:
        self.show_keys()

    def on_descendant_blur(self) -> None:
        self.show_keys()

    @on(Chain.Chosen)
    def open_link(self, message: Chain.Chosen) -> None:
        self.post_message(intents.Open(message.step.value))

    # --- fixes, wherever they stand ---

    def explain_offer(self, *found: Check | None) -> Iterator[Offer]:
        """For the first of those that have a cause; its page leads on to the others."""
        known = tuple(check for check in found if check is not None and check.cause)
        if known:
            yield self.offer("e", "explain", lambda: intents.Explain(known[0].cause, known))

    def do_fix(self, fix: Fix, check: Check | None) -> None:
        """What a fix offers most: done by the wizard, else copied, else opened."""
        if fix.action == LOG_IN:
            self.post_message(intents.Open(Step.LOGIN.value))
        elif fix.action and check is not None:
            self.post_message(intents.PreviewFix(fix, check))
        elif fix.command:
            self.post_message(intents.Copy(fix.command, "the command; run it, then press r"))
        elif fix.url:
            self.post_message(intents.OpenLink(fix.url))


def _use(view: View) -> str:
    """What the app is here for, while no registry is chosen."""
    current = view.settings.current_profile
    if current is not None:
        return f"{current.prefix}/{current.image}"
    return "" if view.settings.profiles else "first-time set-up"


def _is_seen(widget: Widget) -> bool:
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))
