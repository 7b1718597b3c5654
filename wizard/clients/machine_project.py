"""The project in the working directory, behind core.ports.code.ProjectCode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from wizard.clients.project_folders import environment_folder, exists, upwards

if TYPE_CHECKING:
    from wizard.core.flyte_config import Configuration
    from wizard.core.names import Reference
    from wizard.core.ports import Outside
    from wizard.core.preset import Preset
    from wizard.core.sdk import Existence, InstalledSdk, ProjectPython


_PRESET: Final = ".registry-wizard.toml"


class MachineProject:
    """Implements core.ports.code.ProjectCode."""

    def __init__(self, outside: Outside, folder: Path, python: str = "") -> None:
        """`python` is what `--python` named; empty when it did not."""
        self._outside = outside
        self._folder = folder
        self._named = python
        self._images: tuple[str, ...] | None = None

    def python(self) -> ProjectPython | None:
        from wizard.clients import sdk_probe

        outside = self._outside
        if self._named:
            return sdk_probe.named_python(self._named, self._folder, outside)
        return sdk_probe.environment_python(outside, self._folder) or sdk_probe.default_python(
            outside
        )

    @property
    def has_environment(self) -> bool:
        """Imports nothing more: a run that stops at the engine asks this and no more."""
        outside = self._outside
        found = environment_folder(outside.environ, outside.home, self._folder)
        return bool(self._named) or found is not None

    async def installed(self, python: ProjectPython) -> InstalledSdk:
        from wizard.clients import sdk_probe

        return await sdk_probe.installed(self._outside, python)

    async def engine_ids(self, python: ProjectPython, urls: tuple[str, ...]) -> tuple[str, ...]:
        from wizard.clients import sdk_probe

        return await sdk_probe.engine_ids(self._outside, python, urls)

    async def exists(self, installed: InstalledSdk, reference: Reference) -> Existence:
        """As flytekit asks where it is there, else Flyte 2's."""
        from wizard.clients import sdk_probe
        from wizard.core.flyte_config import builder_of

        if installed.asks_docker:
            python = installed.python
            return await sdk_probe.docker_package_says(self._outside, python, str(reference))
        builder = builder_of(self.configurations())
        return await sdk_probe.buildx_says(self._outside, str(reference), builder)

    def configurations(self) -> tuple[Configuration, ...]:
        from wizard.clients import flyte_config

        outside = self._outside
        return flyte_config.configurations(outside.environ, outside.home, self._folder)

    def images(self) -> tuple[str, ...]:
        from wizard.clients import project_code

        if self._images is None:
            self._images = project_code.project_images(self._folder, self._outside.home)
        return self._images

    def preset(self) -> Preset | None:
        folders = upwards(self._folder, self._outside.home)
        if not any(exists(folder / _PRESET) for folder in folders):
            return None  # most folders; the rest need not be imported then
        from wizard.clients import preset

        return preset.find_preset(self._folder, self._outside.home)
