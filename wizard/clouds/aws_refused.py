"""What botocore raises, as kinds that the registry's provider can tell apart.

    NoCredentials, ProfileMissing, Malformed, NeedsCode   found out on this machine
    Expired        the session is over: signing in again mends it; `profile` and `command`
    Rejected       Amazon does not know these keys, or no more
    Clock          this machine's clock is too far off for a signed request
    Denied         the account may not do that; `permission` where known
    Unreachable    with `fault`, as core.diagnosis.Fault has it, and `host`
    Down           5xx or throttled; any other kind is Amazon's own code

`code` is Amazon's own, where it answered. Source: botocore/exceptions.py; registries.md C3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from wizard.clouds.aws_find import Found
from wizard.clouds.child import RefusedError

_KINDS: Final = {
    "AccessDenied": "Denied",
    "AccessDeniedException": "Denied",
    "UnauthorizedOperation": "Denied",
    "ForbiddenException": "Denied",
    "ExpiredToken": "Expired",
    "ExpiredTokenException": "Expired",
    "RequestExpired": "Clock",
    "InvalidClientTokenId": "Rejected",
    "UnrecognizedClientException": "Rejected",
    "InvalidSignatureException": "Rejected",
    "SignatureDoesNotMatch": "Rejected",
    "IncompleteSignature": "Rejected",
    "ThrottlingException": "Down",
    "Throttling": "Down",
    "ServerException": "Down",
}
_CLOCK = re.compile(r"signature (expired|not yet current)", re.IGNORECASE)
_ACTION = re.compile(r"not authorized to perform: ([\w-]+:\w+)")
_MOST: Final = 400
_SERVER_ERROR = 500


@contextmanager
def refusing(found: Found, permission: str = "", arn: str = "") -> Iterator[None]:
    """Turn whatever botocore raises within into a RefusedError; `permission` is what is needed."""
    from botocore import exceptions
    from botocore.parsers import ResponseParserError

    try:
        yield
    except exceptions.ClientError as error:
        raise _answered(error, found, permission, arn) from error
    except ResponseParserError as error:
        raise _intercepted("a page", _of(found)) from error
    except exceptions.BotoCoreError as error:
        raise _below(error, found) from error
    except (KeyError, IndexError, ValueError, TypeError, OSError) as error:
        words = f"Amazon's answer is not what it should be: {type(error).__name__}"
        raise RefusedError("Unexpected", words, code="") from error


def _answered(error: Any, found: Found, permission: str, arn: str) -> RefusedError:
    said = error.response.get("Error", {})
    code, words = str(said.get("Code", ""))[:64], str(said.get("Message", ""))[:_MOST]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    kind = _KINDS.get(code, "Down" if status >= _SERVER_ERROR else code)
    if _CLOCK.search(words):
        kind = "Clock"
    if code.isdigit():  # the bare status: botocore finds no error of Amazon's in the answer
        words = f"status {code}, and no reason"
        if kind != "Down":
            raise _intercepted(f"status {code}", _of(found)) from error
    facts = {"code": code, "arn": arn, **_of(found)}
    if kind == "Denied":
        named = _ACTION.search(words)
        is_portal = error.operation_name == "GetRoleCredentials"
        needed = "sso:GetRoleCredentials" if is_portal else permission
        facts["permission"] = named[1] if named else needed
    if kind == "Expired":
        facts["command"] = sign_in_command(found)
    return RefusedError(kind, words or code, **{k: v for k, v in facts.items() if v or k == "code"})


def _of(found: Found) -> dict[str, str]:
    return {"origin": found.origin, "profile": found.profile, "kind_of": found.kind}


def _below(error: Any, found: Found) -> RefusedError:
    from botocore import exceptions as raised

    facts = {"code": "", **_of(found)}
    expired = (
        raised.SSOError,
        raised.TokenRetrievalError,
        raised.LoginError,
        raised.UnauthorizedSSOTokenError,
    )
    if isinstance(error, expired):
        command = sign_in_command(found)
        words = "the session of AWS has run out, or was never begun"
        return RefusedError("Expired", words, command=command, **facts)
    if isinstance(error, raised.NoCredentialsError | raised.NoAuthTokenError):
        words = "no profile, no keys in the environment, no role of this machine"
        return RefusedError("NoCredentials", words, **facts)
    if isinstance(error, raised.CredentialRetrievalError):
        # Not its words: they hold whatever a program of the person's own printed.
        words = f"{getattr(error, 'kwargs', {}).get('provider', 'a program')} gives no credentials"
        return RefusedError("NoCredentials", words, **facts)
    if isinstance(error, raised.HTTPClientError | raised.ConnectionError):
        return _unreachable(error, facts)
    words = f"the AWS configuration is not complete: {type(error).__name__}"
    return RefusedError("Malformed", words, **facts)


def sign_in_command(found: Found) -> str:
    """What begins the session anew; nothing where only its owner knows."""
    name = f" --profile {found.profile}" if found.profile not in ("", "default") else ""
    return {"login": f"aws login{name}", "keys": ""}.get(found.kind, f"aws sso login{name}")


def _intercepted(what: str, facts: dict[str, str]) -> RefusedError:
    """Something on the way answered instead, such as a company's proxy."""
    words = f"{what} came back that is not Amazon's"
    return RefusedError("Unreachable", words, fault="intercepted", code="", **facts)


def _unreachable(error: Any, facts: dict[str, str]) -> RefusedError:
    from botocore import exceptions as raised

    fault = "refused"
    if isinstance(error, raised.ProxyConnectionError):
        fault = "proxy"
    elif isinstance(error, raised.SSLError):
        fault = "tls-untrusted"
    elif isinstance(error, raised.ConnectTimeoutError | raised.ReadTimeoutError):
        fault = "timeout"
    elif "resolve" in str(error):
        fault = "dns"
    url = str(getattr(error, "kwargs", {}).get("endpoint_url", ""))
    host = urlsplit(url).hostname or "Amazon"
    return RefusedError("Unreachable", f"{host} cannot be reached", fault=fault, host=host, **facts)
