"""Amazon ECR Public: public.ecr.aws, which serves everybody, and Amazon's interface beside it.

An emulation (registries.md D, 11). Where a source is unsure, the docstring says what is practised.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from wizard.sandbox.accounts import PracticeAccount
from wizard.sandbox.core import Core
from wizard.sandbox.dialects.aws import ADA, KEYS, REGION, PracticeKey
from wizard.sandbox.dialects.aws_signature import read_signature
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.dialects.ecr_public_api import (
    ALIAS,
    ALIASES,
    API_HOST,
    HOST,
    SERVICE,
    Gallery,
    PublicApi,
    account_of,
    not_authorized,
)
from wizard.sandbox.exchange import Answer, Request, error, json_answer
from wizard.sandbox.refusals import NOT_FOUND, Habits, denied, unauthorized, unsupported
from wizard.sandbox.routes import Kind, Route, read_route
from wizard.sandbox.store import Store
from wizard.sandbox.tokens import Granted, TokenBook, read_scopes

DUAL_STACK_HOST: Final = "ecr-public.aws.com"
# Not a valid scope's grammar, and what is really sent (D2).
CHALLENGE: Final = f'Bearer realm="https://{HOST}/token/",service="{HOST}",scope="aws"'
PULLS_PER_S: Final = 1.0
BURST: Final = 10
"""Practised: how many of them may come at once."""
_EXPIRED: Final = "Your authorization token has expired. Reauthenticate and try again."
_INVALID: Final = "Your Authorization Token is invalid."
_NOT_FOUND: Final = 404
_ACTIONS: Final = {"POST": "InitiateLayerUpload", "PUT": "CompleteLayerUpload"}


class EcrPublic:
    kind = "ecr-public"
    hosts: tuple[str, ...] = (HOST, DUAL_STACK_HOST, API_HOST)
    prefix = f"{HOST}/{ALIAS}"

    def __init__(self) -> None:
        about = "a login of 12 hours, as `aws ecr-public get-login-password` gives it"
        self.account = PracticeAccount("AWS", ADA.password, about)
        self.gallery = Gallery()
        self.core = Core(Store(), Habits(deletes=False))
        self.api = PublicApi(self.gallery, self.core.store)
        self.tokens = TokenBook()
        self.pace = Pace()
        self.lists_tags = True
        """As in later reports; in 2022 it did not (D5)."""

    def answer(self, request: Request) -> Answer:
        if request.host == API_HOST:
            return self.api.answer(request)
        if request.path in ("/token", "/token/"):
            return self._token(request) if request.method == "GET" else unsupported()
        route = read_route(request)
        if route is None:
            return NOT_FOUND
        route = replace(route, repository=_kept_as(route.repository))
        return self._refusal(route, request) or self._served(route, request)

    def environ(self, base_url: str) -> Mapping[str, str]:  # noqa: ARG002 - ecr.py has Amazon's
        return {}

    def host_of(self, path: str, headers: Mapping[str, str]) -> str:  # noqa: ARG002 - a protocol
        """By the service that the signature names: AWS_ENDPOINT_URL is for all of Amazon's."""
        signed = read_signature(headers.get("authorization", ""))
        is_ours = signed is not None and (signed.service, signed.region) == (SERVICE, REGION)
        return API_HOST if is_ours else ""

    def publish(self, path: str) -> None:
        """It is public from the start."""

    def unpublish(self, path: str) -> None:
        """Raises PracticeRefusedError."""
        raise PracticeRefusedError(f"all of ECR Public is public, {path} too")

    # --- the token service (D2) ---------------------------------------------------------------

    def _token(self, request: Request) -> Answer:
        """For anybody and any name; who brings a login must bring a good one."""
        secret = ""
        if request.authorization != ("", ""):
            key, refusal = _login(request.basic or ("", ""))
            if key is None:
                return refusal
            request.login, secret = key.arn.rpartition("/")[2], key.password
        asked = {_kept_as(path): may for path, may in _asked(request).items()}
        return json_answer(200, {"token": self.tokens.issue(request.login, asked, secret)})

    # --- the registry -------------------------------------------------------------------------

    def _refusal(self, route: Route, request: Request) -> Answer | None:
        granted = self.tokens.find(request.bearer)
        key, refusal = _bearer_of(request, granted)
        if refusal is not None:
            return refusal
        request.login = key.arn.rpartition("/")[2] if key else ""
        if route.kind is Kind.PING:
            return None
        is_granted = granted is None or granted.allows(route.repository, route.action)
        if not is_granted or (route.action != "pull" and key is None):
            return unauthorized(CHALLENGE)
        if key is not None:
            return None if route.action == "pull" else _without_right(route, request, key)
        if route.kind is Kind.MANIFEST and not self.pace.allows():
            return error(429, "TOOMANYREQUESTS", "Rate exceeded")
        return None

    def _served(self, route: Route, request: Request) -> Answer:
        if route.kind is Kind.PING:
            return self.core.answer(route, request)
        alias, _, name = route.repository.partition("/")
        repository = self.gallery.repositories.get(route.repository)
        if repository is None or repository.unseen:
            if repository is not None:
                repository.unseen -= 1
            gone = f"The repository with name '{name}' does not exist in the registry with id"
            return error(404, "NAME_UNKNOWN", f"{gone} '{alias}'")
        if route.action == "delete":
            return unsupported()
        if route.kind is Kind.TAGS and not self.lists_tags:
            return error(404, "NOT_FOUND", "404 page not found")
        return _in_its_words(self.core.answer(route, request), route)


