"""Amazon ECR, private: the registry itself, and Amazon's interfaces around it.

An emulation (registries.md C). Where a source is unsure, the comment says what is practised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from wizard.sandbox.accounts import PracticeAccount
from wizard.sandbox.core import Core
from wizard.sandbox.dialects.aws import (
    ACCOUNT,
    ADA,
    FOREIGN_ACCOUNT,
    KEYS,
    REGION,
    Amazon,
    EcrRepository,
    PracticeKey,
)
from wizard.sandbox.dialects.aws_api import HOSTS, AwsApi
from wizard.sandbox.dialects.aws_signature import read_signature
from wizard.sandbox.dialects.aws_sts import SSO_HEADER, SSO_HOST, SSO_PATH
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.exchange import Answer, Request, error
from wizard.sandbox.refusals import NOT_FOUND, Habits, denied, unsupported
from wizard.sandbox.routes import DIGEST, Kind, Route, read_route
from wizard.sandbox.store import Store

HOST: Final = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
FOREIGN_HOST: Final = f"{FOREIGN_ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
_EXPIRED: Final = "Your authorization token has expired. Reauthenticate and try again."
_INVALID: Final = "Your Authorization Token is invalid."
_NOT_FOUND: Final = 404


class Ecr:
    kind = "ecr"
    hosts: tuple[str, ...] = (HOST, FOREIGN_HOST, *HOSTS.values(), SSO_HOST)
    prefix = f"{HOST}/practice"

    def __init__(self) -> None:
        about = "a login of 12 hours, as `aws ecr get-login-password` gives it"
        self.account = PracticeAccount("AWS", ADA.password, about)
        self.amazon = Amazon()
        self.cores = {
            # V2 deletion is not documented there: practised as refused.
            account: Core(Store(), Habits(deletes=False))
            for account in (ACCOUNT, FOREIGN_ACCOUNT)
        }
        self.api = AwsApi(self.amazon, self.cores.get)

    def answer(self, request: Request) -> Answer:
        if request.host in (*HOSTS.values(), SSO_HOST):
            return self.api.answer(request)
        route = read_route(request)
        if route is None:
            return NOT_FOUND
        key, refusal = _login(request)
        if key is None:
            return refusal
        request.login = key.arn.rpartition("/")[2]
        if route.kind is Kind.PING:
            return self._core(request).answer(route, request)
        return self._refusal(route, request, key) or self._served(route, request)

    def environ(self, base_url: str) -> Mapping[str, str]:
        """The keys of `ada`; no file of the person's own is read, nor the machine's role asked."""
        return {
            "AWS_ACCESS_KEY_ID": ADA.id,
            "AWS_SECRET_ACCESS_KEY": ADA.secret,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": base_url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def host_of(self, path: str, headers: Mapping[str, str]) -> str:
        """By the service and region that the signature names: AWS_ENDPOINT_URL is for all."""
        if path == SSO_PATH and SSO_HEADER in headers:
            return SSO_HOST
        signed = read_signature(headers.get("authorization", ""))
        if signed is None or signed.region != REGION:
            return ""
        return HOSTS.get(signed.service, "")

    def publish(self, path: str) -> None:
        """Raises PracticeRefusedError."""
        raise PracticeRefusedError(f"ECR never serves without a login: {path} cannot be public")

    def unpublish(self, path: str) -> None:
        """It is never public."""

    # --- the registry ------------------------------------------------------------------------

    def _core(self, request: Request) -> Core:
        return self.cores[request.host.partition(".")[0]]

    def _refusal(self, route: Route, request: Request, key: PracticeKey) -> Answer | None:
        account = request.host.partition(".")[0]
        said = self.amazon.refusal(key, _action(route, request), account, route.repository)
        return denied(said) if said else None

    def _served(self, route: Route, request: Request) -> Answer:
        account = request.host.partition(".")[0]
        repository = self.amazon.find(account, route.repository)
        if repository is None or repository.unseen:
            if repository is not None:
                repository.unseen -= 1
            return _gone(account, route.repository)
        core = self._core(request)
        if route.action == "delete":
            return unsupported()
        if route.kind is Kind.TAGS:
            core.store.repository(route.repository)
        refusal = self._immutable(repository, route, request, core)
        answer = refusal or core.answer(route, request)
        if answer.status == _NOT_FOUND and route.kind is Kind.MANIFEST:
            said = error(404, "MANIFEST_UNKNOWN", "Requested image not found")
            return replace(answer, body=said.body, headers=said.headers)
        if answer.status == _NOT_FOUND and route.kind is Kind.TAGS:
            return Answer(200, b'{"name":"' + route.repository.encode() + b'","tags":[]}')
        return answer

    def _immutable(
        self, repository: EcrRepository, route: Route, request: Request, core: Core
    ) -> Answer | None:
        is_tag = route.kind is Kind.MANIFEST and not DIGEST.fullmatch(route.reference)
        if request.method != "PUT" or not is_tag or repository.mutability != "IMMUTABLE":
            return None
        if route.reference not in core.store.repository(repository.name).tags:
            return None
        said = (
            f"The image tag '{route.reference}' already exists in the '{repository.name}' "
            "repository and cannot be overwritten because the tag is immutable."
        )
        return error(400, "TAG_INVALID", said)


def _login(request: Request) -> tuple[PracticeKey | None, Answer]:
    """Basic with user AWS and nothing else (C2). Practised: any other user is invalid."""
    if request.basic is None:
        realm = f'Basic realm="https://{request.host}/",service="ecr.amazonaws.com"'
        answer = Answer(401, b"Not Authorized\n", {"Content-Type": "text/plain; charset=utf-8"})
        return None, answer.adding(www_authenticate=realm)
    username, secret = request.basic
    key = next((one for one in KEYS if one.password == secret), None)
    if key is None or username != "AWS":
        return None, denied(_INVALID)
    return (None, denied(_EXPIRED)) if key.has_expired else (key, NOT_FOUND)


def _action(route: Route, request: Request) -> str:
    """The IAM action behind a request (C3)."""
    if route.action == "delete":
        return "BatchDeleteImage"
    if route.kind is Kind.UPLOAD:
        return {"POST": "InitiateLayerUpload", "PUT": "CompleteLayerUpload"}.get(
            request.method, "UploadLayerPart"
        )
    if route.kind is Kind.MANIFEST:
        return "PutImage" if route.action == "push" else "BatchGetImage"
    if route.kind is Kind.BLOB and request.method == "HEAD":
        return "BatchCheckLayerAvailability"
    # Practised: listing tags needs what pulling needs.
    return "GetDownloadUrlForLayer" if route.kind is Kind.BLOB else "BatchGetImage"


def _gone(account: str, name: str) -> Answer:
    said = f"The repository with name '{name}' does not exist in the registry with id '{account}'"
    return error(404, "NAME_UNKNOWN", said)
