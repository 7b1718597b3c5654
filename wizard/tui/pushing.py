"""The push link: the test push, what must be made before it, and taking the image away again."""

from __future__ import annotations

from dataclasses import replace

from wizard.core.actions import CREATE_REPOSITORY
from wizard.core.checks import Step
from wizard.tui.links import cut
from wizard.tui.logging_in import LoggingIn


class Pushing(LoggingIn):
    """What the push page asks for, and what comes of it."""

    def push(self) -> None:
        from wizard.steps import push

        self.change(journey=cut(self.view.journey, Step.PUSH))
        self.run(push.push, self._after_push)

    def _after_push(self) -> None:
        """A private repository was wanted on this page: making it is asked for at once."""
        from wizard.steps.repository import REPOSITORY

        journey = self.view.journey
        missing = journey.check(REPOSITORY) if journey.choices.wants_private else None
        fixes = missing.fixes if missing else ()
        fix = next((fix for fix in fixes if fix.action == CREATE_REPOSITORY), None)
        if missing is not None and fix is not None and self.stage.page_id == "push":
            self.preview_fix(fix, missing, "push")
        else:
            self.remember()

    def want_private(self, *, wants: bool) -> None:
        journey = cut(self.view.journey, Step.PUSH)
        choices = replace(journey.choices, wants_private=wants)
        self.change(journey=replace(journey, choices=choices), said="")

    def delete_image(self) -> None:
        from wizard.steps import push

        self.run(push.delete)
