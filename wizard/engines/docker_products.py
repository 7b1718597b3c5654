"""Products that bring a Docker engine: where each puts its socket, and how each is started.

Source: engines.md 2.2 and 4.8. What is marked unconfirmed there is not relied upon.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix

MOST_PROFILES: Final = 20
SYSTEM_SOCKET: Final = "/var/run/docker.sock"
WINDOWS_PIPE: Final = "//./pipe/docker_engine"
DESKTOP_PIPE: Final = "//./pipe/dockerDesktopLinuxEngine"
PROGRAMS: Final = ("docker", "dockerd", "colima", "orb", "rdctl", "limactl", "dockerd-rootless.sh")
"""Any of these on PATH says that an engine is installed, running or not."""


@dataclass(frozen=True, slots=True)
class Product:
    """One place where a product listens."""

    title: str
    url: str = ""
    marker: Path | None = None
    """A folder that is there when the product is installed."""
    start: Fix | None = None

    def is_installed(self) -> bool:
        return self.marker is not None and os.path.isdir(self.marker)  # noqa: PTH112 - never raises


ENGINE: Final = Product("Docker")


def default_url(system: str) -> str:
    """Where docker looks when nothing is configured."""
    return f"npipe://{WINDOWS_PIPE}" if system == "win32" else f"unix://{SYSTEM_SOCKET}"


def products(
    environ: Mapping[str, str], home: Path, system: str, user_id: int
) -> Iterator[Product]:
    """The fixed places, in the order of engines.md 2.2."""
    if system == "win32":
        yield Product("Docker", f"npipe://{WINDOWS_PIPE}")
        yield Product("Docker Desktop", f"npipe://{DESKTOP_PIPE}")
        return
    yield Product("Docker", f"unix://{SYSTEM_SOCKET}")
    if system == "linux":
        start = Fix("Start rootless Docker", command="systemctl --user start docker")
        runtime = environ.get("XDG_RUNTIME_DIR", "")
        for folder in dict.fromkeys((runtime, f"/run/user/{user_id}")):
            if folder.startswith("/"):
                yield Product("Docker (rootless)", f"unix://{folder}/docker.sock", start=start)
        start = Fix("Start Docker Desktop", command="systemctl --user start docker-desktop")
        desktop = home / ".docker" / "desktop"
        yield Product("Docker Desktop", f"unix://{desktop}/docker.sock", desktop, start)
    else:
        run = home / ".docker" / "run"
        start = Fix("Start Docker Desktop", command="open -a Docker")
        yield Product("Docker Desktop", f"unix://{run}/docker.sock", run, start)
        orbstack = home / ".orbstack"
        start = Fix("Start OrbStack", command="open -a OrbStack")
        yield Product("OrbStack", f"unix://{orbstack}/run/docker.sock", orbstack, start)
    yield from _virtual_machines(environ, home)


def _virtual_machines(environ: Mapping[str, str], home: Path) -> Iterator[Product]:
    rancher = home / ".rd"
    start = Fix("Start Rancher Desktop", command="rdctl start")
    yield Product("Rancher Desktop", f"unix://{rancher}/docker.sock", rancher, start)
    for folder in _profiles(_colima_home(environ, home)):
        start = Fix("Start Colima", command=f"colima start {folder.name}")
        yield Product("Colima", f"unix://{folder}/docker.sock", folder, start)
    for folder in _profiles(home / ".lima"):
        start = Fix("Start Lima", command=f"limactl start {folder.name}")
        # Most of Lima's templates have no docker in them: a missing socket says nothing.
        yield Product("Lima", f"unix://{folder}/sock/docker.sock", start=start)


def _colima_home(environ: Mapping[str, str], home: Path) -> Path:
    if named := environ.get("COLIMA_HOME", ""):
        return Path(named)
    usual, configured = home / ".colima", environ.get("XDG_CONFIG_HOME", "")
    return usual if usual.is_dir() or not configured else Path(configured) / "colima"


def _profiles(folder: Path) -> list[Path]:
    """One folder for each virtual machine; names with `_` are the product's own."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())
    except OSError:
        return []
    good = [name for name in names if name.replace("-", "").replace(".", "").isalnum()]
    return [folder / name for name in good if not name.startswith((".", "-"))][:MOST_PROFILES]
