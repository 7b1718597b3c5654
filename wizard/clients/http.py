"""The one HTTP client, and sending within bounds: bytes, time, no redirects, no cookies, no auth.

Sources: credentials.md 4.3 rows 19 to 23 and 41, and 5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

import wizard
from wizard.clients.faults import ProxyFaultError, fault_evidence, stuck_words
from wizard.clients.name_lookup import address_of
from wizard.clients.proxies import read_proxies
from wizard.clients.registry_answers import shown
from wizard.clients.transport import NewTransport, Pools
from wizard.clients.trust import Trust, certs_dirs
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.ports import Answer

MOST_HEADER_CHARACTERS = 16 * 1024


class Client(httpx.AsyncClient):
    """An httpx client that names what it had to leave out of the environment."""

    ignored: tuple[str, ...] = ()
    """Variables that could not be used: sentences to show. CA files join when TLS is spoken."""
    trust: Trust

    @property
    def notes(self) -> tuple[str, ...]:
        return (*self.ignored, *self.trust.ignored)


def make_client(
    environ: Mapping[str, str],
    timeout_s: float,
    *,
    home: Path | None = None,
    transport: NewTransport | None = None,
) -> Client:
    """HTTP/2 where offered, the system's trust, proxies from `environ`; nothing else from it."""
    trust = Trust(environ, certs_dirs(home or Path.home()))
    proxies = read_proxies(environ)
    client = Client(
        transport=Pools(trust, proxies, transport),
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={
            "User-Agent": f"registry-wizard/{wizard.__version__}",
            "Accept-Encoding": "identity",
        },
        timeout=httpx.Timeout(timeout_s),
    )
    client.ignored = proxies.ignored
    client.trust = trust
    return client


async def send_bounded(
    client: httpx.AsyncClient,
    request: httpx.Request,
    *,
    stage: Stage,
    most_bytes: int,
    deadline_s: float,
    auth: httpx.Auth | None = None,
    authenticated: bool = False,
    headers_only: bool = False,
) -> Answer:
    """One request, answered whole within `deadline_s` and `most_bytes`.

    Any status is an answer. Raises Problem with a fault where there was none. With `headers_only`
    the body is left unread. `authenticated` goes into the evidence.
    """
    request.extensions["most_bytes"] = most_bytes
    try:
        async with asyncio.timeout(deadline_s):
            response = await client.send(
                request, auth=auth, follow_redirects=False, stream=headers_only
            )
            if headers_only:
                await response.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, UnicodeError) as error:
        # On the way to the answer a token may have been asked for (registry_auth.py).
        asked = request.extensions.get("asking", request)
        seen = fault_evidence(
            _by_proxy(error, asked),
            asked.extensions.get("stage", stage),
            asked=asked_line(asked),
            host=_shown_host(asked.url),
            deadline_s=deadline_s,
            authenticated=authenticated,
        )
        raise Problem(await _timed_apart(seen, asked)) from None
    # Headers given several times come joined.
    headers = {
        name.lower(): value[:MOST_HEADER_CHARACTERS] for name, value in response.headers.items()
    }
    body = b"" if headers_only else response.content
    return Answer(response.status_code, headers, body, str(response.url))


def _by_proxy(error: Exception, asked: httpx.Request) -> Exception:
    """The same, or the proxy's fault where the proxy had not let the request through."""
    tunnel = asked.extensions.get("tunnel")
    if tunnel is None or not tunnel.is_stuck or isinstance(error, httpx.ProxyError):
        return error
    return ProxyFaultError(stuck_words(error), tunnel.proxy)


async def _timed_apart(seen: Evidence, asked: httpx.Request) -> Evidence:
    """Of a time-out: how far it came. A name that nobody knows is told as that."""
    tunnel = asked.extensions.get("tunnel")
    if seen.fault is not Fault.TIMEOUT or tunnel is None:
        return seen
    words = tunnel.told
    if tunnel.seeks_connection:
        address = await address_of(asked.url.host)
        if not address:
            words = f"the name does not resolve: {seen.answered}"
            return replace(seen, answered=words, message=words, fault=Fault.DNS)
        words = f"its name leads to {address}, and no connection came about"
    return replace(seen, answered=f"{seen.answered}: {words}") if words else seen


def _shown_host(url: httpx.URL) -> str:
    return f"{url.host}:{url.port}" if url.port else url.host


def asked_line(request: httpx.Request) -> str:
    return shown(request.method, str(request.url))
