"""What google-auth raises, as kinds that the registry's provider can tell apart.

    NoCredentials, FileMissing, Malformed, ForeignService   found out on this machine
    Expired        the session is over: signing in again mends it
    Unknown        the key or account was deleted, or was never there
    Clock          this machine's clock is too far off for a signed request
    Denied         the account may not do that; `permission` and `target` where known
    Unreachable    with `fault`, as core.diagnosis.Fault has it, and `host`
    Down           5xx; Unexpected: an answer that is none

Only Google's own short words are passed on, never a whole answer.
Source: RFC 6749 5.2; google-auth's oauth2/_client.py, reauth.py and impersonated_credentials.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from wizard.clouds.child import RefusedError
from wizard.clouds.google_find import Found

_CLOCK = re.compile(r"short-lived token|iat and exp", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"Invalid JWT Signature|account not found|No valid verifier|Not a valid email", re.IGNORECASE
)
_REAUTHENTICATE: Final = ("invalid_rapt", "rapt_required")
_KINDS: Final = {
    "invalid_client": "Unknown",
    "deleted_client": "Unknown",
    "disabled_client": "Unknown",
    "NOT_FOUND": "Unknown",
    "access_denied": "Denied",
    "unauthorized_client": "Denied",
    "admin_policy_enforced": "Denied",
    "org_internal": "Denied",
    "PERMISSION_DENIED": "Denied",
}
_STS_ERROR = re.compile(r"Error code ([a-z_]+)(?:: (.*?))?(?: - .*)?$", re.DOTALL)
_PERMISSION = re.compile(r"Permission '?\"?([\w.]+)'?\"? denied")
_MOST: Final = 300


def refusal(error: Exception, found: Found) -> RefusedError:
    """The RefusedError for whatever asking for a token raised."""
    from google.auth import exceptions

    facts = {"file": found.place, "kind_of": found.kind}
    for cause in _chain(error):
        if isinstance(cause, exceptions.TransportError):
            return _unreachable(cause, facts)
    code, words, subtype = _said(error)
    kind = _kind(code, words) or _kind_without_code(error)
    if "Reauthentication is needed" in str(error) or subtype in _REAUTHENTICATE:
        kind, words = "Expired", words or "reauthentication is required"
    if kind == "Denied":
        facts |= _permission(words)
    said = ": ".join(filter(None, (code, words))) or type(error).__name__
    return RefusedError(kind, said, code=code, **facts)


def _kind(code: str, words: str) -> str:
    if code == "invalid_grant":
        return (
            "Clock" if _CLOCK.search(words) else "Unknown" if _UNKNOWN.search(words) else "Expired"
        )
    return _KINDS.get(code, "")


def _kind_without_code(error: Exception) -> str:
    from google.auth import exceptions

    if isinstance(error, exceptions.GoogleAuthError) and error.retryable:
        return "Down"
    is_local = isinstance(error, exceptions.MalformedError | ValueError | TypeError | KeyError)
    return "Malformed" if is_local else "Unexpected"


def _said(error: Exception) -> tuple[str, str, str]:
    """Google's code, words and subtype out of an exception's arguments."""
    for argument in error.args[1:]:
        document = _object(argument)
        inner = document.get("error")
        if isinstance(inner, Mapping):  # an API's error: the impersonation's
            return str(inner.get("status", ""))[:64], str(inner.get("message", ""))[:_MOST], ""
        if isinstance(inner, str):
            words = str(document.get("error_description") or "")[:_MOST]
            return inner[:64], words, str(document.get("error_subtype", ""))
    found = _STS_ERROR.match(str(error.args[0]) if error.args else "")
    return (found[1], (found[2] or "")[:_MOST], "") if found else ("", "", "")


def _object(argument: Any) -> Mapping[str, Any]:
    if isinstance(argument, str):
        try:
            argument = json.loads(argument)
        except (ValueError, RecursionError):
            return {}
    return argument if isinstance(argument, Mapping) else {}


def _permission(words: str) -> dict[str, str]:
    found = _PERMISSION.search(words)
    return {"permission": found[1]} if found else {}


# --- below the protocol ---------------------------------------------------------------------


def _unreachable(error: Exception, facts: Mapping[str, str]) -> RefusedError:
    import requests

    raised = list(_chain(error))
    asked = next((r for cause in raised if (r := getattr(cause, "request", None))), None)
    host = urlsplit(str(getattr(asked, "url", ""))).hostname or "Google's token service"
    status = _metadata_status(error)
    if status:
        return RefusedError("NoCredentials", f"the metadata server answered {status}", **facts)
    fault = "refused"
    for cause in raised:
        if isinstance(cause, requests.exceptions.ProxyError):
            fault = "proxy"
        elif isinstance(cause, requests.exceptions.SSLError):
            fault = "tls-untrusted"
        elif isinstance(cause, requests.exceptions.Timeout):
            fault = "timeout"
        elif type(cause).__name__ == "NameResolutionError" or _is_dns(cause):
            fault = "dns"
        else:
            continue
        break
    return RefusedError("Unreachable", f"{host} cannot be reached", fault=fault, host=host, **facts)


def _metadata_status(error: Exception) -> str:
    """An answer that the library counts as none: no account is attached to the machine."""
    status = getattr(error.args[1], "status", None) if len(error.args) > 1 else None
    return str(status) if isinstance(status, int) else ""


def _is_dns(cause: BaseException) -> bool:
    import socket

    return isinstance(cause, socket.gaierror) or "NameResolutionError" in str(cause)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting and len(seen) < 20:  # noqa: PLR2004 - chains are short
        one = waiting.pop(0)
        if any(one is other for other in seen):
            continue
        seen.append(one)
        yield one
        more = (one.__cause__, one.__context__, *one.args, getattr(one, "reason", None))
        waiting += [other for other in more if isinstance(other, BaseException)]
