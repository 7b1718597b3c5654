"""What Google's sign-in refused, as the Problem to show: clouds/google_refused.py has the kinds."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.registries.cloud_child import RefusedError
from wizard.registries.gar_signs import ADC_LOGIN

_ADC: Final = Fix("Sign in to Google for programs", command=ADC_LOGIN)
_NEW_KEY: Final = Fix(
    "Make a new key for that service account",
    command="gcloud iam service-accounts keys create key.json --iam-account=ACCOUNT",
)
_REPAIR: Final = Fix("Take the file as Google gave it, or sign in anew", command=ADC_LOGIN)
_CLOCK: Final = Fix("Set this machine's clock right; Google refuses requests signed at other times")
_TOKEN_CREATOR: Final = Fix(
    "Ask for the role Service Account Token Creator on that account",
    ask="an administrator of the Google Cloud project",
)
# kind -> (cause of a session's, cause of a pasted key's, what helps).
_ROWS: Final = {
    "NoCredentials": ("login.cloud-missing", "login.token-kind", (_ADC,)),
    "FileMissing": ("login.cloud-missing", "login.token-kind", (_ADC,)),
    "Malformed": ("login.cloud-missing", "login.token-kind", (_REPAIR,)),
    "ForeignService": ("login.realm-refused", "login.realm-refused", ()),
    "Expired": ("login.cloud-expired", "login.rejected", (_ADC,)),
    "Unknown": ("login.rejected", "login.rejected", (_ADC,)),
    "Clock": ("network.clock-wrong", "network.clock-wrong", (_CLOCK,)),
    "Denied": ("login.cloud-denied", "login.cloud-denied", (_TOKEN_CREATOR,)),
}
_SERVER_ERROR = 503


def problem_of(refused: RefusedError, *, is_key: bool = False) -> Problem:
    """The cause where the kind decides it; faults and unexpected answers are left to the signs."""
    facts = {name: value for name, value in refused.facts.items() if name != "kind"}
    is_unreachable = refused.kind == "Unreachable"
    evidence = Evidence(
        Stage.API,
        f"Google's sign-in ({facts['file']})" if facts.get("file") else "Google's sign-in",
        refused.message,
        host=facts.get("host", ""),
        status=_SERVER_ERROR if refused.kind == "Down" else None,
        code=facts.get("code", "").upper(),
        message=refused.message,
        fault=_fault(facts.get("fault", "")) if is_unreachable else Fault.NONE,
        authenticated=True,
        facts={"cloud": "Google", **facts},
    )
    of_session, of_key, fixes = _ROWS.get(refused.kind, ("", "", ()))
    if is_key and refused.kind in ("Expired", "Unknown"):
        fixes = (_NEW_KEY,)
    elif is_key and refused.kind == "Malformed":
        fixes = (Fix("Take the key file as Google gave it, or make a new key"), _NEW_KEY)
    return Problem(evidence, cause=of_key if is_key else of_session, fixes=fixes)


def _fault(name: str) -> Fault:
    try:
        return Fault(name)
    except ValueError:
        return Fault.REFUSED
