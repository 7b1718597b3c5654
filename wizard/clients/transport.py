"""The connections under every request: one small pool per host, and answers kept within bounds.

A pool per host gives each its own limit and its own trust, and keeps httpcore from asking every
connection about every request (performance.md).
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec

import httpx

from wizard.clients.bounded import bounded
from wizard.clients.faults import (
    ProxyFaultError,
    is_answered_early,
    is_tls_error,
    proxy_words,
)
from wizard.clients.proxies import Proxies, UnusableProxyError
from wizard.clients.trust import Trust
from wizard.clients.tunnel import Tunnel

MOST_CONNECTIONS = 8
MOST_HOSTS = 64
KEEP_ALIVE_S = 90.0
"""Long enough to read a screen between two steps."""
RESTED_S = 1.0
MOST_TRIES = 4
"""For an answer that httpcore drops: see faults.is_answered_early."""

NewTransport = Callable[[], httpx.AsyncBaseTransport]

# httpcore tries to import sniffio several times for each request. Python does not remember that
# there is none, and looks through all folders again: a quarter of a request's CPU time (measured).
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]

# hpack writes header values, tokens among them, to its debug log.
logging.getLogger("hpack").setLevel(logging.WARNING)


class _Pool:
    def __init__(
        self, transport: httpx.AsyncBaseTransport, proxy: str = "", *, http2: bool = True
    ) -> None:
        self.transport = transport
        self.proxy = proxy
        """As it may be shown; empty for direct connections."""
        self.http2 = http2
        """Whether it may be spoken."""
        self.open_answers = 0
        self.answered_at: float | None = None

    def closed(self) -> None:
        self.open_answers -= 1

    @property
    def silent_s(self) -> float:
        """Since its last answer; below zero before the first."""
        return -1.0 if self.answered_at is None else time.monotonic() - self.answered_at


class Pools(httpx.AsyncBaseTransport):
    """Routes each request to its host's pool, directly or by proxy."""

    def __init__(
        self,
        trust: Trust,
        proxies: Proxies,
        new: NewTransport | None = None,
        rested_s: float = RESTED_S,
    ) -> None:
        """A connection that is silent for `rested_s` may have been closed by the server."""
        self._rested_s = rested_s
        self._trust = trust
        self._proxies = proxies
        self._given = new() if new else None
        self._pools: dict[tuple[str, str, int], _Pool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        origin = _origin(request.url)
        pool = await self._pool(origin)
        rested = pool.silent_s > self._rested_s
        try:
            answer = await _ask(pool, request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
            # The server may have closed a connection while it rested; that is no answer to us.
            # Or something on the way offers HTTP/2 and breaks it, which no engine would notice:
            # they speak HTTP/1.1 to registries.
            if not rested and not _broke_http_2(pool, request):
                raise
            # Asked again once on a new one: all our bodies are in memory.
            await self._replace(origin, pool)
            pool = await self._pool(origin, http2=rested and pool.http2)
            try:
                answer = await _ask(pool, request)
            except httpx.TransportError:
                raise error from None
        pool.answered_at = time.monotonic()
        pool.open_answers += 1
        return bounded(answer, request, pool.closed)

    async def aclose(self) -> None:
        pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            await pool.transport.aclose()
        if self._given is not None:
            await self._given.aclose()

    async def _pool(self, origin: tuple[str, str, int], *, http2: bool = True) -> _Pool:
        if origin not in self._pools:
            await self._drop_idle()
            self._pools[origin] = self._new(*origin, http2=http2)
        return self._pools[origin]

    async def _replace(self, origin: tuple[str, str, int], stale: _Pool) -> None:
        if self._pools.get(origin) is stale:
            del self._pools[origin]
            if stale.transport is not self._given:
                await stale.transport.aclose()

    async def _drop_idle(self) -> None:
        if len(self._pools) < MOST_HOSTS or self._given is not None:
            return
        idle = next((o for o, p in self._pools.items() if not p.open_answers), None)
        if idle is not None:
            await self._pools.pop(idle).transport.aclose()

    def _new(self, scheme: str, host: str, port: int, *, http2: bool) -> _Pool:
        if self._given is not None:
            return _Pool(self._given)
        try:
            proxy_url = self._proxies.choose(scheme, host, port)
        except UnusableProxyError as error:
            raise ProxyFaultError(str(error), f"in {error.name}") from None
        proxy = self._proxy(proxy_url) if proxy_url else None
        transport = httpx.AsyncHTTPTransport(
            verify=self._trust.context(host, port, http2=http2) if scheme == "https" else False,
            trust_env=False,
            http2=http2,
            limits=httpx.Limits(
                max_connections=MOST_CONNECTIONS,
                max_keepalive_connections=MOST_CONNECTIONS,
                keepalive_expiry=KEEP_ALIVE_S,
            ),
            proxy=proxy,
        )
        return _Pool(transport, proxy=_shown(proxy.url) if proxy else "", http2=http2)

    def _proxy(self, url: str) -> httpx.Proxy:
        parsed = httpx.URL(url)
        if parsed.scheme != "https":
            return httpx.Proxy(parsed)
        context = self._trust.context(parsed.host, parsed.port or 443, http2=False)
        return httpx.Proxy(parsed, ssl_context=context)


def _shown(url: httpx.URL) -> str:
    """No more than where it is: of a password with a `#` the rest stands behind the host."""
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace').rpartition('@')[2]}"


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


async def _ask(pool: _Pool, request: httpx.Request) -> httpx.Response:
    tries = 1
    while True:
        is_first = pool.answered_at is None
        if (pool.proxy or is_first) and request.url.scheme == "https":
            request.extensions["trace"] = request.extensions["tunnel"] = Tunnel(pool.proxy)
        try:
            return await pool.transport.handle_async_request(request)
        except httpx.LocalProtocolError as error:
            if tries == MOST_TRIES or not is_answered_early(error):
                raise
            tries += 1
        except (httpx.ProxyError, httpx.ConnectError, httpx.ConnectTimeout) as error:
            if pool.proxy and not is_tls_error(error):
                raise ProxyFaultError(proxy_words(error), pool.proxy) from error
            raise


def _broke_http_2(pool: _Pool, request: httpx.Request) -> bool:
    """On the first contact: later it is known to work."""
    tunnel = request.extensions.get("tunnel")
    return pool.answered_at is None and tunnel is not None and tunnel.is_http_2


class Rerouted(httpx.AsyncBaseTransport):
    """Sends origins to other origins, keeping the Host header; any other origin is unreachable.

    Reaches plain loopback only, so that no certificate is to be checked. For the sandbox:
    `Rerouted({"https://ghcr.io": "http://127.0.0.1:4000"})`.
    """

    def __init__(self, routes: Mapping[str, str]) -> None:
        self._routes = {_origin(httpx.URL(a)): httpx.URL(b) for a, b in routes.items()}
        self._transport = httpx.AsyncHTTPTransport(
            verify=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=KEEP_ALIVE_S),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        target = self._routes.get(_origin(request.url))
        if target is None:
            raise httpx.ConnectError("there is no such host in the sandbox", request=request)
        url = request.url.copy_with(scheme=target.scheme, host=target.host, port=target.port)
        rerouted = httpx.Request(
            request.method,
            url,
            headers=request.headers.raw,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._transport.handle_async_request(rerouted)

    async def aclose(self) -> None:
        await self._transport.aclose()
