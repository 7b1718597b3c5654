"""What AWS refused, as the Problem to show: clouds/aws_refused.py has the kinds."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.registries.cloud_child import RefusedError
from wizard.registries.ecr_signs import ASK_LOGIN

_CONFIGURE: Final = Fix("Sign in to AWS in the browser", command="aws configure sso")
_NEW_KEYS: Final = Fix(
    "Take fresh keys: an access key that is active, or temporary keys with their session token",
    url="https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html",
)
_PROFILES: Final = Fix("Choose a profile that is there", command="aws configure list-profiles")
_REPAIR: Final = Fix("Look at what the AWS CLI makes of it", command="aws configure list")
_CLOCK: Final = Fix("Set this machine's clock right; AWS refuses requests signed at other times")
_QUOTA: Final = Fix(
    "Delete repositories that nobody needs, or have the quota raised",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html",
)
# kind -> (cause, what helps). Expired and NeedsCode name their profile in the fix.
_ROWS: Final = {
    "NoCredentials": ("login.cloud-missing", (_CONFIGURE,)),
    "ProfileMissing": ("login.cloud-missing", (_PROFILES,)),
    "Malformed": ("login.cloud-missing", (_REPAIR,)),
    "NeedsCode": ("login.cloud-missing", ()),
    "Expired": ("login.cloud-expired", ()),
    "Rejected": ("login.rejected", (_NEW_KEYS,)),
    "Clock": ("network.clock-wrong", (_CLOCK,)),
    "RepositoryNotFoundException": ("push.repository-missing", ()),
    "LimitExceededException": ("push.policy", (_QUOTA,)),
}
_SERVER_ERROR = 503
_BAD_REQUEST = 400


def problem_of(
    refused: RefusedError,
    asked: str,
    *,
    denied: str = "login.cloud-denied",
    invalid: str = "",
    facts: dict[str, str] | None = None,
    fixes: tuple[Fix, ...] = (),
    stage: Stage = Stage.API,
) -> Problem:
    """The cause where the kind decides it; faults and unexpected answers are left to the signs.

    `denied` is the cause where the account lacks a permission, and `fixes` help then; `invalid`
    where Amazon does not take what was sent.
    """
    known = {name: value for name, value in refused.facts.items() if name != "kind" and value}
    is_unreachable = refused.kind == "Unreachable"
    is_answer = bool(refused.facts.get("code"))
    evidence = Evidence(
        stage,
        asked,
        refused.message,
        host=known.get("host", ""),
        status=_SERVER_ERROR if refused.kind == "Down" else _BAD_REQUEST if is_answer else None,
        code=known.get("code", "").upper(),
        message=refused.message,
        fault=_fault(known.get("fault", "")) if is_unreachable else Fault.NONE,
        authenticated=True,
        facts={"cloud": "AWS", **known, **(facts or {})},
    )
    cause, helps = _ROWS.get(refused.kind, ("", ()))
    if refused.kind == "Denied":
        cause, helps = denied, fixes or (_ask_for(known.get("permission", "")),)
    elif refused.kind == "Expired":
        helps = (sign_in(known),)
    elif refused.kind == "NeedsCode":
        helps = (_with_code(known.get("profile", "")),)
    elif refused.kind == "InvalidParameterException":
        cause = invalid
    return Problem(evidence, cause=cause, fixes=helps)


def sign_in(facts: dict[str, str]) -> Fix:
    """The exact command that begins the session anew."""
    command = facts.get("command", "")
    if command.startswith("aws "):
        return Fix("Sign in to AWS again", command=command)
    return _NEW_KEYS


def _ask_for(permission: str) -> Fix:
    if permission in ("", "ecr:GetAuthorizationToken"):
        return ASK_LOGIN
    if permission.startswith("ecr:"):
        return Fix(f"Ask for the action {permission}", ask=ASK_LOGIN.ask)
    title = f"Ask to be let into the role that the profile names ({permission})"
    return Fix(title, ask=ASK_LOGIN.ask)


def _with_code(profile: str) -> Fix:
    command = f"aws configure export-credentials --profile {profile} --format env"
    return Fix("Put what this prints into the environment; it asks for the code once", command)


def _fault(name: str) -> Fault:
    try:
        return Fault(name)
    except ValueError:
        return Fault.REFUSED
