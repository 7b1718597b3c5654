"""Who may pull, by the repository's own policy, and letting somebody in (registries.md E6).

Read, change, write back: the etag goes along, so that nobody else's change is lost; conditions and
everything else that is not ours stays as it was read.
"""

from __future__ import annotations

import copy
import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wizard.core.diagnosis import Fix, Problem
from wizard.core.names import Repository
from wizard.core.ports import Access, Audience, Opening, Outside
from wizard.core.secret import Secret
from wizard.core.text import clean
from wizard.registries.gar_api import (
    API,
    CONFLICTS,
    FORBIDDEN,
    OK,
    ask,
    document,
    refused,
    seen,
    violations,
)
from wizard.registries.gar_places import Place, place_of
from wizard.registries.gar_signs import ASK_ORGANISATION, GRANT_CLUSTER

READER: Final = "roles/artifactregistry.reader"
EVERYBODY: Final = "allUsers"
# Those that hold downloadArtifacts (E3); what a custom role holds cannot be seen from here.
_PULL_ROLES: Final = frozenset(
    {
        *(f"roles/artifactregistry.{one}" for one in ("reader", "writer", "repoAdmin", "admin")),
        *(f"roles/artifactregistry.createOnPush{one}" for one in ("Writer", "RepoAdmin")),
        "roles/owner",
        "roles/editor",
        "roles/viewer",
    }
)
_OPAQUE: Final = (
    "group:",
    "domain:",
    "principalSet:",
    "projectOwner:",
    "projectEditor:",
    "projectViewer:",
)
_CONSTRAINT: Final = "allowedPolicyMemberDomains"
_OF_PROJECT = re.compile(r"[^@]+@([a-z0-9.-]+)\.iam\.gserviceaccount\.com")
_MOST_DIFF_LINES: Final = 200
_POLICY_VERSION: Final = 3

_ASK_ADMIN: Final = Fix(
    "Ask for it, or for the role Artifact Registry Administrator",
    ask="an administrator of the Google Cloud project",
)


@dataclass(frozen=True)
class Verdict:
    """None: it hangs on something that cannot be seen from here."""

    is_allowed: bool | None
    said: str


def known(audience: Audience) -> Audience:
    """At Google an account of AWS is nobody."""
    is_foreign = audience.principal.startswith("arn:")
    return Audience(principal="" if is_foreign else audience.principal)


def member_of(audience: Audience) -> str:
    """As policies write it. An e-mail that is no service account's is a person's."""
    if audience.is_everybody:
        return EVERYBODY
    principal = audience.principal
    if ":" in principal:
        return principal
    kind = "serviceAccount" if principal.endswith(".gserviceaccount.com") else "user"
    return f"{kind}:{principal}"


def evaluate(policy: Mapping[str, Any], member: str, place: Place) -> Verdict:
    """May `member` pull by this policy? Pure."""
    who = "everybody" if member == EVERYBODY else member.partition(":")[2] or member
    bindings = _bindings(policy)
    wanted = {member, EVERYBODY, *(() if member == EVERYBODY else ("allAuthenticatedUsers",))}
    unclear = ""
    for binding in bindings:
        role, condition = str(binding.get("role", "")), binding.get("condition")
        members = {str(one) for one in binding.get("members", ()) if isinstance(one, str)}
        is_custom = not role.startswith("roles/")
        if role not in _PULL_ROLES and not is_custom:
            continue
        if members & wanted:
            if condition is None and not is_custom:
                return Verdict(True, f"the repository's policy lets {who} pull, by {clean(role)}")
            unclear = "a condition" if condition is not None else f"the role {clean(role)}"
        elif member != EVERYBODY:
            through = next((one for one in sorted(members) if one.startswith(_OPAQUE)), "")
            unclear = unclear or clean(through, 128)
    if unclear:
        said = f"whether {who} may pull hangs on {unclear}, which cannot be seen into from here"
        return Verdict(None, said)
    home = _OF_PROJECT.fullmatch(member.partition(":")[2])
    if home is not None and home[1] == place.project:
        said = f"the repository's policy does not name {who}; the project's own may let it pull"
        return Verdict(None, said)
    return Verdict(False, f"the repository's policy does not let {who} pull")


def with_reader(policy: Mapping[str, Any], member: str) -> dict[str, Any]:
    """A copy in which `member` may read. Pure; nothing else is changed."""
    changed: dict[str, Any] = copy.deepcopy(dict(policy))
    bindings = changed.setdefault("bindings", [])
    changed.setdefault("version", 1)
    for binding in bindings:
        if binding.get("role") == READER and "condition" not in binding:
            if member not in binding.setdefault("members", []):
                binding["members"].append(member)
            return changed
    bindings.append({"role": READER, "members": [member]})
    return changed


