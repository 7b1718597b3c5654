"""The steps in their order, the check that stands for each, and what a failure does to the rest."""

from __future__ import annotations

from typing import Final

from wizard.core.checks import Check, Step, skipped

ENGINE: Final = "engine.detect"
NAME: Final = "registry.name"
REACH: Final = "registry.reach"
FOUND: Final = "login.found"
IMAGE: Final = "push.image"
DELETED: Final = "push.deleted"
PULL: Final = "visibility.pull"
APPLIED: Final = "fix.applied"

STEPS: Final = (Step.ENGINE, Step.REGISTRY, Step.LOGIN, Step.PUSH, Step.VISIBILITY)
_FIRST_CHECK: Final = {
    Step.REGISTRY: REACH,
    Step.LOGIN: FOUND,
    Step.PUSH: IMAGE,
    Step.VISIBILITY: PULL,
}


def blocked(step: Step, by: str) -> tuple[Check, ...]:
    """The rows of the steps after `step`, which could not be tried."""
    later = STEPS[STEPS.index(step) + 1 :]
    return tuple(skipped(_FIRST_CHECK[s], s, "not tried", by) for s in later)
