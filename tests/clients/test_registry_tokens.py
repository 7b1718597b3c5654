"""How long a token is good for, and for what."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.support.auth_walk import KNOWN, PULL, PUSH, Walk
from wizard.clients.registry_tokens import NO_SCOPE, Tokens
from wizard.clients.token_service import read_token
from wizard.core.secret import ANONYMOUS, Secret


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("expires_in", "good_for_s"),
    [(None, 60), (0, 60), (59, 60), (300, 300), (10**8, 3600), (-5, 60), ("300", 60), (True, 60)],
)
def test_a_lifetime_is_between_a_minute_and_an_hour(expires_in: object, good_for_s: int) -> None:
    clock = Clock()
    walk = Walk(KNOWN, tokens=Tokens(clock))
    walk.begin()
    walk.answer(200, body={"token": "T", "expires_in": expires_in})

    clock.now += good_for_s - 11
    assert walk.tokens.find(KNOWN.base_url, ANONYMOUS, PULL) is not None
    clock.now += 2
    assert walk.tokens.find(KNOWN.base_url, ANONYMOUS, PULL) is None


def test_a_missing_lifetime_is_a_minute() -> None:
    assert read_token(b'{"access_token":"T"}') == (Secret("T"), 60)


def test_no_scope_is_written_as_nothing() -> None:
    assert str(NO_SCOPE) == ""
    assert str(PUSH) == "repository:team/app:pull,push"
