"""The embedded sandbox: practice registries served on loopback inside this process.

    async with Sandbox.start() as sandbox:
        sandbox.port, sandbox.account, sandbox.requests
        await sandbox.make_public(repository)

It answers by Host header, in the caller's own event loop. Nothing of it outlives the block.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from wizard.core.names import Repository
from wizard.sandbox.accounts import PracticeAccount
from wizard.sandbox.app import App, Remembered, Seen
from wizard.sandbox.dialects.dialect import Dialect
from wizard.sandbox.faults import FAULTS, PracticeFault, fault
from wizard.sandbox.listening import LOOPBACK, Listening, on_loopback

_KEEP_ALIVE_S = 300
_STOP_LIMIT_S = 2


class Sandbox:
    """Running practice registries. Made by `Sandbox.start()`, or `open` and `close` by hand."""

    def __init__(self, app: App, listening: Listening) -> None:
        self._app = app
        self._app.cut = listening.cut
        self._listening = listening
        self._serving: asyncio.Task[None] | None = None
        self.port = listening.port

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        *,
        listening: socket.socket | None = None,
        certificate: Path | None = None,
        key: Path | None = None,
        default_host: str = "",
    ) -> AsyncIterator[Self]:
        """Serve until the block ends.

        `listening` is a bound TCP socket to use instead of an ephemeral loopback port (it is
        closed at the end); with `certificate` and `key` (PEM) it speaks TLS, HTTP/2 included.
        `default_host` answers where the Host header names none of the practice registries.
        """
        sandbox = cls(App(default_host), Listening(listening or on_loopback()))
        await sandbox.open(certificate, key)
        try:
            yield sandbox
        finally:
            await sandbox.close()

    async def open(self, certificate: Path | None = None, key: Path | None = None) -> None:
        # 0.1 s that only a practice run pays.
        from hypercorn.asyncio import serve
        from hypercorn.config import Config, Sockets

        encrypted = certificate is not None and key is not None
        ours: list[socket.socket] = [self._listening]

        class OwnSocket(Config):
            """Hypercorn opens no socket: it is given ours."""

            def create_sockets(self) -> Sockets:
                return Sockets(ours if encrypted else [], [] if encrypted else ours, [])

        config = OwnSocket()
        config.errorlog = None
        config.include_server_header = False
        config.include_date_header = False  # the clock fault sets its own
        config.keep_alive_timeout = _KEEP_ALIVE_S
        config.keep_alive_max_requests = 1_000_000
        config.graceful_timeout = _STOP_LIMIT_S
        if encrypted:
            config.certfile, config.keyfile = str(certificate), str(key)
        trigger = self._app.stopping.wait
        self._serving = asyncio.create_task(
            serve(self._app, config, shutdown_trigger=trigger),  # type: ignore[arg-type]
            name="practice registries",
        )

    async def close(self) -> None:
        """Stop serving, cut what hangs, and wait for the end of it."""
        self._app.stopping.set()
        self._listening.cut_all()
        if self._serving is not None:
            await self._serving

    # --- what is to be shown ---

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(host for dialect in self._app.dialects for host in dialect.hosts)

    @property
    def prefix(self) -> str:
        """Where a practice run begins: `ghcr.io/practice`."""
        return self._app.dialects[0].prefix

    @property
    def prefixes(self) -> tuple[str, ...]:
        return tuple(dialect.prefix for dialect in self._app.dialects)

    @property
    def environ(self) -> Mapping[str, str]:
        """Variables by which the providers' own SDKs find the practice registries."""
        base_url = f"http://{LOOPBACK}:{self.port}"
        merged: dict[str, str] = {}
        for dialect in self._app.dialects:
            merged.update(dialect.environ(base_url))
        return merged

    @property
    def account(self) -> PracticeAccount:
        return self._app.dialects[0].account

    def account_for(self, host: str) -> PracticeAccount:
        """The account to practise with at one host. Raises KeyError for a host that is none."""
        return self._dialect(host).account

    @property
    def requests(self) -> tuple[Seen, ...]:
        """The latest requests, oldest first."""
        return tuple(self._app.seen)

    def forget_requests(self) -> None:
        self._app.seen.clear()

    def reset(self) -> None:
        """Empty registries, no fault, nothing asked yet."""
        self._app.reset()

    def remember(self) -> Remembered:
        """Everything that the registries hold now, to come back to it."""
        return self._app.remember()

    def recall(self, remembered: Remembered) -> None:
        """As it was then; it can be recalled again and again."""
        self._app.recall(remembered)

    # --- another person's part ---

    async def make_public(self, repository: Repository) -> None:
        """Play the person who makes a repository public. Raises PracticeRefusedError, KeyError."""
        self.publish(repository.path, repository.host)

    def publish(self, path: str, host: str = "ghcr.io") -> None:
        """Raises PracticeRefusedError where that person could not, KeyError for an unknown host."""
        self._dialect(host).publish(path)

    def unpublish(self, path: str, host: str = "ghcr.io") -> None:
        self._dialect(host).unpublish(path)

    def dialect(self, host: str) -> Dialect:
        """What stands behind one host, to change its world. Raises KeyError for a host of none."""
        return self._dialect(host)

    def _dialect(self, host: str) -> Dialect:
        found = self._app.dialect(host)
        if found is None:
            raise KeyError(host)
        return found

    # --- faults ---

    @property
    def faults(self) -> tuple[PracticeFault, ...]:
        """All that can be switched on."""
        return FAULTS

    @property
    def active_faults(self) -> tuple[str, ...]:
        return tuple(self._app.faults)

    def switch_fault(self, id_: str, on: bool) -> None:
        """Raises KeyError for an id that no fault has."""
        self.set_fault(fault(id_), on=on)

    def set_fault(self, chosen: PracticeFault, on: bool) -> None:
        """One that need not stand in the list."""
        if on:
            self._app.faults[chosen.id] = chosen
        else:
            self._app.faults.pop(chosen.id, None)
        self._app.people.changes = [active.token for active in self._app.faults.values()]
