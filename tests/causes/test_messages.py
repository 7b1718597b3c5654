"""The rows of messages: each compiles, names known causes, and says how to tell them apart."""

from __future__ import annotations

import re

import pytest

from wizard.causes import CATALOGUE
from wizard.causes.messages import SAYINGS, Saying
from wizard.cli.arguments import parser


@pytest.fixture(params=SAYINGS, ids=lambda row: row.pattern[:40])
def row(request: pytest.FixtureRequest) -> Saying:
    saying: Saying = request.param
    return saying


def test_a_row_names_known_causes_each_once(row: Saying) -> None:
    assert row.causes
    assert set(row.causes) <= set(CATALOGUE)
    assert len(set(row.causes)) == len(row.causes)


def test_a_pattern_is_written_in_small_letters_and_holds_no_name_of_a_case(row: Saying) -> None:
    letters = re.sub(r"\\[A-Za-z]|EOF|\(\?[!<=:]+", "", row.pattern)

    assert letters == letters.lower()
    assert not re.search(r"acme|example\.com|[0-9a-f]{12}", row.pattern)
    re.compile(row.pattern)


def test_look_alikes_are_told_apart_by_a_command_that_exists(row: Saying) -> None:
    if len(row.causes) == 1:
        return
    _, command, how = row.apart.split("`", 2)

    words = command.replace("{reference|REFERENCE}", "ghcr.io/acme/app:1").split()
    parser().parse_args(words[1:])

    assert words[0] == "registry-wizard"
    assert how.startswith(" ")
    assert how.endswith(".")


def test_no_pattern_stands_twice() -> None:
    assert len({row.pattern for row in SAYINGS}) == len(SAYINGS)
