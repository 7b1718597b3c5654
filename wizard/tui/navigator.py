"""Where in the journey we are: the view, the page, and the one step that runs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Final, Protocol

from wizard.core.checks import Check, Step, failed
from wizard.core.diagnosis import Problem, diagnose
from wizard.core.events import Began, Event, Progressed
from wizard.core.ports import Parts
from wizard.core.state import Journey, fold
from wizard.tui.links import LINKS, is_done
from wizard.tui.runner import Job, Runner
from wizard.tui.view import Practice, View
from wizard.tui.widgets.step_log import Waiting

PAGES: Final = (*(step.value for step in LINKS), "ready")
_MOST_PER_SECOND: Final = 10
"""Progress lines that are shown; the rest is dropped, as only progress may be."""

Steps = Callable[[Parts, Journey], AsyncGenerator[Event, None]]


class Stage(Protocol):
    """What is needed of the app."""

    @property
    def page_id(self) -> str: ...

    def open_page(self, page: str) -> None: ...

    def forget_pages(self) -> None: ...

    def view_changed(self) -> None: ...

    def crashed(self, error: Exception) -> None: ...


class Navigator:
    """The one owner of the view: everything that pages show changes here."""

    def __init__(self, stage: Stage, view: View) -> None:
        self.view = view
        self.runner = Runner(self._ended)
        self.stage = stage
        self.goal = ""
        """The page up to which the journey goes on by itself."""
        self._parts: Parts | None = None
        self._since: dict[str, float] = {}
        self._progressed_at = 0.0
        self._then: Callable[[], None] | None = None

    # --- the parts ---

    @property
    def parts(self) -> Parts:
        if self._parts is None:
            raise AssertionError("no page asks for anything before the parts are there")
        return self._parts

    @property
    def is_built(self) -> bool:
        return self._parts is not None

    def begin(self, parts: Parts, profile: str) -> None:
        """The parts are there: read the settings. `profile` is offered first where it exists."""
        self._parts = parts
        parts.listen_for_waits(self._tell_wait)
        practice = parts.practice
        self.change(
            is_loaded=True,
            registries=parts.registries,
            parse_prefix=parts.parse_prefix,
            monotonic=parts.clock.monotonic,
            home=str(parts.outside.home),
            practice=self._practise_as(practice.account) if practice is not None else None,
        )
        self.load_settings()
        if self.view.settings.profile(profile) is not None:
            self.change(settings=replace(self.view.settings, current=profile))

    def practise_at(self, host: str) -> None:
        """Be the practice account of this registry: each has its own."""
        practice = self.parts.practice
        if practice is None or host not in practice.hosts:
            return
        self.change(practice=self._practise_as(practice.account_for(host)))

    def _practise_as(self, account: Any) -> Practice:
        practice = self.parts.practice
        return Practice(account.login, account.secret, practice.prefix, practice.prefixes)

    def load_settings(self) -> None:
        try:
            settings = self.parts.settings.load()
            self.change(settings=settings, trouble=None, now=self.parts.clock.now())
        except Problem as problem:
            self.change(trouble=self.trouble(problem, "registry.settings", Step.REGISTRY))

    # --- the view ---

    def change(self, **changes: Any) -> None:
        self.view = replace(self.view, **changes)
        self.stage.view_changed()

    def trouble(self, problem: Problem, id_: str, step: Step) -> Check:
        """What could not be done, as a row that the panel shows."""
        tables = (self.view.provider.signs,) if self.view.provider else ()
        found = diagnose(problem, self.parts.catalogue, *tables, self.parts.common_signs)
        return failed(id_, step, found)

    # --- from page to page ---

    def arrive(self, page: str) -> None:
        """Begin what a page does by itself. Of the subclass."""
        raise NotImplementedError

    def open(self, page: str) -> None:
        """Show a page if the links before it hold."""
        missing = self._missing_before(page)
        self.change(said=f"First comes: {missing}" if missing else "", trouble=None)
        page = missing or page
        self.stage.open_page(page)
        if not self.runner.is_busy and self.is_built:
            self.arrive(page)

    def _missing_before(self, page: str) -> str:
        """The first link before this page that does not hold yet; empty when all do."""
        before = LINKS[: PAGES.index(page)] if page in PAGES else ()
        return next((s.value for s in before if not is_done(self.view.journey, s)), "")

    def onward(self, page: str) -> None:
        self.open(PAGES[PAGES.index(page) + 1])

    def back(self, page: str) -> None:
        self.goal = ""
        position = PAGES.index(page) if page in PAGES else 0
        if position:
            self.open(PAGES[position - 1])
        else:
            self.home()

    def home(self) -> None:
        if self.is_built:
            self.load_settings()
        self.change(said="")
        self.stage.open_page("home")

    def goes_past(self, page: str) -> bool:
        return self.goal in PAGES and PAGES.index(page) < PAGES.index(self.goal)

    def go_on(self, page: str) -> None:
        """After a step: to the next page where the journey goes on by itself."""
        if not self.goes_past(page):
            return
        if self.stage.page_id == page and is_done(self.view.journey, _step(page)):
            self.onward(page)
        else:
            self.goal = ""

    def if_done(self, page: str) -> None:
        """After a step that was asked for from its page: the next page when it holds."""
        if self.stage.page_id == page and is_done(self.view.journey, _step(page)):
            self.onward(page)

    # --- running ---

    def run(self, make: Steps, then: Callable[[], None] | None = None) -> None:
        """Follow one step, folding its events; `then` when it came to its end."""

        async def follow() -> None:
            async with aclosing(make(self.parts, self.view.journey)) as events:
                async for event in events:
                    self._take(event)
            self._then = then

        self.run_job(follow)

    def run_job(self, job: Job) -> None:
        self._then = None
        self.change(is_busy=True, said="", trouble=None)
        self.runner.run(job)

    def _take(self, event: Event) -> None:
        now = self.parts.clock.monotonic()
        if isinstance(event, Began):
            self._since[event.check] = now
        elif isinstance(event, Progressed):
            if now - self._progressed_at < 1 / _MOST_PER_SECOND:
                return
            self._progressed_at = now
        journey = fold(self.view.journey, event)
        self.change(journey=journey, waiting=self._waiting(journey))

    def _tell_wait(self, host: str, seconds: float) -> None:
        """A registry asked for patience: say so on the line of what is under way."""
        running = self.view.journey.running
        if running:
            self._take(Progressed(running[-1].check, f"{host} asks to wait {seconds:g} s"))

    def _waiting(self, journey: Journey) -> Waiting | None:
        if not journey.running:
            return None
        began = journey.running[-1]
        progress = next((p for p in journey.progress if p.check == began.check), None)
        return Waiting(began, self._since.get(began.check, 0.0), progress)

    def _ended(self, error: Exception | None) -> None:
        """Nothing runs any more, whether it came to its end or was stopped."""
        if error is not None:
            self.stage.crashed(error)
            return
        then, self._then = self._then, None
        journey = replace(self.view.journey, running=(), progress=())
        now = self.parts.clock.now()
        self.change(is_busy=False, waiting=None, journey=journey, now=now)
        if then is not None:
            then()


def _step(page: str) -> Step:
    return LINKS[PAGES.index(page)]
