"""The real outside world: HTTP and programs, behind core.ports.Outside.

Making a World imports nothing heavy: a run that stops at the engine never needs httpx.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from wizard.clients.programs import TOKEN_VARIABLES, find_program, run_program
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.text import clean

if TYPE_CHECKING:
    from wizard.clients.http import Client
    from wizard.clients.registry_talk import Talk
    from wizard.clients.registry_tokens import Tokens
    from wizard.clients.transport import NewTransport
    from wizard.core.names import Repository
    from wizard.core.ports import Answer, Endpoint, ProgramResult, RegistryApi
    from wizard.core.secret import AnyCredential, Secret


class World:
    """Implements core.ports.Outside. One client and one token store for all that a run asks."""

    def __init__(
        self,
        environ: Mapping[str, str],
        home: Path,
        timeout_s: float = 10.0,
        *,
        transport: NewTransport | None = None,
        on_wait: Callable[[str, float], None] | None = None,
        trusted_realms: Callable[[str], tuple[str, ...]] = lambda _host: (),
    ) -> None:
        """`transport` replaces the network, for the sandbox: see transport.Rerouted.

        `trusted_realms` gives the token services that the user trusts with logins for a host.

        `on_wait` is told host and seconds whenever a registry makes us wait.
        """
        self.environ = environ
        self.home = home
        self.timeout_s = timeout_s
        self.on_wait = on_wait
        self._transport = transport
        self._trusted_realms = trusted_realms
        self._client: Client | None = None
        self._tokens: Tokens | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the environment had to be ignored, in sentences to show."""
        return self._client.notes if self._client else ()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        stage: Stage = Stage.API,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bearer: Secret | None = None,
        most_bytes: int = 1 << 20,
    ) -> Answer:
        """One HTTPS request; plain HTTP on loopback only. Any status is an answer."""
        from wizard.clients.addresses import is_loopback
        from wizard.clients.http import send_bounded

        parts = urlsplit(url)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise _unsendable(stage, method, parts.hostname or "", "only HTTPS is spoken there")
        sent = dict(headers or {})
        if bearer is not None:
            sent["Authorization"] = f"Bearer {bearer.reveal()}"
        try:
            request = self._http().build_request(method, url, headers=sent, content=body)
        except (UnicodeError, ValueError):
            words = "the request cannot be put into HTTP"
            raise _unsendable(stage, method, parts.hostname or "", words) from None
        return await send_bounded(
            self._http(),
            request,
            stage=stage,
            most_bytes=most_bytes,
            deadline_s=self.timeout_s,
            authenticated=bearer is not None,
        )

    async def ask_registry(
        self,
        method: str,
        rest: str,
        *,
        endpoint: Endpoint,
        credential: AnyCredential,
        repository: Repository,
        actions: tuple[str, ...] = ("pull",),
        stage: Stage = Stage.API,
    ) -> Answer:
        """One request of the registry's own protocol that no method of RegistryApi makes."""
        from wizard.clients.registry_api import ACCEPT
        from wizard.clients.registry_tokens import Scope

        talk = self._talk(endpoint, credential)
        scope = Scope(repository.path, actions)
        return await talk.send(method, talk.url(repository, rest), stage, scope, headers=ACCEPT)

    async def token_claims(
        self, endpoint: Endpoint, credential: AnyCredential, repository: Repository
    ) -> Mapping[str, Any]:
        """What the token to push there says of itself. Raises Problem."""
        from wizard.clients.registry_claims import token_claims
        from wizard.clients.registry_tokens import Scope

        return await token_claims(self._talk(endpoint, credential), Scope.push(repository.path))

    async def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        timeout_s: float = 5.0,
        environ: Mapping[str, str] | None = None,
    ) -> ProgramResult:
        """Without the tokens in our environment, unless the caller's own `environ` has them."""
        if environ is None:
            environ = {k: v for k, v in self.environ.items() if k not in TOKEN_VARIABLES}
        return await run_program(argv, stdin=stdin, timeout_s=timeout_s, environ=environ)

    def follow(
        self, argv: Sequence[str], *, silence_s: float = 60.0
    ) -> AsyncGenerator[str | int, None]:
        """Without the tokens in our environment, as `run`.

        `sudo` is left out where we are root, and asks for no password: nobody could answer.
        """
        from wizard.clients.program_lines import follow

        environ = {k: v for k, v in self.environ.items() if k not in TOKEN_VARIABLES}
        if argv and argv[0] == "sudo":
            is_root = hasattr(os, "geteuid") and os.geteuid() == 0
            argv = argv[1:] if is_root else ("sudo", "-n", *argv[1:])
        return follow(argv, environ=environ, silence_s=silence_s)

    def which(self, program: str) -> str | None:
        return find_program(program, self.environ)

    def registry_api(self, endpoint: Endpoint, credential: AnyCredential) -> RegistryApi:
        """A conversation of its own credential, over the shared connections and tokens."""
        from wizard.clients.registry_api import V2Registry

        return V2Registry(self._talk(endpoint, credential))

    def listen_for_waits(self, listener: Callable[[str, float], None]) -> None:
        """From now on, tell `listener` the host and the seconds of every wait."""
        self.on_wait = listener

    async def aclose(self) -> None:
        """Close every connection. The next request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _talk(self, endpoint: Endpoint, credential: AnyCredential) -> Talk:
        from wizard.clients.registry_talk import Talk
        from wizard.clients.registry_tokens import Tokens

        if self._tokens is None:
            self._tokens = Tokens()
        if more := self._trusted_realms(endpoint.host):
            endpoint = replace(endpoint, realms=(*endpoint.realms, *more))
        return Talk(
            endpoint, credential, self._http(), self._tokens, self.timeout_s, on_wait=self.on_wait
        )

    def _http(self) -> Client:
        from wizard.clients.http import make_client
        from wizard.clients.name_lookup import never_wait_for_threads

        if self._client is None:
            never_wait_for_threads()
            self._client = make_client(
                self.environ, self.timeout_s, home=self.home, transport=self._transport
            )
        return self._client


def _unsendable(stage: Stage, method: str, host: str, words: str) -> Problem:
    return Problem(
        Evidence(
            stage,
            asked=clean(f"{method} {host}"),
            answered=words,
            host=clean(host),
            message=words,
            fault=Fault.NONSENSE,
        )
    )
