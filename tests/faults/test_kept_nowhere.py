"""A login that is given to be kept, where there is no place to keep it in."""

from __future__ import annotations

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.login import logged_out
from tests.faults.places import GHCR

pytestmark = [pytest.mark.lab, pytest.mark.engine]


def test_a_login_that_works_and_can_be_kept_nowhere_says_so_and_what_to_add(
    make_world: MakeWorld,
) -> None:
    world = make_world(GHCR)
    logged_out(world)
    before = world.files()
    username, secret = world.good_login()

    seen = world.doctor("--fix", "--yes", username=username, secret=secret)

    row = seen.row("login.found")
    assert (row["status"], row["cause"]) == ("fail", "store.none"), seen.told()
    assert "kept nowhere" in row["summary"]
    assert "--store plaintext" in row["fixes"][0]["command"]
    assert world.files() == before