class Pace:
    """What everybody without a login may pull at this address: so many at once, one more a second.

    Practised: questions for manifests count, for content not.
    """

    def __init__(self) -> None:
        self.left = float(BURST)
        self._at = time.monotonic()

    def allows(self) -> bool:
        now = time.monotonic()
        self.left = min(BURST, self.left + (now - self._at) * PULLS_PER_S)
        self._at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


def _in_its_words(answer: Answer, route: Route) -> Answer:
    if answer.status != _NOT_FOUND:
        return answer
    if route.kind is Kind.TAGS:
        return json_answer(200, {"name": route.repository, "tags": []})
    if route.kind is Kind.MANIFEST:
        missing = error(_NOT_FOUND, "MANIFEST_UNKNOWN", "Requested image not found")
        return replace(answer, body=missing.body)
    return answer


def _asked(request: Request) -> dict[str, frozenset[str]]:
    return read_scopes(request.query.get("scope", []))


def _kept_as(path: str) -> str:
    """The same repository by its account's primary alias."""
    alias, slash, name = path.partition("/")
    account = account_of(alias)
    return f"{ALIASES[account][0]}{slash}{name}" if account else path


def _pair(token: str) -> tuple[str, str] | None:
    """The interface's token is base64 of user name and password; None for any other."""
    try:
        username, colon, secret = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (username, secret) if colon else None


def _bearer_of(
    request: Request, granted: Granted | None
) -> tuple[PracticeKey | None, Answer | None]:
    """Whose token it is, nobody's among them: one of ours, or the interface's own (D2).

    Practised: 403 for a Basic login, which is never accepted here.
    """
    if request.authorization[0] == "basic":
        return None, denied(_INVALID)
    if granted is not None and not granted.secret:
        return None, None
    pair = ("AWS", granted.secret) if granted is not None else _pair(request.bearer)
    if pair is None:
        return None, unauthorized(CHALLENGE)
    key, refusal = _login(pair)
    return key, refusal if key is None else None


def _login(pair: tuple[str, str]) -> tuple[PracticeKey | None, Answer]:
    username, secret = pair
    key = next((one for one in KEYS if one.password == secret), None)
    if key is None or username != "AWS":
        return None, denied(_INVALID)
    return (None, denied(_EXPIRED)) if key.has_expired else (key, NOT_FOUND)


def _without_right(route: Route, request: Request, key: PracticeKey) -> Answer | None:
    alias, _, name = route.repository.partition("/")
    account = account_of(alias)
    if not account:
        return None  # nobody's: there is no such registry, and that is what is told
    upload = _ACTIONS.get(request.method, "UploadLayerPart")
    action = upload if route.kind is Kind.UPLOAD else "PutImage"
    resource = f"arn:aws:ecr-public::{account}:repository/{name}"
    if not key.may(action):
        return denied(not_authorized(key, action, resource))
    if key.account != account:
        return denied(not_authorized(key, action, resource, policy="resource"))
    return None
