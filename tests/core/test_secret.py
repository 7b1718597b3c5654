"""A secret cannot be printed, and tells a little of itself without that."""

from __future__ import annotations

import pytest

from wizard.core.secret import Secret


@pytest.mark.parametrize("around", ["{}\n", " {} ", '"{}"', "'{}'\r\n", '" {} "'])
def test_line_ends_and_quotes_around_it_are_no_part_of_a_token(around: str) -> None:
    assert Secret(around.format("ghp_abc")).bare() == Secret("ghp_abc")


@pytest.mark.parametrize("value", ["ghp_abc", 'p"ass', "two words", ""])
def test_what_is_inside_stays(value: str) -> None:
    assert Secret(value).bare() == Secret(value)


@pytest.mark.parametrize("shape", ["{}", "{!r}", "{!s:>40}"])
def test_no_way_of_printing_shows_it(shape: str) -> None:
    assert "ghp_abc" not in shape.format(Secret("ghp_abc"))
