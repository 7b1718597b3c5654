"""Accounts, keys, repositories and policies: Amazon behind the practice registry.

An emulation (registries.md C3, C4, C6), seen by ecr.py and aws_api.py alike.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

ACCOUNT: Final = "123456789012"
"""`ada` administers it."""
FOREIGN_ACCOUNT: Final = "210987654321"
"""Another one: a cluster's, or a registry that lets nobody of ACCOUNT in."""
REGION: Final = "us-east-1"
NODES: Final = f"arn:aws:iam::{FOREIGN_ACCOUNT}:role/nodes"
"""A cluster's own role."""

PUSH: Final = (
    "BatchCheckLayerAvailability",
    "InitiateLayerUpload",
    "UploadLayerPart",
    "CompleteLayerUpload",
    "PutImage",
)
PULL: Final = ("BatchGetImage", "GetDownloadUrlForLayer", "BatchCheckLayerAvailability")
_READER = frozenset({*PULL, "GetAuthorizationToken", "DescribeRepositories"})
_EVERYTHING = frozenset({"*"})


@dataclass(frozen=True)
class PracticeKey:
    """An access key, whose it is, and the registry's password that it is given."""

    id: str
    secret: str = field(repr=False)
    arn: str
    password: str = field(repr=False)
    actions: frozenset[str] = _EVERYTHING
    session_token: str = field(default="", repr=False)
    has_expired: bool = False

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    def may(self, action: str) -> bool:
        return not self.actions.isdisjoint({"*", action})


def _key(name: str, **more: Any) -> PracticeKey:
    arn = more.pop("arn", f"arn:aws:iam::{ACCOUNT}:user/{name}")
    return PracticeKey(
        f"PRACTICE-KEY-{name.upper()}",
        f"practice-secret-of-{name}",
        arn,
        f"practice-{name}",
        **more,
    )


ADA: Final = _key("ada")
"""May do everything in ACCOUNT."""
ROB: Final = _key("rob", actions=_READER)
"""May only pull."""
NED: Final = _key("ned", actions=frozenset())
"""May not even ask for a login."""
OLD: Final = _key("old", session_token="practice-session", has_expired=True)  # noqa: S106
LEA: Final = _key(
    "lea",
    actions=frozenset(
        {
            "GetAuthorizationToken",
            "GetServiceBearerToken",
            "DescribeRegistries",
            "DescribeRepositories",
        }
    ),
)
"""May sign in at ECR Public, and nothing more."""
EVE: Final = _key("eve", arn=f"arn:aws:iam::{FOREIGN_ACCOUNT}:user/eve")
"""Of the other account."""
DEPLOYER_ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/deployer"
"""Who may be it: users of ACCOUNT, and those who signed in to the company (aws_sts.py)."""
DEPLOYER: Final = _key(
    "deployer",
    arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/practice",
    session_token="practice-session-of-deployer",  # noqa: S106
)
KEYS: Final = (ADA, ROB, NED, OLD, LEA, EVE, DEPLOYER)


@dataclass
class EcrRepository:
    account: str
    name: str
    mutability: str = "MUTABLE"
    policy: str = ""
    unseen: int = 0
    """How many questions to the registry itself still find it missing after it was made."""

    @property
    def arn(self) -> str:
        return f"arn:aws:ecr:{REGION}:{self.account}:repository/{self.name}"


class Amazon:
    """What the registry and the management side both know."""

    def __init__(self) -> None:
        self.repositories: dict[tuple[str, str], EcrRepository] = {}
        self.templates: list[dict[str, Any]] = []
        """Creation templates, as the API lists them."""
        self.add(EcrRepository(ACCOUNT, "immutable/app", mutability="IMMUTABLE"))
        self.add(EcrRepository(FOREIGN_ACCOUNT, "team/app"))

    def add(self, repository: EcrRepository) -> EcrRepository:
        self.repositories[repository.account, repository.name] = repository
        return repository

    def find(self, account: str, name: str) -> EcrRepository | None:
        return self.repositories.get((account, name))

    def refusal(self, key: PracticeKey, action: str, account: str, name: str) -> str:
        """Amazon's words, or nothing: one's own rights, and across accounts the policy too."""
        policy_kind = "identity" if not key.may(action) else ""
        if not policy_kind and key.account != account:
            repository = self.find(account, name)
            is_let_in = repository is not None and _lets(repository.policy, key, action)
            policy_kind = "" if is_let_in else "resource"
        if not policy_kind:
            return ""
        arn = EcrRepository(account, name).arn
        return (
            f"User: {key.arn} is not authorized to perform: ecr:{action} on resource: {arn} "
            f"because no {policy_kind}-based policy allows the ecr:{action} action"
        )


def _lets(policy: str, key: PracticeKey, action: str) -> bool:
    """By Allow statements alone; conditions are taken as not met."""
    wanted = {"*", key.account, f"arn:aws:iam::{key.account}:root", key.arn}
    for statement in json.loads(policy or "{}").get("Statement", ()):
        principal = statement.get("Principal", {})
        named = principal if isinstance(principal, str) else principal.get("AWS", ())
        names = {named} if isinstance(named, str) else set(named)
        actions = statement.get("Action", ())
        patterns = [actions] if isinstance(actions, str) else actions
        fits = any(fnmatchcase(f"ecr:{action}", pattern) for pattern in patterns)
        if statement.get("Effect") == "Allow" and fits and names & wanted:
            return "Condition" not in statement
    return False
