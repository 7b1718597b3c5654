"""Who one is at Amazon and how one becomes somebody: STS, and the portal of a company's sign-in.

Source: botocore's models sts/2011-06-15 and sso/2019-06-10.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

from wizard.sandbox.dialects.aws import ACCOUNT, DEPLOYER, DEPLOYER_ROLE, REGION, PracticeKey
from wizard.sandbox.exchange import Answer, Request

STS_HOST: Final = f"sts.{REGION}.amazonaws.com"
SSO_HOST: Final = f"portal.sso.{REGION}.amazonaws.com"
SSO_PATH: Final = "/federation/credentials"
SSO_HEADER: Final = "x-amz-sso_bearer_token"
SSO_TOKEN: Final = "practice-sso-token"  # noqa: S105
"""What `aws sso login` has left behind, of somebody who may be DEPLOYER."""
_NAMESPACE: Final = "https://sts.amazonaws.com/doc/2011-06-15/"
_LIFETIME: Final = timedelta(hours=1)


def sts_answer(request: Request, key: PracticeKey) -> Answer:
    """The question stands in the body, as a form; its signature is already checked."""
    asked = parse_qs(request.body[:4096].decode("utf-8", "replace"))
    action = asked.get("Action", [""])[0]
    if action == "GetCallerIdentity":
        user_id = f"PRACTICE{key.arn.rpartition('/')[2].upper()}"
        fields = f"<Arn>{key.arn}</Arn><UserId>{user_id}</UserId><Account>{key.account}</Account>"
        return _xml(action, fields)
    if action != "AssumeRole":
        return sts_error("InvalidAction", "Could not find operation")
    role = asked.get("RoleArn", [""])[0]
    if role != DEPLOYER_ROLE or key.account != ACCOUNT:
        said = f"User: {key.arn} is not authorized to perform: sts:AssumeRole on resource: {role}"
        return sts_error("AccessDenied", said)
    ends = f"{datetime.now(UTC) + _LIFETIME:%Y-%m-%dT%H:%M:%SZ}"
    given = (
        f"<AccessKeyId>{DEPLOYER.id}</AccessKeyId>"
        f"<SecretAccessKey>{DEPLOYER.secret}</SecretAccessKey>"
        f"<SessionToken>{DEPLOYER.session_token}</SessionToken><Expiration>{ends}</Expiration>"
    )
    user = f"<AssumedRoleId>PRACTICE:practice</AssumedRoleId><Arn>{DEPLOYER.arn}</Arn>"
    whole = f"<Credentials>{given}</Credentials><AssumedRoleUser>{user}</AssumedRoleUser>"
    return _xml(action, whole)


def sts_error(code: str, said: str) -> Answer:
    text = (
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>Sender</Type><Code>{code}</Code>'
        f"<Message>{said}</Message></Error></ErrorResponse>"
    )
    return Answer(403, text.encode(), {"Content-Type": "text/xml"})


def role_of_the_company(request: Request) -> Answer:
    """The keys of a role, for who has signed in to the company; no signature is wanted here."""
    if request.headers.get(SSO_HEADER) != SSO_TOKEN:
        return _refused(401, "UnauthorizedException", "Session token not found or invalid")
    named = [request.query.get(name, [""])[0] for name in ("account_id", "role_name")]
    if named != [ACCOUNT, DEPLOYER_ROLE.rpartition("/")[2]]:
        return _refused(403, "ForbiddenException", "No access")
    given = {
        "accessKeyId": DEPLOYER.id,
        "secretAccessKey": DEPLOYER.secret,
        "sessionToken": DEPLOYER.session_token,
        "expiration": int((datetime.now(UTC) + _LIFETIME).timestamp() * 1000),
    }
    body = json.dumps({"roleCredentials": given}).encode()
    return Answer(200, body, {"Content-Type": "application/json"})


def _refused(status: int, code: str, said: str) -> Answer:
    body = json.dumps({"message": said, "__type": f"com.amazonaws.switchboard.portal#{code}"})
    kind = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return Answer(status, body.encode(), kind)


def _xml(action: str, fields: str) -> Answer:
    text = (
        f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{fields}</{action}Result>'
        f"<ResponseMetadata><RequestId>{secrets.token_hex(8)}</RequestId></ResponseMetadata>"
        f"</{action}Response>"
    )
    return Answer(200, text.encode(), {"Content-Type": "text/xml"})
