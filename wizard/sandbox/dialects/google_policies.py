"""getIamPolicy and setIamPolicy of a repository: etags, conditions, the organisation's word.

An emulation (registries.md E6; cloud.google.com/iam/docs/policies for versions and conditions).
"""

from __future__ import annotations

from typing import Any, Final

from wizard.sandbox.dialects.google import ROLES, GarRepository, Google, Project
from wizard.sandbox.dialects.google_oauth import api_error
from wizard.sandbox.exchange import Answer, Request, json_answer

_CONSTRAINT: Final = "constraints/iam.allowedPolicyMemberDomains"
_WITH_CONDITIONS = 3


def read(repository: GarRepository, request: Request) -> Answer:
    """Practised: without the version that shows conditions, a policy that has some is refused."""
    asked = request.first("options.requestedPolicyVersion")
    if repository.version == _WITH_CONDITIONS and asked != str(_WITH_CONDITIONS):
        said = "Requested policy version does not show its conditions."
        return api_error(400, "INVALID_ARGUMENT", said)
    return json_answer(200, _document(repository))


def change(google: Google, repository: GarRepository, policy: Any) -> Answer:
    """Whole or not at all, and only over the policy that was read."""
    if not isinstance(policy, dict) or not _are_bindings(policy.get("bindings", [])):
        return api_error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")
    bindings: list[dict[str, Any]] = policy.get("bindings", [])
    if policy.get("etag", repository.etag) != repository.etag:
        said = (
            "There were concurrent policy changes. Please retry the whole read-modify-write "
            "with exponential backoff."
        )
        return api_error(409, "ABORTED", said)
    has_conditions = any("condition" in binding for binding in bindings)
    if has_conditions and policy.get("version") != _WITH_CONDITIONS:
        return api_error(400, "INVALID_ARGUMENT", "Conditions need policy version 3.")
    named = {member for binding in bindings for member in binding["members"]}
    refused = _forbidden(google.projects[repository.project], named)
    if refused is not None:
        return refused
    google.change_policy(repository, bindings)
    return json_answer(200, _document(repository))


def _forbidden(project: Project, members: set[str]) -> Answer | None:
    """The organisation's policy: text and details as in public issues that quote them."""
    strangers = sorted(members & {"allUsers", "allAuthenticatedUsers"})
    if project.allows_strangers or not strangers:
        return None
    violation = {
        "type": _CONSTRAINT,
        "subject": f"orgpolicy:projects/{project.id}?configvalue={strangers[0]}",
        "description": f"User {strangers[0]} is not in permitted organization.",
    }
    kind = "type.googleapis.com/google.rpc.PreconditionFailure"
    said = "One or more users named in the policy do not belong to a permitted customer."
    details = [{"@type": kind, "violations": [violation]}]
    return api_error(400, "FAILED_PRECONDITION", said, details)


def _document(repository: GarRepository) -> dict[str, Any]:
    """A policy that nobody has touched holds nothing but its etag."""
    if not repository.bindings:
        return {"etag": repository.etag}
    return {
        "version": repository.version,
        "etag": repository.etag,
        "bindings": repository.bindings,
    }


def _are_bindings(found: Any) -> bool:
    return isinstance(found, list) and all(
        isinstance(one, dict)
        and (one.get("role") in ROLES or str(one.get("role")).startswith("projects/"))
        and isinstance(one.get("members"), list)
        for one in found
    )
