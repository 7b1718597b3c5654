"""Who may speak to Amazon at all, by signature, and ECR's JSON 1.1 interface (C3, C4)."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from wizard.sandbox.core import Core
from wizard.sandbox.dialects.aws import KEYS, REGION, Amazon, EcrRepository, PracticeKey
from wizard.sandbox.dialects.aws_signature import is_signed_by, is_timely, read_signature
from wizard.sandbox.dialects.aws_sts import (
    SSO_HOST,
    STS_HOST,
    role_of_the_company,
    sts_answer,
    sts_error,
)
from wizard.sandbox.exchange import Answer, Request
from wizard.sandbox.routes import NAME

API_HOST: Final = f"api.ecr.{REGION}.amazonaws.com"
HOSTS: Final = {"sts": STS_HOST, "ecr": API_HOST}
"""By the service that a signature names."""
_TARGET: Final = "AmazonEC2ContainerRegistry_V20150921."
_LIFETIME_S: Final = 12 * 3600
_INVALID: Final = "The security token included in the request is invalid."
_EXPIRED: Final = "The security token included in the request is expired"
_MISMATCH: Final = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)

_Body = dict[str, Any]


class AwsApi:
    def __init__(self, amazon: Amazon, core_of: Callable[[str], Core | None]) -> None:
        self.amazon = amazon
        self._core_of = core_of

    def answer(self, request: Request) -> Answer:
        if request.host == SSO_HOST:
            return role_of_the_company(request)
        is_sts = request.host == STS_HOST
        key, refusal = _signer(request, "sts" if is_sts else "ecr")
        if key is None:
            code, said = refusal
            if is_sts:
                code = {"UnrecognizedClientException": "InvalidClientTokenId"}.get(code, code)
                code = code.removesuffix("Exception") if "Expired" in code else code
                return sts_error(code, said)
            return _error(code, said)
        request.login = key.arn.rpartition("/")[2]
        return sts_answer(request, key) if is_sts else self._ecr(request, key)

    def _ecr(self, request: Request, key: PracticeKey) -> Answer:
        action = request.headers.get("x-amz-target", "").removeprefix(_TARGET)
        handlers: dict[str, Callable[[_Body, PracticeKey], Answer]] = {
            "GetAuthorizationToken": _login,
            "DescribeRepositories": self._describe,
            "DescribeRepositoryCreationTemplates": self._templates,
            "CreateRepository": self._create,
            "GetRepositoryPolicy": self._policy,
            "SetRepositoryPolicy": self._set_policy,
            "BatchDeleteImage": self._delete,
        }
        if request.method != "POST" or action not in handlers:
            return _error("UnknownOperationException", "")
        body = _object(request.body)
        account = str(body.get("registryId") or key.account)
        names = body.get("repositoryNames")
        name = str(body.get("repositoryName") or next(iter(names or ()), ""))
        said = "" if _is_of_nobody(action) else self.amazon.refusal(key, action, account, name)
        if not key.may(action):
            said = said or (
                f"User: {key.arn} is not authorized to perform: ecr:{action} on resource: * "
                f"because no identity-based policy allows the ecr:{action} action"
            )
        if said:
            return _error("AccessDeniedException", said)
        body = {**body, "registryId": account, "repositoryName": name}
        return handlers[action](body, key)

    # --- repositories ---------------------------------------------------------------------------

    def _describe(self, body: _Body, _key: PracticeKey) -> Answer:
        found = self._named(body)
        return _json({"repositories": [_document(found)]}) if found else _gone(body)

    def _templates(self, body: _Body, _key: PracticeKey) -> Answer:
        listed = self.amazon.templates
        return _json({"registryId": body["registryId"], "repositoryCreationTemplates": listed})

    def _create(self, body: _Body, _key: PracticeKey) -> Answer:
        if not NAME.fullmatch(body["repositoryName"]):
            return _error("InvalidParameterException", "Invalid parameter at 'repositoryName'")
        if self._named(body):
            said = (
                f"The repository with name '{body['repositoryName']}' already exists in the "
                f"registry with id '{body['registryId']}'"
            )
            return _error("RepositoryAlreadyExistsException", said)
        mutability = str(body.get("imageTagMutability", "MUTABLE"))
        made = EcrRepository(body["registryId"], body["repositoryName"], mutability, unseen=2)
        return _json({"repository": _document(self.amazon.add(made))})

    def _policy(self, body: _Body, _key: PracticeKey) -> Answer:
        found = self._named(body)
        if found is None:
            return _gone(body)
        if not found.policy:
            said = (
                f"Repository policy does not exist for the repository with name '{found.name}' "
                f"in the registry with id '{found.account}'"
            )
            return _error("RepositoryPolicyNotFoundException", said)
        return _json(_named(found) | {"policyText": found.policy})

    def _set_policy(self, body: _Body, _key: PracticeKey) -> Answer:
        found = self._named(body)
        if found is None:
            return _gone(body)
        text = str(body.get("policyText", ""))
        if not isinstance(_object(text.encode()).get("Statement"), list):
            said = "Invalid parameter at 'PolicyText' failed to satisfy constraint"
            return _error("InvalidParameterException", said)
        found.policy = text
        return _json(_named(found) | {"policyText": text})

    def _delete(self, body: _Body, _key: PracticeKey) -> Answer:
        found = self._named(body)
        core = self._core_of(str(body["registryId"]))
        if found is None or core is None:
            return _gone(body)
        stored = core.store.repository(found.name)
        done, failures = [], []
        for one in body.get("imageIds", ()):
            digest = stored.tags.pop(one.get("imageTag", ""), None)
            if digest is None:
                reason = "Requested image not found"
                failures.append(
                    {"imageId": one, "failureCode": "ImageNotFound", "failureReason": reason}
                )
                continue
            if not stored.tags_of(digest):
                core.store.remove_manifest(found.name, digest)
            done.append({**one, "imageDigest": digest})
        return _json({"imageIds": done, "failures": failures})

    def _named(self, body: _Body) -> EcrRepository | None:
        return self.amazon.find(str(body["registryId"]), str(body["repositoryName"]))


def _is_of_nobody(action: str) -> bool:
    """These stand for a whole registry, not for one repository."""
    return action in ("GetAuthorizationToken", "DescribeRepositoryCreationTemplates")


def _signer(request: Request, service: str) -> tuple[PracticeKey | None, tuple[str, str]]:
    """Whose signature it is, or the code and words of the refusal."""
    signed = read_signature(request.headers.get("authorization", ""))
    if signed is None:
        return None, ("MissingAuthenticationTokenException", "Missing Authentication Token")
    key = next((one for one in KEYS if one.id == signed.key_id), None)
    given = request.headers.get("x-amz-security-token", "")
    if key is None or given != key.session_token:
        return None, ("UnrecognizedClientException", _INVALID)
    if not is_timely(request, signed, datetime.now(UTC)):
        when = request.headers.get("x-amz-date", "")
        said = f"Signature expired: {when} is now earlier than the earliest time allowed"
        return None, ("InvalidSignatureException", said)
    is_ours = (signed.service, signed.region) == (service, REGION)
    if not is_ours or not is_signed_by(request, signed, key.secret):
        return None, ("InvalidSignatureException", _MISMATCH)
    if key.has_expired:
        return None, ("ExpiredTokenException", _EXPIRED)
    return key, ("", "")


def _login(_body: _Body, key: PracticeKey) -> Answer:
    token = base64.b64encode(f"AWS:{key.password}".encode()).decode()
    row = {
        "authorizationToken": token,
        "expiresAt": round(time.time() + _LIFETIME_S, 3),
        "proxyEndpoint": f"https://{key.account}.dkr.ecr.{REGION}.amazonaws.com",
    }
    return _json({"authorizationData": [row]})


def _document(repository: EcrRepository) -> _Body:
    host = f"{repository.account}.dkr.ecr.{REGION}.amazonaws.com"
    return {
        **_named(repository),
        "repositoryArn": repository.arn,
        "repositoryUri": f"{host}/{repository.name}",
        "createdAt": 1767225600.0,
        "imageTagMutability": repository.mutability,
        "encryptionConfiguration": {"encryptionType": "AES256"},
    }


def _named(repository: EcrRepository) -> _Body:
    return {"registryId": repository.account, "repositoryName": repository.name}


def _gone(body: _Body) -> Answer:
    said = (
        f"The repository with name '{body['repositoryName']}' does not exist in the registry "
        f"with id '{body['registryId']}'"
    )
    return _error("RepositoryNotFoundException", said)


def _json(document: _Body) -> Answer:
    kind = {"Content-Type": "application/x-amz-json-1.1"}
    return Answer(200, json.dumps(document).encode(), kind)


def _error(code: str, said: str) -> Answer:
    body = json.dumps({"__type": code, "message": said}).encode()
    return Answer(400, body, {"Content-Type": "application/x-amz-json-1.1"})


def _object(content: bytes) -> _Body:
    try:
        found = json.loads(content[: 1 << 20])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
