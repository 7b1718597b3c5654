"""The uses of the app: set up, go on, prove again, find out what is broken."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from wizard.core.checks import Step
from wizard.core.diagnosis import Problem
from wizard.core.names import InvalidNameError
from wizard.core.prefix import Prefix, PrefixError
from wizard.core.settings import Settings, Stopped
from wizard.core.state import Choices, Journey
from wizard.tui.navigator import PAGES, Navigator

_LAST_BY_ITSELF: Final = "push"
"""A journey goes on by itself up to here: a push creates something and is asked for."""
_FIRST_PROFILE: Final = "default"


class Starts(Navigator):
    """Each begins a journey of its own."""

    async def look_at_project(self) -> None:
        """Beside whatever is shown: it reads as many files as there are, up to a bound."""
        from wizard.steps.project import look_at

        self.change(project=await asyncio.to_thread(look_at, self.parts))

    def set_up(self) -> None:
        self._start(self._choices_here(), goal="")

    def accept_proposal(self) -> None:
        """The person took what the team proposes: its registry stands in the form."""
        proposed = self.view.project.proposal
        if proposed is not None:
            self._start(proposed.over(self._choices_here()), goal="")

    def _choices_here(self) -> Choices:
        images = self.view.project.images
        return Choices(image=images[0]) if images else Choices()

    def resume(self) -> None:
        stopped = self.view.settings.stopped
        if stopped is None:
            return
        try:
            choices = self._choices_of(stopped)
        except (PrefixError, InvalidNameError):
            choices = Choices()
        before_push = PAGES[: PAGES.index(_LAST_BY_ITSELF)]
        self._start(choices, goal=stopped.step if stopped.step in before_push else _LAST_BY_ITSELF)

    def _choices_of(self, stopped: Stopped) -> Choices:
        """Raises PrefixError or InvalidNameError for a file that was edited to nonsense."""
        base = Choices()
        if not stopped.prefix:
            return base
        prefix, _ = self.parts.parse_prefix(stopped.prefix)
        return replace(
            base,
            engine=stopped.engine or base.engine,
            prefix=prefix,
            image=stopped.image or base.image,
            profile=profile_name(self.view.settings, prefix),
        )

    def prove(self, name: str) -> None:
        """Make it the current profile, and prove it again up to the push."""
        settings = self.view.settings
        choices = self._of_profile(name)
        if choices is None:
            return
        try:
            if settings.current != name:
                # Not as the page shows them: something else may have been kept since.
                settings = replace(self.parts.settings.load(), current=name)
                self.parts.settings.save(settings)
        except Problem as problem:
            self.change(trouble=self.trouble(problem, "registry.settings", Step.REGISTRY))
            return
        self.change(settings=settings)
        self._start(choices, goal=_LAST_BY_ITSELF)

    def _of_profile(self, name: str) -> Choices | None:
        from wizard.steps.remember import choices_from

        profile = self.view.settings.profile(name)
        if profile is None:
            return None
        try:
            return replace(choices_from(self.parts, profile), username="")
        except (PrefixError, InvalidNameError, ValueError):
            self.change(said="That profile names no usable registry: set it up again.")
            return None

    def examine(self) -> None:
        from wizard.steps import doctor

        choices = self._of_profile(self.view.settings.current) or Choices()
        if choices.prefix is None and self.view.practice is not None:
            choices = replace(choices, prefix=self.parts.parse_prefix(self.view.practice.prefix)[0])
        self.change(journey=Journey(choices))
        self.stage.open_page("examine")
        self.run(lambda parts, journey: doctor.examine(parts, journey, with_push=False))

    def _start(self, choices: Choices, goal: str) -> None:
        self.goal = goal
        self.stage.forget_pages()
        self.change(journey=Journey(choices), trouble=None, plan=None, suggestions=(), said="")
        self.open("engine")


def profile_name(settings: Settings, prefix: Prefix) -> str:
    """The profile of this prefix, or a new name: no registry takes another one's place."""
    known = next((p.name for p in settings.profiles if p.prefix == str(prefix)), "")
    taken = {profile.name for profile in settings.profiles}
    wanted = (_FIRST_PROFILE, prefix.kind, *(f"{prefix.kind}-{n}" for n in range(2, 99)))
    return known or next(name for name in wanted if name not in taken)
