"""Logins and journal on a machine of their own, for tests that store, find and undo."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

from tests.support.credential_helpers import Machine
from wizard.causes import CATALOGUE
from wizard.clients.atomic_file import OnPoint, nothing
from wizard.clients.journal import JournalFile
from wizard.clients.login_write import Settle
from wizard.clients.logins import MachineLogins
from wizard.clients.undo import MachineJournal
from wizard.core.ports import Endpoint, Session, StoreChoice
from wizard.core.secret import Credential, Secret

CANARY = "CANARY-b81e"
LOGIN = Credential("amy", Secret(CANARY))
GHCR = Endpoint("ghcr.io", "https://ghcr.io")
HUB = Endpoint(
    "docker.io",
    "https://registry-1.docker.io",
    docker_key="https://index.docker.io/v1/",
    podman_key="docker.io",
)


async def at_once() -> None:
    """Nobody else writes here."""


class Provider:
    """The only thing that a search asks of a provider."""

    title = "GitHub"

    def __init__(self, *sessions: Credential) -> None:
        self._sessions = sessions

    async def sessions(self, _host: str, _outside: object) -> tuple[Session, ...]:
        return tuple(Session("gh", credential) for credential in self._sessions)


class LoginWorld:
    """Logins and journal on one machine."""

    def __init__(
        self, machine: Machine, settle: Settle = at_once, on_point: OnPoint = nothing
    ) -> None:
        self.machine = machine
        self.state = machine.home / "state"
        records = JournalFile(
            self.state, lambda: datetime(2026, 1, 2, tzinfo=UTC), on_point=on_point
        )
        self.journal = MachineJournal(records, machine.outside)
        self.logins = MachineLogins(
            machine.outside,
            self.journal,
            CATALOGUE,
            settle=settle,
            system="linux",
            on_point=on_point,
        )

    async def log_in(
        self,
        endpoint: Endpoint = GHCR,
        credential: Credential = LOGIN,
        choice: StoreChoice = StoreChoice.AUTO,
    ) -> tuple[str, ...]:
        known = credential if credential.origin else credential.username
        plan = await self.logins.plan(endpoint, known, choice)
        return tuple(c.what for c in await self.logins.store(plan, endpoint, credential))

    @property
    def config(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.machine.config.read_text())
        return found


def auth(user: str, secret: str) -> str:
    return base64.b64encode(f"{user}:{secret}".encode()).decode()
