"""Podman: its own command, its sockets and its machines; detection, the closer look, the push."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from wizard.engines.podman_signs import PODMAN_SIGNS

if TYPE_CHECKING:
    from wizard.core.image import TestImage
    from wizard.core.names import Platform, Reference
    from wizard.core.ports import (
        EngineDetails,
        EngineProgress,
        EnginePushed,
        FoundEngine,
        Outside,
    )
    from wizard.core.secret import AnyCredential


class PodmanEngine:
    """Ready by its command alone; by a socket where the command is not here."""

    id = "podman"
    title = "Podman"
    about = "Builds and pushes without a service. Flyte 2 can build with it, flytekit cannot."
    signs = PODMAN_SIGNS

    async def detect(self, outside: Outside) -> AsyncGenerator[FoundEngine, None]:
        """The command, and each socket by one `/_ping`, all at once."""
        from wizard.engines.podman_detect import place_of, rows

        async with aclosing(rows(outside, place_of(outside))) as found:
            async for row in found:
                yield row

    async def examine(
        self, found: FoundEngine, platform: Platform, outside: Outside
    ) -> EngineDetails:
        """By `podman info`, or the same over its socket. Raises Problem."""
        from wizard.engines.podman_examine import examine

        return await examine(found, platform, outside)

    async def push(
        self,
        found: FoundEngine,
        image: TestImage,
        reference: Reference,
        credential: AnyCredential,
        outside: Outside,
        *,
        is_stored: bool = True,
    ) -> AsyncGenerator[EngineProgress | EnginePushed, None]:
        """As Flyte 2 does by its builder local-podman: `podman build`, `podman push`."""
        from wizard.engines.podman_push import PodmanJob, pushing

        del is_stored  # always given to it by hand: podman has more places for a login than docker
        job = PodmanJob(found, image, reference, credential, outside)
        async with aclosing(pushing(job)) as items:
            async for item in items:
                yield item
