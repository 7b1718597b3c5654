"""Challenge, token, retry: the token flow as an I/O-free httpx.Auth (registries.md 8.3).

`auth_flow` can be stepped by hand. It yields requests, is sent responses that have been read, and
raises Problem where a credential must not go on or the token service refuses.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import Final

import httpx

from wizard.clients.realms import REALM_REFUSED, allowed_realm, same_origin
from wizard.clients.registry_tokens import NO_SCOPE, EndpointMemory, Scope, Tokens
from wizard.clients.token_service import IDENTITY_TOKEN_USER, basic, by_get, by_post, token_of
from wizard.core.challenge import Challenge, ChallengeError, choose, parse_challenges
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.ports import Endpoint
from wizard.core.secret import AnyCredential, Credential, Secret

UNAUTHORIZED: Final = 401
NO_POST: Final = frozenset({400, 401, 404, 405, 415, 501})
"""Token services that take no form say so in any of these ways."""

Flow = Generator[httpx.Request, httpx.Response, None]
TokenFlow = Generator[httpx.Request, httpx.Response, Secret]
FirstFlow = Generator[httpx.Request, httpx.Response, "tuple[Secret | None, bool]"]


class RegistryAuth(httpx.Auth):
    """Authenticates requests to one endpoint, with one credential or none, for one scope."""

    requires_response_body = True

    def __init__(
        self,
        endpoint: Endpoint,
        credential: AnyCredential,
        tokens: Tokens,
        scope: Scope = NO_SCOPE,
    ) -> None:
        self._endpoint = endpoint
        self._credential = credential
        self._tokens = tokens
        self._scope = scope
        self._origin = endpoint.base_url

    def auth_flow(self, request: httpx.Request) -> Flow:
        """At most: the request, one token, the request again."""
        sent, is_fresh = yield from self._token_first(request)
        response = yield request
        if response.status_code != UNAUTHORIZED:
            self._remember_open(request, response)
            return
        challenge = self._challenge(response)
        if challenge is None:
            return
        if challenge.scheme == "basic":
            self._memory.scheme = "basic"
            if self._answer_basic(request):
                yield request
            return
        news = self._remember_bearer(challenge)
        if sent is not None and is_fresh and (challenge.lacks_scope or not news):
            # A token for this very scope was just given: asking again would only go round.
            # A kept one may be older than a change of rights: it is asked for anew.
            return
        if sent is not None:
            self._tokens.forget(self._origin, self._credential, sent)
        token = yield from self._fetch(request, challenge.realm, challenge.service)
        request.headers["Authorization"] = f"Bearer {token.reveal()}"
        yield request

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The same flow; while it fetches a token, others for the same scope wait for that one."""
        gate = await self._enter_gate()
        try:
            flow = self.auth_flow(request)
            outgoing = next(flow)
            while True:
                if gate is not None and "Authorization" in request.headers:
                    gate.release()
                    gate = None
                response = yield outgoing
                await response.aread()
                try:
                    outgoing = flow.send(response)
                except StopIteration:
                    return
        finally:
            if gate is not None:
                gate.release()

    async def _enter_gate(self) -> asyncio.Lock | None:
        """None where no token is needed, perhaps because another request has just fetched it."""
        if not self._needs_token():
            return None
        gate = self._tokens.gate(self._origin, self._credential, self._scope)
        await gate.acquire()
        if self._needs_token():
            return gate
        gate.release()
        return None

    # --- what is known before the first request -----------------------------------------------

    @property
    def _memory(self) -> EndpointMemory:
        return self._tokens.endpoint(self._origin)

    def _needs_token(self) -> bool:
        if self._memory.scheme in ("none", "basic"):
            return False
        return self._tokens.find(self._origin, self._credential, self._scope) is None

    def _token_first(self, request: httpx.Request) -> FirstFlow:
        """Attach what is known to be wanted, unasked: saves a round trip.

        Gives the token that was attached, if any, and whether it was fetched for this request.
        """
        memory = self._memory
        if memory.scheme in ("none", "basic"):
            if memory.scheme == "basic":
                self._answer_basic(request)
            return None, False
        token = self._tokens.find(self._origin, self._credential, self._scope)
        is_fresh = token is None
        if token is None:
            known = self._endpoint.realms[0] if self._endpoint.realms else ""
            realm, service = memory.realm or known, memory.service or self._endpoint.service
            if not realm:
                return None, False
            token = yield from self._fetch(request, realm, service)
        request.headers["Authorization"] = f"Bearer {token.reveal()}"
        return token, is_fresh

    def _remember_open(self, request: httpx.Request, response: httpx.Response) -> None:
        if "Authorization" not in request.headers and response.is_success:
            self._memory.scheme = "none"

    def _remember_bearer(self, challenge: Challenge) -> bool:
        """Whether the challenge said anything that was not known before."""
        memory = self._memory
        news = (memory.realm, memory.service) != (challenge.realm, challenge.service)
        memory.scheme, memory.realm, memory.service = "bearer", challenge.realm, challenge.service
        return news

    # --- the challenge ------------------------------------------------------------------------

    def _challenge(self, response: httpx.Response) -> Challenge | None:
        """The one to answer. Raises Problem where it cannot be read or must not be answered."""
        try:
            challenge = choose(parse_challenges(response.headers.get_list("www-authenticate")))
        except ChallengeError as error:
            raise self._problem(f"{error.reason}: {error.raw}", Fault.CHALLENGE) from None
        is_basic = challenge is not None and challenge.scheme == "basic"
        if is_basic and self._endpoint.realms and isinstance(self._credential, Credential):
            # The password itself, where this registry is known for its token service.
            reason = "it asks for the password itself instead of a token; nothing was sent"
            raise self._problem(reason, Fault.REALM, cause=REALM_REFUSED)
        return challenge

    def _answer_basic(self, request: httpx.Request) -> bool:
        """Attach the credential; False where there is none, it was sent, or it is not for there."""
        if not isinstance(self._credential, Credential) or "Authorization" in request.headers:
            return False
        if not same_origin(str(request.url), self._origin):
            return False
        request.headers["Authorization"] = basic(self._credential)
        return True

    def _problem(self, answered: str, fault: Fault, cause: str = "") -> Problem:
        return Problem(
            Evidence(
                Stage.PING,
                asked=f"the challenge of {self._endpoint.host}",
                answered=answered,
                host=self._endpoint.host,
                status=UNAUTHORIZED,
                message=answered,
                fault=fault,
                facts={"realm": self._origin, "reason": answered},
            ),
            cause=cause,
        )

    # --- the token ----------------------------------------------------------------------------

    def _fetch(self, request: httpx.Request, realm: str, service: str) -> TokenFlow:
        """Ask the token service once; an identity token is offered by POST before GET."""
        credential = self._credential
        is_known = isinstance(credential, Credential)
        url = allowed_realm(self._endpoint, realm, with_credential=is_known)
        response = None
        if isinstance(credential, Credential) and credential.username == IDENTITY_TOKEN_USER:
            asked = by_post(request, url, service, self._scope, credential)
            response = yield _asking(request, asked)
        if response is None or response.status_code in NO_POST:
            asked = by_get(request, url, service, self._scope, credential)
            response = yield _asking(request, asked)
        token, lifetime_s = token_of(asked, response, authenticated=is_known)
        request.extensions.pop("asking", None)
        self._tokens.keep(self._origin, credential, self._scope, token, lifetime_s)
        memory = self._memory
        memory.scheme, memory.realm, memory.service = "bearer", realm, service
        return token


def _asking(request: httpx.Request, asked: httpx.Request) -> httpx.Request:
    """Say on the main request what is asked on its behalf, so that a fault names the right one."""
    request.extensions["asking"] = asked
    return asked
