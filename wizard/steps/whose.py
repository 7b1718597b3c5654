"""Whose a credential is, by the registry's management side where that can be asked."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Evidence, Fault, Problem
from wizard.core.ports import Identity, Parts
from wizard.core.secret import Credential
from wizard.steps.registry import Destination

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
    if problem.cause or seen.host in ("", to.endpoint.host):
        return False
    status = seen.status or 0
    return seen.fault in _OUT_OF_REACH or status == _TOO_MANY or status >= _SERVER_ERROR
