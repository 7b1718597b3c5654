"""Real registries with logins, and the hands that a fault has in what stands before them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Final

from tests.faults.places import Place
from tests.journeys.front import (
    Changes,
    Headers,
    Instead,
    Said,
    as_it_came,
    front,
    not_by_itself,
)
from tests.lab.lab import REGISTRY_HOST, Lab
from tests.lab.registry import docker_registry
from tests.support import docker_registry as outside
from tests.support.token_service import TokenService, User

USER: Final = "ada"
PASSWORD: Final = "practice-password-of-ada"
BASIC_PORT: Final = 5010
BEARER_PORT: Final = 5011
NODES: Final = "nodes@proj-1.iam.gserviceaccount.com"


@dataclass
class TokenRegistry:
    """docker-registry behind a reverse proxy, which also stands before its token service."""

    tokens: list[TokenService] = field(default_factory=list)
    """The one that serves."""
    instead: Instead = not_by_itself
    changes: Changes = as_it_came

    @contextmanager
    def serve(self, lab: Lab) -> Iterator[None]:
        with tempfile.TemporaryDirectory() as name, self._token_service(Path(name)) as tokens:
            registry = outside.docker_registry(Path(name), tokens=tokens)
            with registry as running, self._front(lab, running.host, tokens.host):
                self.tokens[:] = [tokens]
                yield

    def _token_service(self, folder: Path) -> TokenService:
        return TokenService(
            folder,
            users={USER: User(PASSWORD, {f"{USER}/*": {"pull", "push", "delete"}})},
            anonymous={f"{USER}/*": {"pull"}},
            realm=f"https://{REGISTRY_HOST}:{BEARER_PORT}/token",
        )

    @contextmanager
    def _front(self, lab: Lab, registry: str, tokens: str) -> Iterator[None]:
        with front(
            lab.machine,
            lab.leaf,
            port=BEARER_PORT,
            registry=registry,
            tokens=tokens,
            instead=self._answered,
            changes=self._amended,
        ):
            yield

    def _answered(self, request: BaseHTTPRequestHandler) -> Said | None:
        return self.instead(request)

    def _amended(self, request: BaseHTTPRequestHandler, headers: Headers) -> Headers:
        return self.changes(request, headers)

    @contextmanager
    def changed(
        self, instead: Instead = not_by_itself, changes: Changes = as_it_came
    ) -> Iterator[None]:
        """What the proxy answers by itself, and what it makes of the registry's answers."""
        self.instead, self.changes = instead, changes
        try:
            yield
        finally:
            self.instead, self.changes = not_by_itself, as_it_came


@contextmanager
def _by_password(lab: Lab) -> Iterator[None]:
    users = {USER: PASSWORD}
    with docker_registry(lab.machine, port=BASIC_PORT, leaf=lab.leaf, users=users):
        yield


BEHIND_A_PROXY: Final = TokenRegistry()
BASIC: Final = Place(
    "basic",
    f"{REGISTRY_HOST}:{BASIC_PORT}/team",
    ("--cluster-principal", NODES),
    username=USER,
    secret=PASSWORD,
    serve=_by_password,
)
"""Real, with htpasswd; the cluster is declared to have a login of its own."""
BEARER: Final = Place(
    "bearer",
    f"{REGISTRY_HOST}:{BEARER_PORT}/{USER}",
    username=USER,
    secret=PASSWORD,
    serve=BEHIND_A_PROXY.serve,
)
"""Real, with a token service that lets everybody pull."""
