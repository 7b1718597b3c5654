"""Sending to one registry: authenticated, waited for where it says so, redirects watched.

Sources: registries.md 8; credentials.md 4.3 rows 18 to 23.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Final

import httpx

from wizard.clients.hops import SAY_HTTPS, ForbiddenHopError, PlainHopError, next_hop
from wizard.clients.http import send_bounded
from wizard.clients.realms import same_origin
from wizard.clients.registry_answers import MOST_ERROR_BYTES, is_page, refusal, retry_after, shown
from wizard.clients.registry_ask import Ask
from wizard.clients.registry_auth import RegistryAuth
from wizard.clients.registry_tokens import NO_SCOPE, EndpointMemory, Scope, Tokens
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.names import Repository
from wizard.core.ports import Answer, Endpoint
from wizard.core.secret import AnyCredential, Credential
from wizard.core.text import clean

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
MOST_HOPS: Final = 5
WAIT_STATUSES: Final = frozenset({429, 503})
MOST_WAITS: Final = 2

BAD_REQUEST: Final = 400
# What Go, nginx and Apache answer to plain HTTP on a TLS port.
_WANTS_TLS = re.compile(rb"HTTPS server|HTTPS port|SSL-enabled server", re.IGNORECASE)

OnWait = Callable[[str, float], None]
"""Told the host and the seconds, whenever a registry makes us wait."""


@dataclass(frozen=True)
class Talk:
    """The conversation with one endpoint, with one credential or none."""

    declared: Endpoint
    """As the provider knows it."""
    credential: AnyCredential
    client: httpx.AsyncClient
    tokens: Tokens
    timeout_s: float
    on_wait: OnWait | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @property
    def endpoint(self) -> Endpoint:
        """As it turned out: over TLS where a loopback registry wants that."""
        if self.declared.base_url not in self.tokens.wants_tls:
            return self.declared
        return replace(self.declared, base_url=_with_tls(self.declared.base_url))

    @property
    def memory(self) -> EndpointMemory:
        return self.tokens.endpoint(self.endpoint.base_url)

    @property
    def authenticated(self) -> bool:
        return isinstance(self.credential, Credential)

    def url(self, repository: Repository, rest: str) -> str:
        return f"{self.endpoint.base_url}/v2/{repository.path}/{rest}"

    async def send(
        self,
        method: str,
        url: str,
        stage: Stage,
        scope: Scope = NO_SCOPE,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        most_bytes: int = MOST_ERROR_BYTES,
        in_chunks: bool = False,
    ) -> Answer:
        """One request with our authentication."""
        ask = Ask(method, url, stage, headers, body, most_bytes, in_chunks=in_chunks)
        return await self._patiently(ask, scope)

    async def bare(
        self,
        method: str,
        url: str,
        stage: Stage,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        most_bytes: int = MOST_ERROR_BYTES,
        headers_only: bool = False,
    ) -> Answer:
        """One request that carries nothing of ours: for storage behind a redirect."""
        ask = Ask(method, url, stage, headers, body, most_bytes, headers_only)
        return await self._patiently(ask, None)

    async def follow(
        self,
        method: str,
        url: str,
        stage: Stage,
        scope: Scope,
        *,
        headers: Mapping[str, str] | None = None,
        most_bytes: int = MOST_ERROR_BYTES,
    ) -> Answer:
        """`send`, then up to five redirects, each without any credential and looked at first."""
        answer = await self.send(method, url, stage, scope, headers=headers, most_bytes=most_bytes)
        for _ in range(MOST_HOPS):
            if answer.status not in REDIRECTS:
                return answer
            url = self.next_hop(url, answer.headers.get("location", ""), stage)
            answer = await self.bare(method, url, stage, headers=headers, most_bytes=most_bytes)
        if answer.status in REDIRECTS:
            raise self.fault(stage, method, url, Fault.INTERCEPTED, "it redirects without end")
        return answer

    async def _patiently(self, ask: Ask, scope: Scope | None) -> Answer:
        """Asked again only where the registry says when, at most twice, and never silently."""
        for waits in range(MOST_WAITS + 1):
            try:
                answer = await self._once(ask, scope)
            except Problem as problem:
                seen = problem.evidence[-1]
                wait = self._wait(seen.status, seen.retry_after_s)
                if wait is None or waits == MOST_WAITS:
                    raise
            else:
                if self._learned_tls(ask.url, answer):
                    return await self._patiently(replace(ask, url=_with_tls(ask.url)), scope)
                wait = self._wait(answer.status, retry_after(answer.headers))
                if wait is None or waits == MOST_WAITS:
                    return answer
            if self.on_wait:
                self.on_wait(self.endpoint.host, wait)
            await self.sleep(wait)
        raise AssertionError("the loop returns or raises")

    def _wait(self, status: int | None, seconds: float | None) -> float | None:
        """How long to wait; None where the registry does not say, or asks for too much."""
        if status not in WAIT_STATUSES or seconds is None or seconds > self.timeout_s:
            return None
        return seconds

    def _learned_tls(self, url: str, answer: Answer) -> bool:
        """Whether this was plain HTTP to a port that speaks TLS; remembered for the next request.

        Loopback registries are first spoken to as docker does in the end: without TLS.
        """
        if answer.status != BAD_REQUEST or not url.startswith("http://") or not self.is_own(url):
            return False
        if _WANTS_TLS.search(answer.body[:MOST_ERROR_BYTES]) is None:
            return False
        self.tokens.wants_tls.add(self.declared.base_url)
        return True

    async def _once(self, ask: Ask, scope: Scope | None) -> Answer:
        auth = None
        if scope is not None:
            auth = RegistryAuth(self.endpoint, self.credential, self.tokens, scope)
        try:
            request = self.client.build_request(
                ask.method, ask.url, headers=ask.headers, content=ask.content
            )
        except (httpx.InvalidURL, UnicodeError, ValueError):
            words = "it is no address"
            raise self.fault(ask.stage, ask.method, ask.url, Fault.NONSENSE, words) from None
        async with self._connecting_meanwhile(scope):
            return await send_bounded(
                self.client,
                request,
                stage=ask.stage,
                most_bytes=ask.most_bytes,
                deadline_s=self.timeout_s,
                auth=auth,
                authenticated=self.authenticated and auth is not None,
                headers_only=ask.headers_only,
            )

    @asynccontextmanager
    async def _connecting_meanwhile(self, scope: Scope | None) -> AsyncGenerator[None, None]:
        """Open the registry's connection while a token is fetched from another host.

        Else a cold push or check waits for two handshakes in turn (performance.md).
        """
        memory, endpoint = self.memory, self.endpoint
        first_contact, memory.contacted = not memory.contacted, True
        realm = memory.realm or (endpoint.realms[0] if endpoint.realms else "")
        if scope is None or not first_contact or not realm or self.is_own(realm):
            yield
            return
        opening = asyncio.create_task(self._open_connection(f"{endpoint.base_url}/v2/"))
        try:
            yield
        finally:
            opening.cancel()
            await asyncio.wait([opening])

    async def _open_connection(self, url: str) -> None:
        request = self.client.build_request("GET", url)
        # What is wrong with it, the request that needs it will find out and say.
        with suppress(Problem):
            await send_bounded(
                self.client,
                request,
                stage=Stage.PING,
                most_bytes=MOST_ERROR_BYTES,
                deadline_s=self.timeout_s,
            )

    def next_hop(self, url: str, location: str, stage: Stage) -> str:
        """Where a redirect or an upload's Location leads. Raises Problem where we do not go."""
        try:
            return next_hop(self.endpoint.base_url, url, location)
        except PlainHopError as error:
            plain = self.fault(stage, "GET", url, Fault.PLAIN_HTTP, clean(str(error)))
            raise Problem(*plain.evidence, fixes=(SAY_HTTPS,)) from None
        except ForbiddenHopError as error:
            raise self.fault(stage, "GET", url, Fault.INTERCEPTED, str(error)) from None

    def is_own(self, url: str) -> bool:
        """Whether a credential may go along."""
        return same_origin(url, self.endpoint.base_url)

    def refused(self, answer: Answer, stage: Stage, method: str, cause: str = "") -> Problem:
        """The problem that an unwelcome answer is."""
        evidence = refusal(
            answer,
            stage,
            asked=shown(method, answer.url),
            authenticated=self.authenticated,
            host=self.endpoint.host,
        )
        return Problem(evidence, cause=cause)

    def expect_no_page(self, answer: Answer, stage: Stage, method: str) -> None:
        """Raises Problem for a web page, whatever its status says."""
        if is_page(answer.headers, answer.body[:400].decode("utf-8", "replace")):
            words = f"{answer.status} with a web page"
            raise self.fault(stage, method, answer.url, Fault.INTERCEPTED, words)

    def fault(self, stage: Stage, method: str, url: str, fault: Fault, words: str) -> Problem:
        """A problem that we see in an answer ourselves; `words` are ours, with cleaned parts."""
        return Problem(
            Evidence(
                stage,
                asked=shown(method, url),
                answered=clean(words),
                host=self.endpoint.host,
                message=clean(words),
                fault=fault,
                authenticated=self.authenticated,
            )
        )


def _with_tls(url: str) -> str:
    return f"https://{url.removeprefix('http://')}"
