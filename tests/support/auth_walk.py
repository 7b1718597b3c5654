"""One request through the token flow, answered step by step by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import httpx

from wizard.clients.registry_auth import RegistryAuth
from wizard.clients.registry_tokens import Scope, Tokens
from wizard.core.ports import Endpoint
from wizard.core.secret import ANONYMOUS, AnyCredential

ENDPOINT = Endpoint("registry.example.com", "https://registry.example.com")
KNOWN = Endpoint("ghcr.io", "https://ghcr.io", realms=("https://ghcr.io/token",), service="ghcr.io")
PULL = Scope("team/app", ("pull",))
PUSH = Scope("team/app", ("pull", "push"))


@dataclass
class Walk:
    """One request through the flow, answered step by step."""

    endpoint: Endpoint = ENDPOINT
    credential: AnyCredential = ANONYMOUS
    scope: Scope = PULL
    tokens: Tokens = field(default_factory=Tokens)

    def __post_init__(self) -> None:
        auth = RegistryAuth(self.endpoint, self.credential, self.tokens, self.scope)
        self.request = httpx.Request("GET", f"{self.endpoint.base_url}/v2/team/app/manifests/v1")
        self._flow = auth.auth_flow(self.request)

    def begin(self) -> httpx.Request:
        return next(self._flow)

    def answer(self, status: int, *challenges: str, body: object = None) -> httpx.Request | None:
        """The next request, or None when the flow is content with this answer."""
        headers = [("WWW-Authenticate", challenge) for challenge in challenges]
        content = json.dumps(body).encode() if body is not None else b""
        try:
            return self._flow.send(httpx.Response(status, headers=headers, content=content))
        except StopIteration:
            return None


def must(request: httpx.Request | None) -> httpx.Request:
    assert request is not None, "the flow ended early"
    return request


def query(request: httpx.Request) -> dict[str, list[str]]:
    return parse_qs(request.url.query.decode())
