"""What people see and paste: messages of docker, podman, kubelets and SDKs, and what they can mean.

Only for `explain --message`: a message alone decides nothing, so each row names candidates, the
likeliest first, and the probe that tells them apart. What registries say in their own protocol
stands with each registry, as signs.
"""

from __future__ import annotations

from typing import Final

from wizard.causes.messages import builds, engine, logins, network, pulls, pushes, stores
from wizard.causes.messages.saying import Saying, Weight

__all__ = ["SAYINGS", "Saying", "Weight"]

SAYINGS: Final[tuple[Saying, ...]] = (
    *engine.SAYINGS,
    *builds.SAYINGS,
    *stores.SAYINGS,
    *network.SAYINGS,
    *logins.SAYINGS,
    *pushes.SAYINGS,
    *pulls.SAYINGS,
)
