"""Who may pull, by account and by the repository's own policy, and letting somebody in (C6)."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any, Final

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.names import Repository
from wizard.core.ports import Access, Audience, Opening, Outside
from wizard.core.secret import Credential
from wizard.registries.cloud_child import RefusedError
from wizard.registries.ecr_places import Place, place_of
from wizard.registries.ecr_policy import (
    SID,
    UnreadableError,
    Verdict,
    account_of,
    difference,
    evaluate,
    principal_of,
    with_puller,
)
from wizard.registries.ecr_refused import problem_of
from wizard.registries.ecr_repository import ask, asked_of, facts_of, profile_flag

NEVER: Final = "ECR never serves without a login"
_MOST_POLICY_CHARS: Final = 10240
_MOST_TYPED_CHARS: Final = 1000
"""More than that nobody pastes into a terminal."""
_OWN_ROLE: Final = (
    "the cluster's own role must hold the pull actions too, and ecr:GetAuthorizationToken"
)

_ASK_ADMIN: Final = Fix(
    "Ask for the actions ecr:GetRepositoryPolicy and ecr:SetRepositoryPolicy, or for the change",
    ask="an administrator of the AWS account",
)


async def access(
    repository: Repository, audience: Audience, credential: Credential | None, outside: Outside
) -> Access | None:
    """Raises Problem for faults of the network."""
    if audience.is_everybody:
        return Access(False, NEVER)
    place, account = place_of(repository), account_of(audience)
    is_own, principal = account == place.account, principal_of(audience, place.region)
    said = f"the repository is in the same account, {account}: its policy need not name anybody"
    in_own = Access(True, said, (_OWN_ROLE,)) if is_own else None
    if credential is None:
        return in_own
    try:
        policy = await _read(place, credential, outside)
    except (UnreadableError, RefusedError) as unseen:
        return in_own or _unseen(unseen, place)
    verdict = evaluate(policy, principal)
    if in_own and not verdict.is_denied and not verdict.may_be_denied:
        return in_own
    return _judged(verdict, policy, principal, place, credential)


def _unseen(why: UnreadableError | RefusedError, place: Place) -> Access | None:
    if isinstance(why, UnreadableError):
        return Access(None, str(why))
    if why.kind != "Denied":
        return None
    line = f"{asked_of('GetRepositoryPolicy', place)}: {why.message}"
    return Access(None, "you may not see the repository's policy", (line,), fixes=(_ASK_ADMIN,))


def _judged(
    verdict: Verdict,
    policy: Mapping[str, Any],
    principal: str,
    place: Place,
    credential: Credential,
) -> Access:
    if verdict.is_denied:
        return Access(False, verdict.said, fixes=(_ASK_ADMIN,))
    helps = not verdict.is_allowed and not verdict.may_be_denied
    opening = _opening(policy, principal, place, credential) if helps else None
    return Access(verdict.is_allowed, verdict.said, (_OWN_ROLE,), opening)


def _opening(
    policy: Mapping[str, Any], principal: str, place: Place, credential: Credential
) -> Opening:
    changed = with_puller(policy, principal)
    text = json.dumps(changed, separators=(",", ":"))
    given = shlex.quote(text) if len(text) <= _MOST_TYPED_CHARS else "file://policy.json"
    where = f"{place.flags}{profile_flag(credential)} --registry-id {place.account}"
    command = f"aws ecr set-repository-policy {where} --policy-text {given}"
    return Opening(
        f"Let {principal} pull from the repository {place.name}",
        (
            f"only {place.name} is opened, for pulling; other repositories stay as they are",
            _OWN_ROLE,
            f"can be taken back: remove the principal from the statement {SID}",
        ),
        difference(policy, changed, place),
        command,
    )


async def open_to(
    repository: Repository, audience: Audience, credential: Credential, outside: Outside
) -> str:
    """Read, change, write. Raises Problem."""
    place, principal = place_of(repository), principal_of(audience, place_of(repository).region)
    action = "GetRepositoryPolicy"
    try:
        policy = await _read(place, credential, outside)
        if evaluate(policy, principal).is_allowed:
            return f"{principal} could pull from the repository {place.name} already"
        text = json.dumps(with_puller(policy, principal))
        if len(text) > _MOST_POLICY_CHARS:
            raise UnreadableError("it would be longer than the 10240 characters that AWS takes")
        action = "SetRepositoryPolicy"
        await ask("set_policy", place, credential, outside, policy=text)
    except RefusedError as refused:
        raise problem_of(
            refused,
            asked_of(action, place),
            denied="pull.cluster-not-granted",
            invalid="pull.cluster-not-granted",
            facts={**facts_of(repository, place), "principal": principal},
            fixes=(_ASK_ADMIN,),
        ) from refused
    except UnreadableError as wrong:
        facts = {**facts_of(repository, place), "principal": principal}
        seen = Evidence(Stage.API, asked_of(action, place), str(wrong), facts=facts)
        fix = Fix("Change the policy on its page", url=place.console)
        raise Problem(seen, cause="pull.cluster-not-granted", fixes=(fix,)) from wrong
    return f"let {principal} pull from the repository {place.name}"


async def _read(place: Place, credential: Credential, outside: Outside) -> Mapping[str, Any]:
    """The policy; empty where there is none. Raises RefusedError, UnreadableError, Problem."""
    text = str((await ask("policy", place, credential, outside)).get("policy", ""))
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise UnreadableError("the repository's policy is not JSON") from None
    listed = found.get("Statement", []) if isinstance(found, dict) else None
    listed = [listed] if isinstance(listed, dict) else listed
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise UnreadableError("the repository's policy is not as AWS writes them")
    return dict(found)
