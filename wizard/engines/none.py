"""No engine: the wizard's own push of the same image."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING

from wizard.core.diagnosis import Sign
from wizard.core.names import Platform, Reference
from wizard.core.ports import (
    EngineDetails,
    EngineProgress,
    EnginePushed,
    EngineStatus,
    FoundEngine,
)

if TYPE_CHECKING:
    from wizard.core.image import TestImage
    from wizard.core.ports import ApiFactory, Endpoint, Outside
    from wizard.core.secret import AnyCredential


class NoEngine:
    """Always there. It proves registry, login and pull; the user's SDK still needs a builder."""

    id = "none"
    title = "No engine"
    about = "The wizard pushes by itself. Fine for a first look; your SDK needs a builder."
    signs: tuple[Sign, ...] = ()

    def __init__(self, api: ApiFactory, endpoint_of: Callable[[str], Endpoint]) -> None:
        self._api = api
        self._endpoint_of = endpoint_of

    async def detect(self, outside: Outside) -> AsyncGenerator[FoundEngine, None]:
        del outside
        yield FoundEngine(self.id, self.title, "", EngineStatus.READY)

    async def examine(
        self, found: FoundEngine, platform: Platform, outside: Outside
    ) -> EngineDetails:
        del found, outside
        return EngineDetails(
            # In the row itself: a note is not shown to whoever reads the plain report.
            summary="the wizard pushes by itself; to build images, your SDK needs a container "
            "engine or a remote builder",
            builder="wizard",
            platform=platform,
        )

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
        """Config and layer side by side, then the manifest that names them."""
        del found, outside, is_stored
        repository, manifest = reference.repository, image.manifest
        api = self._api(self._endpoint_of(repository.host), credential)
        blobs = ((manifest.config, image.config), (manifest.layers[0], image.layer))
        yield EngineProgress("uploading config and layer", 0, 3)
        await _all(api.push_blob(repository, blob, content) for blob, content in blobs if blob)
        yield EngineProgress("writing the manifest", 2, 3)
        digest = await api.put_manifest(repository, reference.version, manifest)
        yield EnginePushed(digest, image.size_bytes, "the wizard's own push")


async def _all(works: Iterable[Coroutine[object, object, None]]) -> None:
    """Side by side; when one fails the others are ended, which gather() does not do."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
