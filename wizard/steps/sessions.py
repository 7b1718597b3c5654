"""Why a cloud's sessions give no login, where the registry's logins are made of them."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.core.diagnosis import Diagnosis
from wizard.core.events import LoginSeen
from wizard.steps.registry import Destination

_NEAREST_FIRST = (
    "login.cloud-expired",
    "login.cloud-denied",
    "login.rejected",
    "login.cloud-missing",
)


def ended(to: Destination, rows: Iterable[LoginSeen]) -> Diagnosis | None:
    """Of several sessions, what is wrong with the one that is nearest to working."""
    problems = [row.login.problem for row in rows if row.login.problem and not row.login.tools]
    if not to.endpoint.cloud:
        return None
    for cause in _NEAREST_FIRST:
        for found in problems:
            if found is not None and found.cause == cause:
                return found
    return None
