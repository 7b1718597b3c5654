"""Accounts' public registries and ECR Public's JSON 1.1 interface (registries.md D1, D3, D4)."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from wizard.sandbox.dialects.aws import ACCOUNT, FOREIGN_ACCOUNT, REGION, PracticeKey
from wizard.sandbox.dialects.aws_json import (
    api_answer,
    api_error,
    api_object,
    delete_images,
    signer_of,
)
from wizard.sandbox.exchange import Answer, Request
from wizard.sandbox.routes import NAME
from wizard.sandbox.store import Store

HOST: Final = "public.ecr.aws"
API_HOST: Final = f"api.ecr-public.{REGION}.amazonaws.com"
SERVICE: Final = "ecr-public"
"""As a signature names it."""
ALIAS: Final = "practice"
DEFAULT_ALIAS: Final = "a1b2c3d4"
"""What Amazon chose before ALIAS was asked for; both lead to the same repositories."""
FOREIGN_ALIAS: Final = "acme"
ALIASES: Final = {ACCOUNT: (ALIAS, DEFAULT_ALIAS), FOREIGN_ACCOUNT: (FOREIGN_ALIAS,)}
"""By account, the primary first."""
_TARGET: Final = "SpencerFrontendService."
_LIFETIME_S: Final = 12 * 3600

_Body = dict[str, Any]


@dataclass
class PublicRepository:
    account: str
    name: str
    unseen: int = 0
    """How many questions to the registry itself still find it missing after it was made."""

    @property
    def path(self) -> str:
        """Behind the host, by the account's primary alias: how the registry keeps it."""
        return f"{ALIASES[self.account][0]}/{self.name}"

    @property
    def arn(self) -> str:
        return f"arn:aws:ecr-public::{self.account}:repository/{self.name}"


class Gallery:
    """What the registry and the management side both know."""

    def __init__(self) -> None:
        self.repositories: dict[str, PublicRepository] = {}
        self.add(PublicRepository(FOREIGN_ACCOUNT, "team/app"))

    def add(self, repository: PublicRepository) -> PublicRepository:
        self.repositories[repository.path] = repository
        return repository

    def find(self, account: str, name: str) -> PublicRepository | None:
        return self.repositories.get(PublicRepository(account, name).path)


def account_of(alias: str) -> str:
    """Empty for an alias that nobody has."""
    return next((account for account, names in ALIASES.items() if alias in names), "")


def not_authorized(key: PracticeKey, action: str, resource: str, policy: str = "identity") -> str:
    """In Amazon's words."""
    full = action if ":" in action else f"{SERVICE}:{action}"
    return (
        f"User: {key.arn} is not authorized to perform: {full} on resource: {resource} "
        f"because no {policy}-based policy allows the {full} action"
    )


class PublicApi:
    def __init__(self, gallery: Gallery, store: Store) -> None:
        self.gallery = gallery
        self._store = store

    def answer(self, request: Request) -> Answer:
        key, refusal = signer_of(request, SERVICE)
        if key is None:
            return api_error(*refusal)
        request.login = key.arn.rpartition("/")[2]
        action = request.headers.get("x-amz-target", "").removeprefix(_TARGET)
        handlers: dict[str, Callable[[_Body, PracticeKey], Answer]] = {
            "GetAuthorizationToken": _login,
            "DescribeRegistries": _registries,
            "DescribeRepositories": self._describe,
            "CreateRepository": self._create,
            "BatchDeleteImage": self._delete,
        }
        if request.method != "POST" or action not in handlers:
            return api_error("UnknownOperationException", "")
        if not key.may(action):
            return api_error("AccessDeniedException", not_authorized(key, action, "*"))
        return handlers[action](api_object(request.body), key)

    def _describe(self, body: _Body, key: PracticeKey) -> Answer:
        name = str(next(iter(body.get("repositoryNames") or ()), ""))
        found = self.gallery.find(key.account, name)
        return api_answer({"repositories": [_document(found)]}) if found else _gone(name, key)

    def _create(self, body: _Body, key: PracticeKey) -> Answer:
        name = str(body.get("repositoryName", ""))
        if not NAME.fullmatch(name):
            return api_error("InvalidParameterException", "Invalid parameter at 'repositoryName'")
        if self.gallery.find(key.account, name):
            said = (
                f"The repository with name '{name}' already exists in the registry with id "
                f"'{key.account}'"
            )
            return api_error("RepositoryAlreadyExistsException", said)
        made = self.gallery.add(PublicRepository(key.account, name, unseen=2))
        return api_answer({"repository": _document(made), "catalogData": {}})

    def _delete(self, body: _Body, key: PracticeKey) -> Answer:
        name = str(body.get("repositoryName", ""))
        found = self.gallery.find(key.account, name)
        return delete_images(self._store, found.path, body) if found else _gone(name, key)


def _login(_body: _Body, key: PracticeKey) -> Answer:
    """An object, not a list as at the private one; and it takes a right of STS as well (D3)."""
    if not key.may("GetServiceBearerToken"):
        said = not_authorized(key, "sts:GetServiceBearerToken", f"arn:aws:sts::{key.account}:*")
        return api_error("AccessDeniedException", said)
    token = base64.b64encode(f"AWS:{key.password}".encode()).decode()
    expires = round(time.time() + _LIFETIME_S, 3)
    return api_answer({"authorizationData": {"authorizationToken": token, "expiresAt": expires}})


def _registries(_body: _Body, key: PracticeKey) -> Answer:
    names = ALIASES[key.account]
    aliases = [
        {
            "name": name,
            "status": "ACTIVE",
            "primaryRegistryAlias": name == names[0],
            "defaultRegistryAlias": name == names[-1],
        }
        for name in reversed(names)
    ]
    pending = {"name": "practice-wish", "status": "PENDING"}
    registry = {
        "registryId": key.account,
        "registryArn": f"arn:aws:ecr-public::{key.account}:registry/{key.account}",
        "registryUri": f"{HOST}/{names[0]}",
        "verified": False,
        "aliases": [
            pending | {"primaryRegistryAlias": False, "defaultRegistryAlias": False},
            *aliases,
        ],
    }
    return api_answer({"registries": [registry]})


def _document(repository: PublicRepository) -> _Body:
    return {
        "repositoryArn": repository.arn,
        "registryId": repository.account,
        "repositoryName": repository.name,
        "repositoryUri": f"{HOST}/{repository.path}",
        "createdAt": 1767225600.0,
    }


def _gone(name: str, key: PracticeKey) -> Answer:
    said = (
        f"The repository with name '{name}' does not exist in the registry with id '{key.account}'"
    )
    return api_error("RepositoryNotFoundException", said)
