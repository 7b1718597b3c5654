"""A repository's policy: whom it lets pull, and the same with one more in it (C6). All pure.

It is evaluated as far as it can be: what hangs on a condition is told, not guessed.
"""

from __future__ import annotations

import copy
import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from wizard.core.ports import Audience
from wizard.core.text import clean
from wizard.registries.ecr_places import Place, partition_of

PULL_ACTIONS: Final = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
)
SID: Final = "AllowClusterPull"
_MOST_DIFF_LINES: Final = 200
_ACCOUNT = re.compile(r"arn:[\w-]+:(?:iam|sts)::(\d{12}):")
_ASSUMED = re.compile(r"arn:([\w-]+):sts::(\d{12}):assumed-role/([^/]+)/.+")


class UnreadableError(ValueError):
    """The policy is not one that can be changed here without losing something."""


@dataclass(frozen=True)
class Verdict:
    """None: it hangs on something that cannot be seen from here."""

    is_allowed: bool | None
    said: str
    is_denied: bool = False
    """By a statement that says so: no opening helps."""
    may_be_denied: bool = False
    """By one that says so under a condition."""


def known(audience: Audience) -> Audience:
    """At AWS only accounts and ARNs name somebody."""
    return audience if _ACCOUNT.match(audience.principal) else Audience(audience.account)


def account_of(audience: Audience) -> str:
    """The AWS account of an audience; empty where it names none."""
    found = _ACCOUNT.match(audience.principal)
    return found[1] if found else audience.account


def principal_of(audience: Audience, region: str) -> str:
    """As a policy names it: the root of an account stands for all of it."""
    assumed = _ASSUMED.fullmatch(audience.principal)
    if assumed:  # the role, since its sessions come and go
        return f"arn:{assumed[1]}:iam::{assumed[2]}:role/{assumed[3]}"
    return audience.principal or f"arn:{partition_of(region)}:iam::{audience.account}:root"


def evaluate(policy: Mapping[str, Any], principal: str) -> Verdict:
    """May this principal pull by the policy? A denial goes before everything. Pure."""
    who = clean(principal, 200)
    allowed: set[str] = set()
    allows_maybe = denies_maybe = single = ""
    for statement in _statements(policy):
        covered = {action for action in PULL_ACTIONS if _covers(statement, action)}
        is_denial = statement.get("Effect") == "Deny"
        if not covered or not _is_meant(statement, principal):
            single = single or (_one_of_it(statement, principal) if covered else "")
            continue
        opaque = next((name for name in ("Condition", "NotPrincipal") if name in statement), "")
        if opaque and is_denial:
            denies_maybe = opaque
        elif opaque:
            allows_maybe = opaque
        elif is_denial:
            return Verdict(False, f"the repository's policy denies {who} to pull", is_denied=True)
        else:
            allowed |= covered
    may = allowed.issuperset(PULL_ACTIONS)
    if denies_maybe or (allows_maybe and not may):
        hangs = f"hangs on a {denies_maybe or allows_maybe} in the repository's policy"
        said = f"whether {who} may pull {hangs}"
        return Verdict(None, said, may_be_denied=bool(denies_maybe))
    if may:
        return Verdict(True, f"the repository's policy lets {who} pull")
    if single:
        said = f"the repository's policy names {single}, not all of its account"
        return Verdict(None, said)
    return Verdict(False, f"the repository's policy does not let {who} pull")


def with_puller(policy: Mapping[str, Any], principal: str) -> dict[str, Any]:
    """A copy with one more principal in our own statement. Pure; nothing else is changed."""
    changed: dict[str, Any] = copy.deepcopy(dict(policy)) or {"Version": "2012-10-17"}
    listed = changed.setdefault("Statement", [])
    if isinstance(listed, dict):
        listed = changed["Statement"] = [listed]
    ours = {"Sid", "Effect", "Principal", "Action"}
    for statement in listed:
        is_plain = isinstance(statement.get("Principal"), dict) and set(statement) == ours
        if statement.get("Sid") != SID or not is_plain or statement["Effect"] != "Allow":
            continue
        if set(_words(statement["Action"])) == set(PULL_ACTIONS):
            known = list(_words(statement["Principal"].get("AWS", [])))
            statement["Principal"]["AWS"] = [*known, principal]
            return changed
    taken = {statement.get("Sid") for statement in listed}
    number = next(n for n in range(1, 1000) if (f"{SID}{n}" if n > 1 else SID) not in taken)
    listed.append(
        {
            "Sid": f"{SID}{number}" if number > 1 else SID,
            "Effect": "Allow",
            "Principal": {"AWS": principal},
            "Action": list(PULL_ACTIONS),
        }
    )
    return changed


def difference(before: Mapping[str, Any], after: Mapping[str, Any], place: Place) -> str:
    """A unified diff, as people read policies."""
    name = f"policy of {place.name}"
    lines = difflib.unified_diff(_lines(before), _lines(after), name, f"{name}, changed", n=3)
    # json.dumps has escaped what could repaint a terminal.
    return "\n".join(line.rstrip() for line in list(lines)[:_MOST_DIFF_LINES])


def _statements(policy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = policy.get("Statement", [])
    return [listed] if isinstance(listed, dict) else list(listed)


def _is_meant(statement: Mapping[str, Any], principal: str) -> bool:
    """By name, by its account, or by everybody; a role is also meant through its account."""
    if "NotPrincipal" in statement:
        return True
    names = set(_principals(statement))
    found = _ACCOUNT.match(principal)
    account = found[1] if found else ""
    root = principal.partition("::")[0] + f"::{account}:root"
    return bool(names & {"*", account, root, principal})


def _principals(statement: Mapping[str, Any]) -> tuple[str, ...]:
    named = statement.get("Principal")
    return _words(named.get("AWS", []) if isinstance(named, dict) else named)


def _one_of_it(statement: Mapping[str, Any], principal: str) -> str:
    """A single role that is let in, where its whole account is asked about."""
    if statement.get("Effect") != "Allow" or not principal.endswith(":root"):
        return ""
    start = principal.removesuffix("root")
    return next((clean(one, 200) for one in _principals(statement) if one.startswith(start)), "")


def _covers(statement: Mapping[str, Any], action: str) -> bool:
    """IAM's patterns know `*` and `?`, and no case."""
    if "NotAction" in statement:
        return not any(_fits(one, action) for one in _words(statement["NotAction"]))
    return any(_fits(one, action) for one in _words(statement.get("Action", [])))


def _fits(pattern: str, action: str) -> bool:
    # fnmatch knows brackets besides; IAM does not, and actions have none.
    return "[" not in pattern and fnmatchcase(action.lower(), pattern.lower())


def _words(value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(one for one in listed if isinstance(one, str))


def _lines(policy: Mapping[str, Any]) -> list[str]:
    text = json.dumps(policy, indent=2, ensure_ascii=True) if policy else ""
    return text.splitlines(keepends=True)
