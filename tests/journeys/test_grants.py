"""A refused push is told apart by what the token service grants to the same login elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.canary import new_canary
from tests.journeys.person import Person
from tests.journeys.test_real_registry import OVER_TLS, with_token_service

pytestmark = [pytest.mark.lab, pytest.mark.engine]


@pytest.mark.parametrize(
    ("grants", "under_its_name", "remedy"),
    [
        (
            {"team/*": {"pull"}, "ada/*": {"pull", "push"}},
            "pull and push",
            f"registry-wizard setup {OVER_TLS}/ada",
        ),
        ({"*": {"pull"}}, "pull", "may only read"),
    ],
    ids=["the-namespace-is-anothers", "the-login-may-only-read"],
)
def test_a_refusal_shows_what_the_same_login_may_under_its_own_name(
    person: Person, tmp_path: Path, grants: dict[str, set[str]], under_its_name: str, remedy: str
) -> None:
    password = new_canary()
    with with_token_service(person, tmp_path, password, grants):
        pushed = person.set_up(
            f"{OVER_TLS}/team", store="plaintext", secret=password, username="ada"
        )
        examined = person.examine(f"{OVER_TLS}/team")

    for outcome, id_ in ((pushed, "push.image"), (examined, "push.rights")):
        row = outcome.row(id_)
        assert row["cause"] == "push.not-permitted", outcome.told()
        seen = [line for line in row["evidence"] if "this login's grant" in line]
        assert [line.rpartition(": ")[2] for line in seen] == ["pull", under_its_name], row
        assert any(remedy in f"{fix['title']} {fix['command']}" for fix in row["fixes"]), row
