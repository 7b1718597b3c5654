"""The identity that a cluster pulls with, as people type it. Pure."""

from __future__ import annotations

import re
from typing import Final

from wizard.core.fields import Field

_ACCOUNT = re.compile(r"\d{12}")
_ARN = re.compile(r"arn:aws(?:-[a-z]+)*:(?:iam|sts)::\d{12}:[\w+=,.@/:*-]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def wrong_account(text: str) -> str:
    """What is wrong with the cluster's AWS account, or nothing; empty is nothing chosen."""
    account = text.strip().replace("-", "")
    if not account or _ACCOUNT.fullmatch(account):
        return ""
    return "an AWS account id has exactly 12 digits"


def wrong_principal(text: str) -> str:
    """What is wrong with the cluster's role or service account, or nothing."""
    principal = text.strip()
    if not principal or _ARN.fullmatch(principal) or _EMAIL.fullmatch(principal):
        return ""
    return (
        "an identity is an ARN such as arn:aws:iam::210987654321:role/nodes, "
        "or the e-mail address of a service account"
    )


CLUSTER_FIELDS: Final = (
    Field(
        "account",
        "AWS account of the cluster",
        "210987654321",
        check=wrong_account,
        is_optional=True,
    ),
    Field(
        "principal",
        "Or its role or service account",
        "arn:aws:iam::210987654321:role/nodes",
        check=wrong_principal,
        is_optional=True,
    ),
)
