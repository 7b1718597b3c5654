"""The login link: what is there, where another could be kept, and adding one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from wizard.core.checks import Step
from wizard.core.diagnosis import Problem
from wizard.core.ports import FoundLogin, StoreChoice
from wizard.core.secret import Credential
from wizard.tui.links import cut
from wizard.tui.mending import Mending


class LoggingIn(Mending):
    """What the login page asks for, and what comes of it."""

    _tries_anew = False
    """Stores that did not work may have been unlocked or installed since."""

    def find_logins(self) -> None:
        from wizard.steps import login
        from wizard.steps.ways import ways_here

        prefix = self.view.journey.choices.prefix
        ways = ways_here(self.parts, prefix) if prefix else ()
        self.change(journey=cut(self.view.journey, Step.LOGIN), plan=None, ways=ways)
        self.run(login.find, lambda: self.go_on("login"))

    def look_for_logins_again(self) -> None:
        self._tries_anew = self.view.trial is not None
        self.change(trial=None)
        self.find_logins()

    async def try_stores(self) -> None:
        """Beside the page, which shows what comes of it; what works is tried once in a run."""
        from wizard.steps import stores

        journey = self.view.journey
        if journey.choices.prefix is None:
            return
        again, self._tries_anew = self._tries_anew, False
        trial = stores.Trial(journey.choices.prefix.host)
        self.change(trial=replace(trial, is_running=True))
        try:
            trial = await stores.trial(self.parts, journey, again=again)
        finally:
            self.change(trial=trial)

    async def watch_sessions(self) -> None:
        """While the login page waits: somebody may be logging in to that program right now."""
        from wizard.steps import login

        def is_waiting() -> bool:
            return self.stage.page_id == "login" and not self.runner.is_busy

        with suppress(Problem):
            found = await login.session_at_last(self.parts, self.view.journey, is_waiting)
            if found is not None and is_waiting():
                self.find_logins()

    def plan_login(
        self, username: str, store: StoreChoice | None, found: FoundLogin | None = None
    ) -> None:
        """Where would it go? Nothing is asked for before that is shown."""
        from wizard.steps import login

        journey = self.view.journey
        if store is not None:
            journey = replace(journey, choices=replace(journey.choices, store=store))
        self.change(journey=journey, plan=None)
        if journey.choices.store is StoreChoice.NONE:
            self.change(trouble=None)
            return

        credential = self.parts.logins.credential(found) if found else None
        whose = credential if isinstance(credential, Credential) else username

        async def ask() -> None:
            try:
                self.change(plan=await login.plan(self.parts, journey, whose))
            except Problem as problem:
                self.change(trouble=self.trouble(problem, "login.plan", Step.LOGIN))

        self.run_job(ask)

    def log_in(self, credential: Credential) -> None:
        from wizard.steps import login

        self.change(journey=cut(self.view.journey, Step.LOGIN))
        self.run(lambda parts, journey: login.log_in(parts, journey, credential))

    def use_login(self, found: FoundLogin) -> None:
        credential = self.parts.logins.credential(found)
        if isinstance(credential, Credential):
            self.log_in(credential)
