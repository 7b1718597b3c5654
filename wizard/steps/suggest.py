"""What this machine knows of a registry's fields: suggestions, never answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from wizard.core.ports import Parts, RegistryProvider, Suggestion


async def suggestions(parts: Parts, provider: RegistryProvider) -> AsyncGenerator[Suggestion, None]:
    """What the registry's own programs know, and then whose login docker has, likeliest first.

    Raises Problem when a store cannot be read.
    """
    async with aclosing(provider.suggest(parts.outside)) as known:
        async for suggestion in known:
            yield suggestion
    if not provider.only_host:
        return  # where each account has a host of its own, none is known yet
    endpoint = provider.endpoint(provider.only_host)
    for found in await parts.logins.find(provider, endpoint):
        named = provider.suggest_for(found.username) if found.problem is None else None
        if named is not None:
            yield named
