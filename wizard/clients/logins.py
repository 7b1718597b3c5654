"""The logins of this machine: found, planned, stored. Their secrets never leave this object."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping

from wizard.clients.atomic_file import OnPoint, nothing
from wizard.clients.dumps import no_core_file
from wizard.clients.login_hits import Hit
from wizard.clients.login_plan import LoginPlanner
from wizard.clients.login_search import LoginSearch
from wizard.clients.login_store import LoginStore
from wizard.clients.login_write import Settle
from wizard.clients.stores import Stores
from wizard.clients.undo import MachineJournal
from wizard.core.checks import Change
from wizard.core.diagnosis import Cause, diagnose
from wizard.core.ports import (
    Endpoint,
    FoundLogin,
    Outside,
    RegistryProvider,
    Session,
    StoreChoice,
    StorePlan,
    StoreVerdict,
)
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential


async def _a_second() -> None:
    """How long most other writers take from reading the file to writing it back."""
    await asyncio.sleep(1.0)


class MachineLogins:
    """What docker, its SDK and podman find here, and the way to add to it."""

    def __init__(
        self,
        outside: Outside,
        journal: MachineJournal,
        catalogue: Mapping[str, Cause],
        *,
        settle: Settle = _a_second,
        system: str = sys.platform,
        on_point: OnPoint = nothing,
    ) -> None:
        """`settle` waits for writers who had read docker's file before we changed it."""
        no_core_file()  # from here on, secrets are held
        self._outside = outside
        self._journal = journal
        self._catalogue = catalogue
        self._settle = settle
        self._system = system
        self._planner = LoginPlanner(
            outside,
            journal.records,
            Stores(outside, catalogue, system),
            catalogue,
            system,
            on_point,
        )
        self._held: dict[str, Credential] = {}

    async def find(self, provider: RegistryProvider, endpoint: Endpoint) -> tuple[FoundLogin, ...]:
        """In the order in which docker would use them; the provider's sessions last."""
        search = LoginSearch(self._outside, self._journal.locks, self._system)
        found = [self._found(endpoint, hit) for hit in await search.search(endpoint)]
        sessions = await provider.sessions(endpoint.host, self._outside)
        found += [self._session(endpoint, n, session) for n, session in enumerate(sessions, 1)]
        return tuple(found)

    def _session(self, endpoint: Endpoint, number: int, session: Session) -> FoundLogin:
        credential = session.credential
        login = FoundLogin(
            f"{endpoint.host}-session-{number}",
            credential.username if credential else "",
            session.source,
            problem=diagnose(session.problem, self._catalogue) if session.problem else None,
            identity=session.identity,
        )
        if credential is not None:
            self._held[login.id] = credential
        return login

    def hold(self, endpoint: Endpoint, credential: Credential, source: str) -> FoundLogin:
        """Keep it for this run only."""
        login = FoundLogin(f"{endpoint.host}-held-{len(self._held)}", credential.username, source)
        self._held[login.id] = credential
        return login

    def credential(self, login: FoundLogin) -> AnyCredential:
        return self._held.get(login.id, ANONYMOUS)

    async def bench(self, endpoint: Endpoint, *, again: bool = False) -> tuple[StoreVerdict, ...]:
        """Try each helper that is configured or installed, those for this registry first."""
        return await self._planner.bench(endpoint, again=again)

    async def plan(
        self, endpoint: Endpoint, credential: Credential | str, choice: StoreChoice
    ) -> StorePlan:
        return await self._planner.plan(endpoint, credential, choice)

    async def store(
        self, plan: StorePlan, endpoint: Endpoint, credential: Credential
    ) -> tuple[Change, ...]:
        """Write, read back, compare; journalled. Raises Problem and leaves things as they were."""
        if plan.store is StoreChoice.NONE:
            self.hold(endpoint, credential, plan.title)
            return ()
        return await LoginStore(
            self._planner, self._journal, plan, endpoint, credential, self._settle
        ).run()

    def _found(self, endpoint: Endpoint, hit: Hit) -> FoundLogin:
        login = FoundLogin(
            f"{endpoint.host}-{hit.id}",
            hit.username,
            hit.source,
            hit.tools,
            diagnose(hit.problem, self._catalogue) if hit.problem else None,
            diagnose(hit.warning, self._catalogue) if hit.warning else None,
        )
        if hit.credential is not None:
            self._held[login.id] = hit.credential
        return login