def difference(before: Mapping[str, Any], after: Mapping[str, Any], place: Place) -> str:
    """A unified diff of the bindings, as people read policies."""
    name = f"policy of {place.name}"
    lines = difflib.unified_diff(_lines(before), _lines(after), name, f"{name}, changed", n=3)
    # json.dumps has escaped what could repaint a terminal.
    return "\n".join(line.rstrip() for line in list(lines)[:_MOST_DIFF_LINES])


def grant_command(place: Place, member: str) -> str:
    return (
        f"gcloud artifacts repositories add-iam-policy-binding {place.name} {place.flags} "
        f"--member={member} --role={READER}"
    )


async def access(
    repository: Repository, audience: Audience, bearer: Secret, outside: Outside
) -> Access | None:
    """Raises Problem for faults of the network."""
    place, member = place_of(repository), member_of(audience)
    answer = await _read(place, bearer, outside)
    if answer.status == FORBIDDEN:
        evidence = seen(answer, f"GET {API}/{place.resource}:getIamPolicy", place)
        command = grant_command(place, member)
        fix = Fix("Have this run", command=command, ask=_ASK_ADMIN.ask)
        said = "you may not see the repository's policy"
        return Access(None, said, (evidence.line,), fixes=(fix,))
    if answer.status != OK:
        return None
    policy = document(answer)
    verdict = evaluate(policy, member, place)
    if verdict.is_allowed:
        return Access(True, verdict.said)
    unseen = "a grant to the whole project, or above it, cannot be seen from here"
    return Access(verdict.is_allowed, verdict.said, (unseen,), _opening(policy, member, place))


def _opening(policy: Mapping[str, Any], member: str, place: Place) -> Opening:
    is_public = member == EVERYBODY
    who = "everybody" if is_public else member.partition(":")[2] or member
    details = [f"all images in {place.name}, of whatever name, can then be pulled by {who}"]
    if is_public:
        details.append("pulls over the internet are paid for by your project")
    details.append(f"can be taken back: remove {member} from {READER}")
    diff = difference(policy, with_reader(policy, member), place)
    return Opening(
        f"Let {who} read the repository {place.name}",
        tuple(details),
        diff,
        grant_command(place, member),
    )


async def open_to(
    repository: Repository, audience: Audience, bearer: Secret, outside: Outside
) -> str:
    """Read, change, write; once more when somebody else wrote in between. Raises Problem."""
    place, member = place_of(repository), member_of(audience)
    who = "everybody" if member == EVERYBODY else member.partition(":")[2] or member
    path = f"{place.resource}:setIamPolicy"
    for is_last in (False, True):
        read = await _read(place, bearer, outside)
        if read.status != OK:
            raise _not_opened(read, f"GET {API}/{place.resource}:getIamPolicy", place, member)
        policy = document(read)
        if evaluate(policy, member, place).is_allowed:
            return f"{who} could read the repository {place.name} already"
        changed = with_reader(policy, member)
        answer = await ask("POST", path, bearer, outside, {"policy": changed})
        if answer.status in CONFLICTS and not is_last:
            continue
        if answer.status != OK:
            raise _not_opened(answer, f"POST {API}/{path}", place, member)
        break
    return f"let {who} read the repository {place.name}"


async def _read(place: Place, bearer: Secret, outside: Outside) -> Any:
    query = f"options.requestedPolicyVersion={_POLICY_VERSION}"
    return await ask("GET", f"{place.resource}:getIamPolicy?{query}", bearer, outside)


def _not_opened(answer: Any, asked: str, place: Place, member: str) -> Problem:
    evidence = seen(answer, asked, place)
    by_policy = any(_CONSTRAINT in one for one in violations(answer))
    if by_policy or "named in the policy" in evidence.message:
        fixes = (ASK_ORGANISATION, GRANT_CLUSTER) if member == EVERYBODY else (ASK_ORGANISATION,)
        return Problem(evidence, cause="pull.policy-forbids-public", fixes=fixes)
    cause = "pull.private" if member == EVERYBODY else "pull.cluster-not-granted"
    if answer.status == FORBIDDEN:
        by_other = Fix("Have this run", command=grant_command(place, member), ask=_ASK_ADMIN.ask)
        return refused(answer, asked, place, denied=cause, fixes=(by_other,))
    if answer.status in (400, 404):
        return Problem(evidence, cause=cause)
    return refused(answer, asked, place)


def _bindings(policy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = policy.get("bindings")
    listed = found if isinstance(found, list) else []
    return [
        one for one in listed if isinstance(one, dict) and isinstance(one.get("members", []), list)
    ]


def _lines(policy: Mapping[str, Any]) -> list[str]:
    text = json.dumps(_bindings(policy), indent=2, ensure_ascii=True)
    return text.splitlines(keepends=True)
