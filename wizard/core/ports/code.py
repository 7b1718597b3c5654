"""The person's own project: its Python, its SDK, its configuration, the images that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from wizard.core.flyte_config import Configuration
    from wizard.core.names import Reference
    from wizard.core.preset import Preset
    from wizard.core.sdk import Existence, InstalledSdk, ProjectPython


class ProjectCode(Protocol):
    """Looked at, never run: no file of the project is imported. Nothing here is a secret."""

    def python(self) -> ProjectPython | None:
        """As `--python` says, else `$VIRTUAL_ENV`, `.venv`, `python3`; None: there is none."""
        ...

    @property
    def has_environment(self) -> bool:
        """A Python was named, or the project has an environment of its own. Costs next to nothing.

        Else what `python3` holds is only a guess.
        """
        ...

    async def installed(self, python: ProjectPython) -> InstalledSdk:
        """Raises Problem (sdk.python-unusable) within its deadline."""
        ...

    async def engine_ids(self, python: ProjectPython, urls: tuple[str, ...]) -> tuple[str, ...]:
        """What the engine at each address calls itself; empty where none says so.

        Raises Problem (sdk.python-unusable).
        """
        ...

    async def exists(self, installed: InstalledSdk, reference: Reference) -> Existence:
        """What the SDK's own check answers. Raises Problem (sdk.python-unusable)."""
        ...

    def configurations(self) -> tuple[Configuration, ...]:
        """Of Union and Flyte: what each of their programs would read."""
        ...

    def images(self) -> tuple[str, ...]:
        """Names that the code here gives to images, the nearest file's first."""
        ...

    def preset(self) -> Preset | None:
        """What the team proposes. Raises PresetError."""
        ...
