"""Journeys by the unmodified command line, in the lab: see person.py and verdicts.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.person import Person
from tests.lab.conftest import lab, new_lab, shared_lab
from tests.lab.lab import Lab

__all__ = ["lab", "new_lab", "shared_lab"]


@pytest.fixture
def person(lab: Lab) -> Iterator[Person]:
    """A new user of the session's machine. In the end no secret of theirs lies about."""
    somebody = Person(lab)
    yield somebody
    leave(somebody)


def leave(somebody: Person) -> None:
    """What must be true after every journey, whatever happened on it."""
    assert somebody.leaks() == []
    assert somebody.litter() == []
    assert not [said for said in somebody.said if "Traceback" in said]
