"""Google's token service and those beside it: OAuth, tokeninfo, IAM credentials, STS, metadata.

An emulation (registries.md E3; RFC 6749, 7523, 8693). Signatures of service accounts are checked.
"""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any, Final

from wizard.sandbox.dialects.google import ADA, PROJECT, PUSHER, Google
from wizard.sandbox.dialects.google_tokens import (
    CLIENT_ID,
    LIFETIME_S,
    RAPT_REFRESH,
    SCOPE,
    AccessToken,
)
from wizard.sandbox.exchange import Answer, Request, json_answer, read_query

OAUTH_HOST: Final = "oauth2.googleapis.com"
IAM_HOST: Final = "iamcredentials.googleapis.com"
STS_HOST: Final = "sts.googleapis.com"
METADATA_HOST: Final = "metadata.google.internal"
HOSTS: Final = (OAUTH_HOST, IAM_HOST, STS_HOST, METADATA_HOST)

SUBJECT_TOKEN: Final = "practice-subject-token"  # noqa: S105 - of the practice's identity provider
POOL: Final = "principal://iam.googleapis.com/practice-pool/subject/ci"

_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_MOST_SKEW_S = 300
_LONGEST_S = 3600 + _MOST_SKEW_S
_SHORT_LIVED = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)
_METADATA = "/computeMetadata/v1/"


