"""Where a name leads is hidden from strangers, in both kinds of addresses."""

from __future__ import annotations

import pytest

from wizard.core.masks import Masks


@pytest.mark.parametrize(
    "address",
    ["10.20.30.40", "2001:db8::7", "fe80::1:2:3", "2001:db8:0:1:1:1:1:1", "::ffff", "64:ff9b::"],
)
def test_an_address_is_hidden_and_what_stands_around_it_is_not(address: str) -> None:
    said = Masks(()).hide(f"its name leads to {address}, and no connection came about")

    assert said == "its name leads to <ADDRESS-1>, and no connection came about"


@pytest.mark.parametrize(
    "words",
    ["127.0.0.1:5000", "[::1]:5000", "at 12:30:45", "sha256:ab12", "std::string", "x: y: z"],
)
def test_what_is_no_address_of_anybody_stays(words: str) -> None:
    assert Masks(()).hide(words) == words
