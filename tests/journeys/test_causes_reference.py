"""Names that cannot be used: refused before anything is asked, with what was probably meant."""

from __future__ import annotations

import pytest

from tests.journeys.person import Person

pytestmark = [pytest.mark.lab, pytest.mark.engine]


@pytest.mark.parametrize(
    ("cause", "typed"),
    [
        ("reference.invalid", "ghcr.io/ac me"),
        ("reference.invalid", "ghrc.io/acme"),
        ("reference.invalid", "gcr.io/acme"),
        ("reference.invalid", "registry.lab.test:5000:1/x/@@"),
        ("reference.incomplete", "ghcr.io"),
        ("reference.incomplete", "us-docker.pkg.dev/proj-1"),
    ],
)
@pytest.mark.parametrize("command", ["setup", "doctor"])
def test_a_prefix_that_names_no_place(person: Person, command: str, cause: str, typed: str) -> None:
    outcome = person.ask(command, typed, "--engine", "none")

    (row,) = outcome.checks
    assert (row["step"], row["status"], row["cause"]) == ("registry", "fail", cause)
    assert outcome.code == 2
    assert outcome.document["error"]["cause"] == cause
    assert outcome.document["ready"] is False
    assert person.lab.sandbox.requests == ()


@pytest.mark.parametrize(("cause", "typed"), [("reference.invalid", "ghcr.io/Practice/App:1")])
def test_a_reference_that_breaks_the_grammar(person: Person, cause: str, typed: str) -> None:
    (image,) = person.look(typed)

    assert (image["pullable"], image["cause"]) == (False, cause)
