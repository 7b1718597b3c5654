"""What people see and paste: messages of docker, podman, kubelets and SDKs, and what they can mean.

Only for `explain --message`: a message alone decides nothing, so each row names candidates, the
likeliest first, and the probe that tells them apart. What registries say in their own protocol
stands with each registry, as signs.
"""

from __future__ import annotations

from typing import Final

from wizard.causes.messages import builds, engine, logins, network, pulls, pushes, stores
from wizard.causes.messages.saying import Saying, Weight

__all__ = ["ELSEWHERE", "SAYINGS", "Saying", "Weight"]

ELSEWHERE: Final = (
    r"^error from server|logged in to the server|probe failed|^remote: |git@|\.git/?'"
    r"|storage\.googleapis|(put|get|list|head)(object|bucket)|pypi\.org|registry\.npmjs"
)
"""Words of clusters, git, object stores and package indexes, which refuse much as registries do."""

SAYINGS: Final[tuple[Saying, ...]] = (
    *engine.SAYINGS,
    *builds.SAYINGS,
    *stores.SAYINGS,
    *network.SAYINGS,
    *logins.SAYINGS,
    *pushes.SAYINGS,
    *pulls.SAYINGS,
)
