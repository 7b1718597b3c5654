"""What a policy lets a cluster do, and what one more principal changes in it: all pure."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from wizard.core.ports import Audience
from wizard.registries.ecr_places import Place
from wizard.registries.ecr_policy import (
    PULL_ACTIONS,
    account_of,
    difference,
    evaluate,
    known,
    principal_of,
    with_puller,
)

OTHER = "210987654321"
ROOT = f"arn:aws:iam::{OTHER}:root"
ROLE = f"arn:aws:iam::{OTHER}:role/nodes"
PLACE = Place("123456789012", "us-east-1", "app")


def policy(**changes: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ROLE},
        "Action": list(PULL_ACTIONS),
        **changes,
    }
    return {"Statement": [{k: v for k, v in statement.items() if v is not None}]}


@pytest.mark.parametrize(
    ("changes", "is_allowed"),
    [
        ({}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": [OTHER, "arn:aws:iam::1:root"]}}, True),
        ({"Principal": {"AWS": ROOT}}, True),
        ({"Principal": {"AWS": f"arn:aws:iam::{OTHER}:role/other"}}, False),
        ({"Principal": {"Service": "lambda.amazonaws.com"}}, False),
        ({"Action": "*"}, True),
        ({"Action": "ecr:*"}, True),
        ({"Action": ["ECR:BatchGet*", "ecr:GetDownloadUrlForLayer", "ecr:Batch?heck*"]}, True),
        ({"Action": PULL_ACTIONS[0]}, False),
        ({"Action": "ecr:PutImage"}, False),
        ({"Action": None, "NotAction": "ecr:DeleteRepository"}, True),
        ({"Action": None, "NotAction": "ecr:*"}, False),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, None),
        ({"Effect": "Deny"}, False),
        ({"Principal": None, "NotPrincipal": {"AWS": ROLE}}, None),
    ],
)
def test_a_policy_says_who_may_pull(changes: dict[str, Any], is_allowed: bool | None) -> None:
    assert evaluate(policy(**changes), ROLE).is_allowed is is_allowed


def test_a_denial_goes_before_every_allowance() -> None:
    both = {"Statement": [*policy()["Statement"], *policy(Effect="Deny", Action="*")["Statement"]]}

    assert evaluate(both, ROLE).is_denied


def test_what_a_condition_allows_is_clear_where_another_statement_allows_it_anyway() -> None:
    condition = {"Bool": {"aws:SecureTransport": "true"}}
    narrow = policy(Condition=condition)["Statement"]

    assert evaluate({"Statement": [*narrow, *policy()["Statement"]]}, ROLE).is_allowed
    found = evaluate({"Statement": [*narrow]}, ROLE)
    assert (found.is_allowed, found.may_be_denied) == (None, False)


def test_a_denial_under_a_condition_leaves_open_what_everything_else_allows() -> None:
    denial = policy(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})

    found = evaluate({"Statement": [*policy()["Statement"], *denial["Statement"]]}, ROLE)

    assert (found.is_allowed, found.may_be_denied) == (None, True)
    assert "a Condition" in found.said


def test_one_role_of_an_account_is_told_where_all_of_the_account_is_asked_about() -> None:
    found = evaluate(policy(), ROOT)

    assert found.is_allowed is None
    assert found.said == f"the repository's policy names {ROLE}, not all of its account"
    assert evaluate(policy(Effect="Deny"), ROOT).is_allowed is False


def test_no_policy_lets_nobody_in_and_one_more_statement_does() -> None:
    changed = with_puller({}, ROOT)

    assert evaluate({}, ROOT).is_allowed is False
    assert evaluate(changed, ROOT).is_allowed
    assert evaluate(changed, ROLE).is_allowed
    assert changed["Version"] == "2012-10-17"


def test_nothing_else_is_changed_and_the_second_joins_the_first() -> None:
    before = with_puller({"Version": "2008-10-17", **policy(Principal="*", Sid="theirs")}, ROOT)
    kept = copy.deepcopy(before)

    after = with_puller(before, "arn:aws:iam::111111111111:root")

    assert before == kept
    assert (after["Version"], after["Statement"][0]) == ("2008-10-17", before["Statement"][0])
    (_, ours) = after["Statement"]
    assert ours["Principal"]["AWS"] == [ROOT, "arn:aws:iam::111111111111:root"]


def test_a_statement_of_our_name_that_says_more_is_left_alone() -> None:
    theirs = policy(Sid="AllowClusterPull", Action="ecr:*")

    after = with_puller(theirs, ROOT)

    assert after["Statement"][0] == theirs["Statement"][0]
    assert after["Statement"][1]["Sid"] == "AllowClusterPull2"


def test_the_difference_reads_as_a_diff_and_paints_nothing() -> None:
    evil = policy(Sid="\x1b[2J")

    shown = difference(evil, with_puller(evil, ROOT), PLACE)

    assert shown.startswith("--- policy of app\n+++ policy of app, changed\n@@")
    assert f'+        "AWS": "{ROOT}"' in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("audience", "account", "principal"),
    [
        (Audience(account=OTHER), OTHER, ROOT),
        (Audience(principal=ROLE), OTHER, ROLE),
        (
            Audience(principal=f"arn:aws:sts::{OTHER}:assumed-role/nodes/i-1"),
            OTHER,
            ROLE,
        ),
        (Audience("123456789012", ROLE), OTHER, ROLE),
    ],
)
def test_an_audience_is_an_account_and_a_principal(
    audience: Audience, account: str, principal: str
) -> None:
    assert account_of(audience) == account
    assert principal_of(audience, "us-east-1") == principal


def test_chinas_accounts_stand_in_a_partition_of_their_own() -> None:
    assert principal_of(Audience(account=OTHER), "cn-north-1") == f"arn:aws-cn:iam::{OTHER}:root"


def test_an_address_is_nobody_at_amazon() -> None:
    assert known(Audience(principal="ada@example.com")).is_everybody
    assert known(Audience(OTHER, "ada@example.com")) == Audience(OTHER)
    assert known(Audience(principal=ROLE)) == Audience(principal=ROLE)
