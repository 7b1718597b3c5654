"""One build by Podman's command, and how everything that it left is given back.

A build is never ended half-way while it can end by itself: Podman leaves its working container
behind on SIGINT, SIGTERM and SIGKILL alike, whatever --force-rm says (seen with 4.3.1).
"""

from __future__ import annotations

import asyncio
import io
import secrets
import tarfile
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Problem
from wizard.core.image import TestImage
from wizard.core.ports import Outside, ProgramResult
from wizard.core.text import clean
from wizard.engines.podman_command import at, command, complaint, environ_in, read_json
from wizard.engines.podman_endpoints import PodmanEndpoint

BUILD_S: Final = 60.0
LEAVE_S: Final = 5.0
"""How long a build that nobody waits for may go on: it takes 0.3 s, and 2 s on a busy machine."""
TIDY_S: Final = 10.0
_ID_LENGTH: Final = 64
_MOST_RECORDS: Final = 2000
_MOST_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Built:
    """Its id, or None and the reason."""

    image: str | None
    said: str = ""


class Build:
    """Builds once. `forget` is called always."""

    def __init__(
        self, endpoint: PodmanEndpoint, image: TestImage, folder: Path, outside: Outside
    ) -> None:
        """`folder` is private and is removed by whoever made it."""
        self._endpoint = endpoint
        self._image = image
        self._folder = folder
        self._outside = outside
        self._ids = folder / "image-id"
        # Means nothing to a build without RUN, and stands in the working container's record.
        self._mark = f"registry-wizard-{secrets.token_hex(8)}"
        self._was_killed = False

    async def run(self) -> Built:
        """When cancelled, it lets the build end first, for at most LEAVE_S."""
        _unpack(self._image, self._folder / "context")
        building = asyncio.create_task(self._podman(self._argv(), BUILD_S))
        try:
            ended = await asyncio.shield(building)
        except asyncio.CancelledError:
            self._was_killed = not await _ends(building, LEAVE_S)
            raise
        if ended is None:
            return Built(None, "podman cannot be started")
        if ended.timed_out:
            self._was_killed = True
            return Built(None, f"it was not built in {BUILD_S:g} s")
        image = self._id()
        if ended.code != 0 or not image:
            return Built(None, complaint(ended))
        return await self._for_the_platform(image)

    async def forget(self) -> None:
        """Take the image away; after a build that was killed, its container too.

        When cancelled, it does so all the same.
        """
        tidying = asyncio.create_task(self._tidy())
        try:
            await asyncio.shield(tidying)
        except asyncio.CancelledError:
            await _ends(tidying, TIDY_S)
            raise

    async def _tidy(self) -> None:
        if self._was_killed:
            for container in await self._containers():
                await self._podman(["rm", "--force", container], TIDY_S)
        if image := self._id():
            await self._podman(["rmi", "--force", image], TIDY_S)

    def _argv(self) -> list[str]:
        return [
            "build",
            # The cache would give an image of another platform (E89), and keep what it made.
            "--layers=false",
            f"--platform={self._image.platform}",
            f"--dns-option={self._mark}",
            f"--iidfile={self._ids}",
            str(self._folder / "context"),
        ]

    async def _for_the_platform(self, image: str) -> Built:
        said = await self._podman(
            ["image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", image], TIDY_S
        )
        made = clean(said.stdout.decode("utf-8", "replace"), 40) if said else ""
        wanted = self._image.platform
        if made == f"{wanted.os}/{wanted.architecture}":
            return Built(image)
        return Built(None, f"no child with platform {wanted}: it made an image for {made}")

    async def _podman(self, words: list[str], limit_s: float) -> ProgramResult | None:
        environ = environ_in(self._folder, self._endpoint, self._outside)
        with suppress(Problem):
            argv = command(self._endpoint, *words)
            return await self._outside.run(argv, timeout_s=limit_s, environ=environ)
        return None

    def _id(self) -> str:
        try:
            with self._ids.open("rb") as file:
                image = file.read(_ID_LENGTH * 2).decode("ascii", "replace")
        except OSError:
            return ""
        image = image.strip().removeprefix("sha256:")
        return image if len(image) == _ID_LENGTH and image.isalnum() else ""

    # --- what a killed build left ---------------------------------------------------------------

    async def _containers(self) -> list[str]:
        """Working containers whose record has our mark. None where it lies on another system."""
        asked = await self._podman(["info", "--format", "json"], TIDY_S)
        document = read_json(asked.stdout) if asked else {}
        root = at(document, ("store", "graphRoot"))
        driver = at(document, ("store", "graphDriverName"))
        if not isinstance(root, str) or not isinstance(driver, str):
            return []
        records = Path(root, f"{driver}-containers").glob("*/userdata/buildah.json")
        mark = self._mark.encode()
        return [r.parents[1].name for r in islice(records, _MOST_RECORDS) if mark in _bytes(r)]


async def _ends(task: asyncio.Task[Any], limit_s: float) -> bool:
    """Wait for its own end, then end it. Did it end by itself?"""
    await asyncio.wait({task}, timeout=limit_s)
    if task.done():
        return True
    task.cancel()
    await asyncio.wait({task})
    return False


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_BYTES)
    except OSError:
        return b""


def _unpack(image: TestImage, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with tarfile.open(fileobj=io.BytesIO(image.build_context())) as archive:
        archive.extractall(folder, filter="data")
