"""Each cause for which a push is refused or breaks, made to happen and named."""

from __future__ import annotations

import pytest

from tests.journeys.person import Person
from tests.journeys.verdicts import causes, one_failure
from wizard.sandbox import accounts

pytestmark = [pytest.mark.lab, pytest.mark.engine]


@pytest.mark.parametrize(
    ("cause", "owner"),
    [
        ("push.not-permitted", accounts.FOREIGN_ORGANISATION),
        ("push.not-permitted", accounts.FOREIGN_USER),
        ("push.policy", accounts.CLOSED_ORGANISATION),
    ],
)
def test_a_place_where_this_account_may_not_push(person: Person, cause: str, owner: str) -> None:
    secret = person.lab.sandbox.account.secret

    setting_up = person.set_up(f"ghcr.io/{owner}", secret=secret, store="plaintext")
    examined = person.examine(f"ghcr.io/{owner}")

    assert one_failure(setting_up, cause)["step"] == "push"
    assert examined.row("push.rights")["cause"] == cause


@causes("push.interrupted")
def test_a_connection_that_breaks_off_in_the_middle_of_an_upload(
    person: Person, cause: str
) -> None:
    person.lab.sandbox.switch_fault("upload-breaks", on=True)

    outcome = person.set_up("ghcr.io/practice", secret=person.lab.sandbox.account.secret)

    one_failure(outcome, cause)
