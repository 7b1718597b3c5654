"""What this machine and this installation are, in words for a report."""

from __future__ import annotations

import platform
from importlib import metadata

import wizard
from wizard.cli.world import World
from wizard.core.report_page import Versions

_TOLD = ("httpx", "textual", "docker", "keyring", "truststore")


def versions(world: World) -> Versions:
    return Versions(
        wizard=wizard.__version__,
        python=platform.python_version(),
        system=f"{world.system} {platform.release()} {platform.machine()}",
        libraries=tuple(f"{name} {version}" for name in _TOLD if (version := _version(name))),
    )


def machine_name() -> str:
    return platform.node()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
