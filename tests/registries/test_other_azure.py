"""A token of az names its own end, and Azure calls an old one only wrong."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from wizard.core.diagnosis import Problem
from wizard.core.secret import Credential, Secret
from wizard.registries.other_azure import end_of, expect_not_ended

HOST = "acme.azurecr.io"


def token(claims: object) -> Secret:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return Secret(f"header.{middle}.signature")


def test_the_end_is_read_from_its_claims() -> None:
    assert end_of(token({"exp": 1_700_000_000})) == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "secret",
    [
        Secret("a password"),
        Secret("a.b.c"),
        Secret("a..c"),
        token({}),
        token({"exp": "soon"}),
        token({"exp": 10**30}),
        token(["exp"]),
        token("exp"),
    ],
)
def test_what_names_no_end_has_none(secret: Secret) -> None:
    assert end_of(secret) is None
    expect_not_ended(Credential("ada", secret), HOST)


def test_one_that_is_over_is_told_with_the_command_for_the_next() -> None:
    with pytest.raises(Problem) as raised:
        expect_not_ended(Credential("", token({"exp": 1_700_000_000})), HOST)

    assert raised.value.cause == "login.expired"
    assert [fix.command for fix in raised.value.fixes] == ["az acr login --name acme"]


def test_one_that_lasts_is_taken() -> None:
    lasting = token({"exp": 4_000_000_000})
    end = end_of(lasting)

    assert end is not None
    assert end > datetime.now(UTC)
    expect_not_ended(Credential("", lasting), HOST)  # raises for one that is over
