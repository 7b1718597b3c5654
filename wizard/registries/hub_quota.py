"""The pulls that Docker Hub still gives this login, read without spending one (B6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Problem
from wizard.core.names import HUB_HOST, Repository
from wizard.core.ports import Endpoint, Outside
from wizard.core.secret import Credential

_PROBE: Final = Repository(HUB_HOST, "ratelimitpreview/test")
_QUOTA: Final = re.compile(r"(\d{1,9})(?:;w=(\d{1,9}))?")
_OK: Final = 200
_TOO_MANY: Final = 429
_HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Quota:
    """Pulls left of `limit` in a window of `window_s` seconds."""

    left: int
    limit: int
    window_s: int


async def quota_notes(
    credential: Credential, endpoint: Endpoint, outside: Outside
) -> tuple[str, ...]:
    """In words; nothing where it cannot be read. A HEAD spends no pull."""
    try:
        answer = await outside.ask_registry(
            "HEAD",
            "manifests/latest",
            endpoint=endpoint,
            credential=credential,
            repository=_PROBE,
        )
    except Problem:
        return ()
    if answer.status == _TOO_MANY:
        return ("the pull quota of this account is spent for now", _CLUSTER_QUOTA)
    if answer.status != _OK:
        return ()
    quota = read_quota(answer.headers)
    if quota is None:
        return ("pulls with this login are not limited",)
    hours = quota.window_s / _HOUR_S
    said = f"{quota.left} of {quota.limit} pulls left in {hours:g} hours with this login"
    return (said, _CLUSTER_QUOTA)


_CLUSTER_QUOTA: Final = (
    "without a login a cluster's nodes share a smaller quota of their own address; "
    "it cannot be read from here"
)


def read_quota(headers: Mapping[str, str]) -> Quota | None:
    """From `ratelimit-limit: 200;w=21600` and `ratelimit-remaining`; None: there is no limit."""
    limit = _QUOTA.match(headers.get("ratelimit-limit", ""))
    left = _QUOTA.match(headers.get("ratelimit-remaining", ""))
    if limit is None or left is None:
        return None
    return Quota(int(left[1]), int(limit[1]), int(limit[2] or 6 * _HOUR_S))
