"""What is new since the last proof is one sentence; what holds as before is none."""

from __future__ import annotations

import pytest

from wizard.core.checks import Check, Status, Step, Visibility, passed
from wizard.core.prefix import Prefix
from wizard.core.settings import Profile, Proof
from wizard.core.since import since_proof
from wizard.core.state import Choices, Journey

GHCR = Prefix("ghcr", "ghcr.io", "acme")


def profile(pull: str = "public", reference: str = "ghcr.io/acme/app:1") -> Profile:
    return Profile(
        "work", "ghcr.io/acme", "ghcr", proof=Proof(reference, "", "2026-05-03T10:00:00Z", pull)
    )


def seen(*checks: Check, visibility: Visibility = Visibility.PUBLIC) -> Journey:
    return Journey(Choices(prefix=GHCR), checks=checks, visibility=visibility)


def broken(id_: str, step: Step, cause: str, summary: str = "it broke") -> Check:
    return Check(id_, step, Status.FAIL, summary, cause)


HOLDS = passed("visibility.pull", Step.VISIBILITY, "anybody can pull it")
PRIVATE = broken("visibility.pull", Step.VISIBILITY, "pull.private")
GONE = broken("visibility.pull", Step.VISIBILITY, "pull.missing-tag")
NO_LOGIN = broken("login.found", Step.LOGIN, "login.missing", "there is no login")
NO_ENGINE = broken("engine.detect", Step.ENGINE, "engine.not-running", "Docker is not running")


@pytest.mark.parametrize(
    ("pull", "journey", "said"),
    [
        (
            "public",
            seen(PRIVATE, visibility=Visibility.PRIVATE),
            "public on 2026-05-03, private now",
        ),
        ("public", seen(GONE), "there on 2026-05-03, gone now"),
        ("declared", seen(HOLDS), "private on 2026-05-03, public now"),
        (
            "public",
            seen(NO_LOGIN, NO_ENGINE),
            "all held on 2026-05-03; broken now: Docker is not running",
        ),
        ("public", seen(HOLDS), ""),
        (
            "declared",
            seen(PRIVATE, visibility=Visibility.UNKNOWN),
            "all held on 2026-05-03; broken now: it broke",
        ),
    ],
)
def test_what_is_new_is_said_with_the_day_of_the_proof(
    pull: str, journey: Journey, said: str
) -> None:
    assert since_proof(profile(pull), journey) == said


def test_without_a_proof_of_this_registry_nothing_is_claimed() -> None:
    private = seen(PRIVATE, visibility=Visibility.PRIVATE)

    assert since_proof(None, private) == ""
    assert since_proof(profile(reference="docker.io/acme/app:1"), private) == ""
