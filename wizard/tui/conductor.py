"""Carries out what the pages ask for: which step runs, and what is kept."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Final

from wizard.core.checks import Pull, Step, Visibility
from wizard.core.diagnosis import Problem
from wizard.core.ports import FoundEngine, RegistryProvider
from wizard.core.prefix import Prefix
from wizard.tui.links import cut, is_done
from wizard.tui.navigator import PAGES
from wizard.tui.starts import profile_name
from wizard.tui.taking_back import TakingBack

SUGGEST_LIMIT_S: Final = 15.0
"""For one registry: a cloud's own program may have to ask its servers."""


class Conductor(TakingBack):
    """Every page's wish, and what comes of it."""

    # --- pages ---

    def arrive(self, page: str) -> None:
        journey = self.view.journey
        if page == self.goal:
            self.goal = ""
        if page == "engine" and not journey.engines and journey.failure(Step.ENGINE) is None:
            self.detect()
        elif page == "registry" and self.goes_past(page) and journey.choices.prefix is not None:
            self.reach()
        elif page == "login":
            if not is_done(journey, Step.LOGIN) and journey.check("login.found") is None:
                self.find_logins()
            else:
                self.go_on(page)
        elif page == "visibility" and journey.verified is None:
            self.verify()
        elif page == "visibility":
            self._watch()

    def retry(self, page: str) -> None:
        """The step of this page, once more."""
        again = {
            "home": self.load_settings,
            "engine": self.detect,
            "registry": self.reach,
            "login": self.look_for_logins_again,
            "push": self.push,
            "visibility": self.verify,
            "examine": self.examine,
        }
        if page in again:
            again[page]()

    def forget(self, step: Step) -> None:
        self.change(journey=cut(self.view.journey, step), plan=None, trouble=None, said="")

    # --- the steps ---

    def detect(self) -> None:
        from wizard.steps import detect, sdk

        self.change(journey=cut(self.view.journey, Step.ENGINE))
        self.run(
            lambda parts, now: sdk.beside(parts, now, detect.detect(parts, now)),
            lambda: self.go_on("engine"),
        )

    def use_engine(self, found: FoundEngine) -> None:
        from wizard.steps import detect, sdk

        journey = self.view.journey
        if found == journey.engine and is_done(journey, Step.ENGINE):
            self.onward("engine")
            return
        kept = cut(journey, Step.PUSH)
        about_engines = (Step.ENGINE, Step.SDK)
        checks = tuple(check for check in kept.checks if check.step not in about_engines)
        choices = replace(kept.choices, engine=found.engine)
        self.change(journey=replace(kept, checks=checks, choices=choices, engine=None))
        self.run(
            lambda parts, now: sdk.beside(parts, now, detect.examine(parts, now, found)),
            lambda: self.if_done("engine"),
        )

    async def suggest(self) -> None:
        """What this machine knows of every registry's fields, shown as it is found."""
        self.change(suggestions=())
        await asyncio.gather(*map(self._suggest_for, self.parts.registries))

    async def _suggest_for(self, provider: RegistryProvider) -> None:
        from wizard.steps.suggest import suggestions

        with suppress(Problem, TimeoutError):
            async with (
                asyncio.timeout(SUGGEST_LIMIT_S),
                aclosing(suggestions(self.parts, provider)) as known,
            ):
                async for suggestion in known:
                    found = (provider.kind, suggestion)
                    self.change(suggestions=(*self.view.suggestions, found))

    def use_registry(self, prefix: Prefix, image: str) -> None:
        journey = self.view.journey
        chosen = (journey.choices.prefix, journey.choices.image)
        if chosen == (prefix, image) and is_done(journey, Step.REGISTRY):
            self.onward("registry")
            return
        name = profile_name(self.view.settings, prefix)
        self.practise_at(prefix.host)
        choices = replace(
            journey.choices, prefix=prefix, image=image, profile=name, wants_private=False
        )
        self.change(journey=replace(journey, choices=choices))
        self.reach()

    def reach(self) -> None:
        from wizard.steps import registry

        self.change(journey=cut(self.view.journey, Step.REGISTRY))
        self.run(registry.reach, lambda: self.if_done("registry"))

    def verify(self) -> None:
        from wizard.steps import visibility

        self.run(visibility.verify, self._after_pull)

    def _after_pull(self) -> None:
        self.remember()
        self._watch()

    def _watch(self) -> None:
        """While a person has to make it public: ask until somebody has."""
        from wizard.steps import visibility

        journey = self.view.journey
        waits = journey.visibility is Visibility.PRIVATE and journey.pull is Pull.UNPROVEN
        if waits and not journey.is_never_public:
            self.run(visibility.watch, self.remember)

    def publish(self) -> None:
        """Sandbox only: do what a person would do on the registry's page; the watch sees it."""
        pushed = self.view.journey.pushed
        if pushed is None or self.parts.practice is None:
            return
        repository = pushed.reference.repository
        try:
            self.parts.practice.publish(repository.path, repository.host)
        except Exception as refused:  # noqa: BLE001 - the sandbox's own error types stay in it
            self.change(said=f"That person may not: {refused}")
            return
        self.change(said="Made public, as a person would on the page. The next look will see it.")

    def keep_private(self, how: str) -> None:
        journey = self.view.journey
        self.change(journey=replace(journey, choices=replace(journey.choices, declared_pull=how)))
        self.verify()

    def declare_cluster(self, account: str, principal: str) -> None:
        journey = self.view.journey
        choices = replace(
            journey.choices, cluster_account=account, cluster_principal=principal, declared_pull=""
        )
        self.change(journey=replace(journey, choices=choices))
        self.verify()

    # --- things to take along ---

    def open_link(self, url: str) -> None:
        if self.view.is_sandbox:
            self.change(said=f"In practice no page is opened. It would be {url}")
        elif self.parts.open_link(url):
            self.change(said="Opened in your browser")
        else:
            self.change(said="No browser here: c copies the link")

    def save(self, name: str, what: str, text: str) -> None:
        """A new file beside the person's code; one that is there is never touched."""
        from wizard.steps import handed

        if self.view.is_sandbox:
            self.change(said="In practice nothing is saved: c copies it")
            return
        try:
            path = handed.save(self.parts, self.parts.project / name, what, text)
        except OSError as error:
            self.change(said=f"It could not be saved ({error.strerror}): c copies it")
            return
        except Problem as problem:
            self.change(trouble=self.trouble(problem, "registry.settings", Step.REGISTRY))
            return
        self.change(said=f"Saved as {path}")

    # --- keeping ---

    def remember(self) -> None:
        """The profile, with its proof when there is one."""
        from wizard.steps.remember import remember

        if self.view.journey.pushed is None:
            return
        try:
            settings = remember(self.parts, self.view.journey)
        except Problem as problem:
            self.change(trouble=self.trouble(problem, "registry.settings", Step.REGISTRY))
            return
        self.change(settings=settings, now=self.parts.clock.now())
        if self.view.journey.pull is not Pull.UNPROVEN:
            self.change(said="")

    def keep_place(self, page: str) -> None:
        """Where to go on next time. A file that cannot be written must not keep anybody here."""
        from wizard.steps.remember import keep_place

        journey = self.view.journey
        is_under_way = page in PAGES and not is_done(journey, Step.VISIBILITY)
        if not self.is_built or not is_under_way:
            return
        try:
            keep_place(self.parts, journey, page)
        except Problem:
            return
