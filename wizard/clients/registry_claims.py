"""What a registry's token says of itself: the rights that a login was granted (registries.md B2).

Read, not verified: it is the registry's own word to us, and nothing is allowed because of it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

import httpx

from wizard.clients.http import send_bounded
from wizard.clients.registry_auth import Flow, RegistryAuth
from wizard.clients.registry_talk import Talk
from wizard.clients.registry_tokens import Scope
from wizard.clients.token_service import MOST_TOKEN_BYTES
from wizard.core.diagnosis import Stage
from wizard.core.secret import Secret

_PARTS: Final = 3


class _TokenAlone(RegistryAuth):
    """The token is asked for and kept; the request that would have carried it is never sent."""

    def auth_flow(self, request: httpx.Request) -> Flow:
        realm = self._memory.realm or self._endpoint.realms[0]
        service = self._memory.service or self._endpoint.service
        yield from self._fetch(request, realm, service)


async def token_claims(talk: Talk, scope: Scope) -> Mapping[str, Any]:
    """The claims of the token for this scope; empty for an opaque one, or without a known realm.

    The token is kept: what follows in the same run asks for no other. Raises Problem.
    """
    endpoint = talk.endpoint
    kept = _kept(talk, scope)
    if kept is None and (talk.memory.realm or endpoint.realms):
        auth = _TokenAlone(endpoint, talk.credential, talk.tokens, scope)
        request = talk.client.build_request("GET", f"{endpoint.base_url}/v2/")
        await send_bounded(
            talk.client,
            request,
            stage=Stage.TOKEN,
            most_bytes=MOST_TOKEN_BYTES,
            deadline_s=talk.timeout_s,
            auth=auth,
            authenticated=talk.authenticated,
        )
        kept = _kept(talk, scope)
    return claims_of(kept) if kept is not None else {}


def _kept(talk: Talk, scope: Scope) -> Secret | None:
    return talk.tokens.find(talk.endpoint.base_url, talk.credential, scope)


def claims_of(token: Secret) -> Mapping[str, Any]:
    """The payload of a JWT; empty for anything else. The token's length was bounded when read."""
    parts = token.reveal().split(".")
    if len(parts) != _PARTS:
        return {}
    try:
        text = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        found = json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
