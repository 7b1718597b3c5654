"""Who may speak to Amazon at all, by signature, and ECR's JSON 1.1 interface (C3, C4)."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any, Final

from wizard.sandbox.core import Core
from wizard.sandbox.dialects.aws import REGION, Amazon, EcrRepository, PracticeKey
from wizard.sandbox.dialects.aws_json import (
    api_answer,
    api_error,
    api_object,
    delete_images,
    signer_of,
)
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
_Body = dict[str, Any]


class AwsApi:
    def __init__(self, amazon: Amazon, core_of: Callable[[str], Core | None]) -> None:
        self.amazon = amazon
        self._core_of = core_of

    def answer(self, request: Request) -> Answer:
        if request.host == SSO_HOST:
            return role_of_the_company(request)
        is_sts = request.host == STS_HOST
        key, refusal = signer_of(request, "sts" if is_sts else "ecr")
        if key is None:
            code, said = refusal
            if is_sts:
                code = {"UnrecognizedClientException": "InvalidClientTokenId"}.get(code, code)
                code = code.removesuffix("Exception") if "Expired" in code else code
                return sts_error(code, said)
            return api_error(code, said)
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
            return api_error("UnknownOperationException", "")
        body = api_object(request.body)
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
            return api_error("AccessDeniedException", said)
        body = {**body, "registryId": account, "repositoryName": name}
        return handlers[action](body, key)

    # --- repositories ---------------------------------------------------------------------------

    def _describe(self, body: _Body, _key: PracticeKey) -> Answer:
        found = self._named(body)
        return api_answer({"repositories": [_document(found)]}) if found else _gone(body)

    def _templates(self, body: _Body, _key: PracticeKey) -> Answer:
        listed = self.amazon.templates
        return api_answer({"registryId": body["registryId"], "repositoryCreationTemplates": listed})

    def _create(self, body: _Body, _key: PracticeKey) -> Answer:
        if not NAME.fullmatch(body["repositoryName"]):
            return api_error("InvalidParameterException", "Invalid parameter at 'repositoryName'")
        if self._named(body):
            said = (
                f"The repository with name '{body['repositoryName']}' already exists in the "
                f"registry with id '{body['registryId']}'"
            )
            return api_error("RepositoryAlreadyExistsException", said)
        mutability = str(body.get("imageTagMutability", "MUTABLE"))
        made = EcrRepository(body["registryId"], body["repositoryName"], mutability, unseen=2)
        return api_answer({"repository": _document(self.amazon.add(made))})

    def _policy(self, body: _Body, _key: PracticeKey) -> Answer:
        found = self._named(body)
        if found is None:
            return _gone(body)
        if not found.policy:
            said = (
                f"Repository policy does not exist for the repository with name '{found.name}' "
                f"in the registry with id '{found.account}'"
            )
            return api_error("RepositoryPolicyNotFoundException", said)
        return api_answer(_named(found) | {"policyText": found.policy})

    def _set_policy(self, body: _Body, _key: PracticeKey) -> Answer:
        found = self._named(body)
        if found is None:
            return _gone(body)
        text = str(body.get("policyText", ""))
        if not isinstance(api_object(text.encode()).get("Statement"), list):
            said = "Invalid parameter at 'PolicyText' failed to satisfy constraint"
            return api_error("InvalidParameterException", said)
        found.policy = text
        return api_answer(_named(found) | {"policyText": text})

    def _delete(self, body: _Body, _key: PracticeKey) -> Answer:
        found = self._named(body)
        core = self._core_of(str(body["registryId"]))
        if found is None or core is None:
            return _gone(body)
        return delete_images(core.store, found.name, body)

    def _named(self, body: _Body) -> EcrRepository | None:
        return self.amazon.find(str(body["registryId"]), str(body["repositoryName"]))


def _is_of_nobody(action: str) -> bool:
    """These stand for a whole registry, not for one repository."""
    return action in ("GetAuthorizationToken", "DescribeRepositoryCreationTemplates")


def _login(_body: _Body, key: PracticeKey) -> Answer:
    token = base64.b64encode(f"AWS:{key.password}".encode()).decode()
    row = {
        "authorizationToken": token,
        "expiresAt": round(time.time() + _LIFETIME_S, 3),
        "proxyEndpoint": f"https://{key.account}.dkr.ecr.{REGION}.amazonaws.com",
    }
    return api_answer({"authorizationData": [row]})


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
    return api_error("RepositoryNotFoundException", said)