class GoogleOauth:
    def __init__(self, google: Google) -> None:
        self.google = google

    def answer(self, request: Request) -> Answer:
        match request.host, request.method, request.path:
            case "oauth2.googleapis.com", "POST", "/token":
                return self._token(request)
            case "oauth2.googleapis.com", "GET", "/tokeninfo":
                return self._info(request.first("access_token"))
            case "iamcredentials.googleapis.com", "POST", path:
                return self._impersonate(request, path)
            case "sts.googleapis.com", "POST", "/v1/token":
                return self._exchange(request)
            case "metadata.google.internal", "GET", path:
                return self._metadata(request, path)
        return json_answer(404, {"error": "not_found"})

    # --- oauth2.googleapis.com ----------------------------------------------------------------

    def _token(self, request: Request) -> Answer:
        form = _form(request)
        if form.get("grant_type") == _JWT_GRANT:
            return self._by_key(form.get("assertion", ""), request)
        if form.get("grant_type") != "refresh_token":
            return _refused("unsupported_grant_type", "Invalid grant_type")
        if form.get("client_id") != CLIENT_ID:
            return _refused("invalid_client", "The OAuth client was not found.", 401)
        given = form.get("refresh_token", "")
        if given == RAPT_REFRESH:
            said = "reauth related error (invalid_rapt)"
            return _refused("invalid_grant", said, error_subtype="invalid_rapt")
        member = self.google.tokens.refresh_tokens.get(given)
        if member is None:
            return _refused("invalid_grant", "Token has been expired or revoked.")
        request.login = member.partition(":")[2]
        scopes = f"openid https://www.googleapis.com/auth/userinfo.email {SCOPE}"
        claims = {"iss": "https://accounts.google.com", "email": request.login}
        id_token = f"{_part({'alg': 'none'})}.{_part(claims)}.{_part({})}"
        return self._granted(member, scopes, id_token=id_token)

    def _by_key(self, assertion: str, request: Request) -> Answer:
        """RFC 7523, with Google's own words for what is wrong."""
        claims = _claims(assertion)
        if claims.get("iss") != PUSHER:
            return _refused("invalid_grant", "Invalid grant: account not found")
        if not self._is_signed(assertion):
            return _refused("invalid_grant", "Invalid JWT Signature.")
        if not _is_timely(claims):
            return _refused("invalid_grant", _SHORT_LIVED)
        if not str(claims.get("aud", "")).endswith("/token"):
            return _refused("invalid_grant", "Invalid JWT: Failed audience check.")
        request.login = PUSHER
        return self._granted(f"serviceAccount:{PUSHER}", str(claims.get("scope", "")))

    def _is_signed(self, assertion: str) -> bool:
        if not self.google.has_key:
            return False
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        signed, _, signature = assertion.rpartition(".")
        try:
            self.google.private_key.public_key().verify(
                _bytes(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except (InvalidSignature, ValueError):
            return False
        return True

    def _granted(self, member: str, scope: str, **more: str) -> Answer:
        document = {
            "access_token": self.google.tokens.issue(member, scope),
            "expires_in": LIFETIME_S - 1,
            "scope": scope,
            "token_type": "Bearer",
            **more,
        }
        return json_answer(200, document)

    def _info(self, token: str) -> Answer:
        """Numbers are strings there."""
        found = self.google.tokens.find(token)
        if found is None:
            return _refused("invalid_token", "Invalid Value")
        left = int(found.expires - time.time())
        document = {
            "azp": CLIENT_ID,
            "aud": CLIENT_ID,
            "scope": found.scope,
            "exp": str(int(found.expires)),
            "expires_in": str(left),
            "access_type": "offline",
        }
        if found.member.startswith(("user:", "serviceAccount:")):
            document |= {"email": found.email, "email_verified": "true"}
        return json_answer(200, document)

    # --- impersonation, workload identity, the machine's own account ----------------------------

    def _impersonate(self, request: Request, path: str) -> Answer:
        target = path.rpartition("/")[2].removesuffix(":generateAccessToken").replace("%40", "@")
        found = self.google.tokens.find(request.bearer)
        if found is None:
            return api_error(401, "UNAUTHENTICATED", UNAUTHENTICATED)
        if found.member not in self.google.impersonators.get(target, ()):
            said = (
                "Permission 'iam.serviceAccounts.getAccessToken' denied on resource "
                "(or it may not exist)."
            )
            return api_error(403, "PERMISSION_DENIED", said)
        token = self.google.tokens.issue(f"serviceAccount:{target}")
        ends = datetime.fromtimestamp(time.time() + LIFETIME_S, UTC)
        document = {"accessToken": token, "expireTime": f"{ends:%Y-%m-%dT%H:%M:%SZ}"}
        return json_answer(200, document)

    def _exchange(self, request: Request) -> Answer:
        if _form(request).get("subject_token") != SUBJECT_TOKEN:
            return _refused("invalid_grant", "The given credential is rejected.")
        self.google.impersonators[PUSHER].add(POOL)
        document = {
            "access_token": self.google.tokens.issue(POOL),
            "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "token_type": "Bearer",
            "expires_in": LIFETIME_S - 1,
        }
        return json_answer(200, document)

    def _metadata(self, request: Request, path: str) -> Answer:
        """The practice machine's account is ada's: what a person practises as, wherever from."""
        if request.headers.get("metadata-flavor") != "Google":
            return Answer(403, b"Missing Metadata-Flavor:Google header.")
        account = f"{_METADATA}instance/service-accounts/default/"
        if path == f"{_METADATA}project/project-id":
            answer = Answer(200, PROJECT.encode(), {"Content-Type": "application/text"})
        elif path == account:
            email = ADA.partition(":")[2]
            document = {"aliases": ["default"], "email": email, "scopes": [SCOPE]}
            answer = json_answer(200, document)
        elif path == f"{account}token":
            answer = self._granted(ADA, SCOPE)
        else:
            answer = Answer(404, b"not found\n", {"Content-Type": "text/html; charset=UTF-8"})
        return answer.adding(metadata_flavor="Google")


UNAUTHENTICATED: Final = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
    "or other valid authentication credential."
)


def api_error(status: int, code: str, message: str, details: list[Any] | None = None) -> Answer:
    """The shape of Google's REST errors (registries.md E3)."""
    said: dict[str, Any] = {"code": status, "message": message, "status": code}
    if details:
        said["details"] = details
    return json_answer(status, {"error": said})


def bearer_of(google: Google, request: Request) -> AccessToken | None:
    found = google.tokens.find(request.bearer)
    if found is not None:
        request.login = found.email
    return found


def _refused(code: str, description: str, status: int = 400, **more: str) -> Answer:
    return json_answer(status, {"error": code, "error_description": description, **more})


def _form(request: Request) -> dict[str, str]:
    fields = read_query(request.body[: 64 << 10].decode("utf-8", "replace"))
    return {name: values[0] for name, values in fields.items()}


def _claims(assertion: str) -> dict[str, Any]:
    parts = assertion.split(".")
    try:
        found = json.loads(_bytes(parts[1])) if len(parts) == 3 else {}  # noqa: PLR2004
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_timely(claims: dict[str, Any]) -> bool:
    begins, ends = claims.get("iat"), claims.get("exp")
    if not isinstance(begins, int) or not isinstance(ends, int):
        return False
    return begins - _MOST_SKEW_S <= time.time() <= ends and ends - begins <= _LONGEST_S


def _part(claims: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
