"""Google's sign-in, by google-auth: `python -P -m wizard.clouds.google`, see child.py.

    {"ask": "token", "from": "adc"}                 application default credentials
    {"ask": "token", "from": "key", "key": "{…}"}   a service account's key, as its file holds it
    both with "as": "name@project.iam.gserviceaccount.com"   to impersonate that account

    answer: {"token", "expires", "account", "kind", "project", "found_in"}; `expires` is UTC, ISO
    refused kinds: see google_refused.py

No request is made beyond the exchange for the token. google-auth asks where it always does: the
file's own `token_uri`, `GCE_METADATA_HOST`, and so on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from wizard.clouds.child import RefusedError, serve

if TYPE_CHECKING:
    from wizard.clouds.google_find import Found

USERNAME: Final = "oauth2accesstoken"
_SCOPES: Final = ("https://www.googleapis.com/auth/cloud-platform",)
_ONE_REQUEST_S: Final = 10.0

GCLOUD_ORIGIN: Final = "gcloud"
"""`gcloud:ada@example.com`: whoever gcloud is logged in as."""
ADC_ORIGIN: Final = "adc"


def token(question: Mapping[str, Any]) -> dict[str, str]:
    """Answer the question above. Raises RefusedError."""
    from wizard.clouds import google_find

    if question.get("from") == "key":
        found = google_find.from_key(str(question.get("key", "")))
    else:
        found = google_find.application_default(os.environ)
    return _token_of(found, str(question.get("as", "")))


def mint(host: str, environ: Mapping[str, str], origin: str) -> tuple[str, str, datetime | None]:
    """User name, secret and end of a fresh login, for a credential helper; blocks.

    `origin` is that of the credential that was agreed to. Raises RefusedError.
    """
    del host  # one token serves every location
    source, _, account = origin.partition(":")
    if source == GCLOUD_ORIGIN:
        from wizard.clouds.google_gcloud import print_token

        return USERNAME, *print_token(account, environ)
    if source != ADC_ORIGIN:
        raise RefusedError("NoCredentials", "this login comes from no session of Google's")
    import truststore

    truststore.inject_into_ssl()
    from wizard.clouds import google_find

    made = _token_of(google_find.application_default(environ), "")
    ends = datetime.fromisoformat(made["expires"]) if made["expires"] else None
    return USERNAME, made["token"], ends


def _token_of(found: Found, target: str) -> dict[str, str]:
    from google.auth import credentials as google_credentials
    from google.auth import exceptions
    from google.auth.transport.requests import Request

    from wizard.clouds.google_refused import refusal

    transport = Request()

    def request(*arguments: Any, **named: Any) -> Any:
        return transport(*arguments, **{"timeout": _ONE_REQUEST_S, **named})

    library: Any = google_credentials
    credentials, kind = found.credentials, found.kind
    try:
        if target:
            credentials, kind = _impersonating(credentials, target), "impersonation"
        else:
            credentials = library.with_scopes_if_required(credentials, list(_SCOPES))
        credentials.refresh(request)
    except (exceptions.GoogleAuthError, ValueError, TypeError, KeyError, OSError) as error:
        raise refusal(error, found) from error
    if not credentials.token:
        raise RefusedError("Unexpected", "there is no token in the answer", kind_of=kind)
    expiry = credentials.expiry
    return {
        "token": credentials.token,
        "expires": expiry.replace(tzinfo=UTC).isoformat() if expiry else "",
        "account": target or _account(credentials),
        "kind": kind,
        "project": found.project,
        "found_in": found.place,
    }


def _impersonating(source: Any, target: str) -> Any:
    from google.auth import impersonated_credentials

    library: Any = impersonated_credentials
    return library.Credentials(source, target, list(_SCOPES))


def _account(credentials: Any) -> str:
    """The e-mail address, as far as it is known without asking: it is for people to read."""
    for name in ("service_account_email", "account"):
        named = getattr(credentials, name, None)
        if isinstance(named, str) and "@" in named:
            return named
    id_token = getattr(credentials, "id_token", None)
    if not isinstance(id_token, str):
        return ""
    from google.auth import jwt

    library: Any = jwt
    try:
        # It came from the token service itself a moment ago; nothing is decided by it.
        return str(library.decode(id_token, verify=False).get("email", ""))
    except ValueError:
        return ""


if __name__ == "__main__":
    sys.exit(serve({"token": token}))
