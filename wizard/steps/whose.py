"""Whose a credential is, and whether the registry takes it: the provider's word and its own."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import Final

from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.core.ports import Identity, Parts
from wizard.core.secret import Credential
from wizard.steps.registry import Destination
from wizard.steps.run import Done, Trouble, attempt, in_order

_OUT_OF_REACH: Final = frozenset(
    {
        Fault.DNS,
        Fault.REFUSED,
        Fault.TIMEOUT,
        Fault.RESET,
        Fault.PROXY,
        Fault.TLS_UNTRUSTED,
        Fault.TLS_SELF_SIGNED,
        Fault.TLS_INVALID,
        Fault.TLS_OTHER,
        Fault.INTERCEPTED,
    }
)
_KEEP_BARE: Final = Fix(
    "Log in again with the secret alone: printf %s gives it without the line end that echo adds"
)
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


async def whose(parts: Parts, to: Destination, credential: Credential) -> Identity:
    """Raises Problem when the credential is refused, or can never be taken.

    Many networks let the registry through and not the host that knows about accounts. The
    registry's own word decides then: it is asked in any case.
    """
    try:
        return await to.provider.inspect(credential, to.repository, parts.outside)
    except Problem as problem:
        seen = problem.evidence[-1] if problem.evidence else None
        if seen is None or not credential.username or not _is_beside(seen, problem, to):
            raise
        note = f"{seen.host} could not be asked whose it is and what it may do: {seen.answered}"
        return Identity(credential.username, notes=(note,), evidence=(seen.line,))


def _is_beside(seen: Evidence, problem: Problem, to: Destination) -> bool:
    """It is about another host than the registry, and about reaching it, not about the login."""
    if seen.host in ("", to.endpoint.host):
        return False
    if problem.cause:
        return problem.cause.startswith("network.")
    status = seen.status or 0
    return seen.fault in _OUT_OF_REACH or status == _TOO_MANY or status >= _SERVER_ERROR


async def prove(
    parts: Parts,
    to: Destination,
    credential: Credential,
    known: Identity | None = None,
    *,
    is_stored: bool = False,
) -> Done[Identity] | Trouble:
    """What the provider knows of it, and a handshake with the registry itself."""

    async def proven(named: Credential) -> str:
        return await parts.api(to.endpoint, named).prove(to.repository)

    async def both() -> Identity:
        refused: Problem | None = None
        if known is None and credential.username:
            # At once, by the name that the tools here will send.
            asking = whose(parts, to, credential)
            identity, (proof, refused) = await in_order(asking, _tried(proven(credential)))
            if identity.username in ("", credential.username):
                if refused is not None:
                    raise refused
                return replace(identity, evidence=(*identity.evidence, proof))
        else:
            identity = known or await whose(parts, to, credential)
        # A token tells whose it is: nobody had to type the name that the registry wants with it.
        named = replace(credential, username=identity.username or credential.username)
        said = await proven(named)
        if is_stored and refused is not None:
            raise _wrong_name(refused, credential, named, to)
        return replace(identity, evidence=(*identity.evidence, said))

    return await attempt(
        parts,
        both() if not is_stored else _told_apart(parts, to, credential, both()),
        to.provider.signs,
        about=to.repository,
        stage=Stage.TOKEN,
        limit_s=parts.outside.timeout_s * 2,
    )


async def _tried(proving: Awaitable[str]) -> tuple[str, Problem | None]:
    try:
        return await proving, None
    except Problem as problem:
        return "", problem


async def _told_apart(
    parts: Parts, to: Destination, credential: Credential, proving: Awaitable[Identity]
) -> Identity:
    """Is a refused one good, but for a line end or quotes around it? Raises Problem."""
    try:
        return await proving
    except Problem as problem:
        bare = credential.secret.bare()
        if not bare or bare == credential.secret:
            raise
        raise await _damaged(parts, to, replace(credential, secret=bare), problem) from None


async def _damaged(parts: Parts, to: Destination, bare: Credential, refused: Problem) -> Problem:
    """The registry decides."""
    try:
        await parts.api(to.endpoint, bare).prove(to.repository)
    except Problem:
        return refused
    host = to.endpoint.host
    told = Evidence(
        Stage.TOKEN,
        "the same secret without the line end, spaces or quotes around it",
        "taken; as it is stored here, it is refused",
        host,
        facts={"host": host},
    )
    return Problem(*refused.evidence, told, cause="login.rejected", fixes=(_KEEP_BARE,))


def _wrong_name(
    refused: Problem, stored: Credential, named: Credential, to: Destination
) -> Problem:
    """The secret is good, and lies here under a name with which the registry never takes it."""
    host = to.endpoint.host
    told = Evidence(
        Stage.TOKEN,
        f"the same secret under the user name {named.username}",
        f"taken; under {stored.username}, as it is stored here, it is refused",
        host,
        facts={"host": host, "kind": "user name"},
    )
    return Problem(*refused.evidence, told, cause="login.token-kind")
