"""Where LXD and Incus listen, in the order in which their own clients look.

Reads nothing but paths. Source: engines.md 2.2 rows 11 and 12.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from wizard.core.actions import RUN
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix
from wizard.core.text import clean
from wizard.engines.services import as_root, has_systemd, has_unit, service

SNAP_FOLDER: Final = "/var/snap/lxd/common"
MOST_PROFILES: Final = 20


@dataclass(frozen=True, slots=True)
class Product:
    """LXD or Incus, and how its command line is called."""

    title: str
    client: str
    programs: tuple[str, ...]
    """Any of these on PATH says that the daemon is installed, running or not."""
    group: str
    init: str
    image: str
    """What a new instance for Docker is made from: its usual image server's."""


LXD: Final = Product(
    "LXD", "lxc", ("lxd", "/snap/bin/lxd"), "lxd", "lxd init --auto", "ubuntu:24.04"
)
INCUS: Final = Product(
    "Incus",
    "incus",
    ("incusd", "/usr/libexec/incus/incusd", "/opt/incus/bin/incusd"),
    "incus-admin",
    "incus admin init --auto",
    "images:debian/12",
)


@dataclass(frozen=True, slots=True)
class Place:
    """One socket."""

    path: str
    product: Product
    named_by: str = ""

    @property
    def endpoint(self) -> str:
        return f"unix://{self.path}"

    @property
    def is_snap(self) -> bool:
        return self.path.startswith(SNAP_FOLDER)

    @property
    def is_there(self) -> bool:
        return os.path.lexists(self.path)

    @property
    def start(self) -> Fix:
        unit = self.product.title.lower()
        if self.is_snap or (unit == "lxd" and os.path.isdir(SNAP_FOLDER)):  # noqa: PTH112
            command = f"{as_root()}snap start lxd.daemon"
            return Fix("Start LXD", command=command, system="linux")
        return Fix(
            f"Start {self.product.title}",
            command=service("start", unit),
            action=RUN if has_systemd() and has_unit(unit) else "",
            system="linux",
            changes=f"{self.product.title} runs, and the instances that start with it",
            inverse=service("stop", unit),
        )


def places(environ: Mapping[str, str], home: Path, system: str) -> tuple[Place, ...]:
    """Each socket once. Where one is named, its product is looked for nowhere else."""
    found: dict[object, Place] = {}
    for place in (*_of(LXD, environ, home, system), *_of(INCUS, environ, home, system)):
        try:
            status = os.stat(place.path)  # noqa: PTH116 - follows links
            key: object = (status.st_dev, status.st_ino)
        except (OSError, ValueError):
            key = place.path
        found.setdefault(key, place)
    return tuple(found.values())


def _of(product: Product, environ: Mapping[str, str], home: Path, system: str) -> Iterator[Place]:
    name = product.title.upper()
    if named := environ.get(f"{name}_SOCKET", ""):
        yield Place(clean(named, 200), product, f"{name}_SOCKET")
    elif folder := environ.get(f"{name}_DIR", ""):
        yield Place(clean(f"{folder}/unix.socket", 200), product, f"{name}_DIR")
    elif system == "linux" and product is LXD:
        yield Place(f"{SNAP_FOLDER}/lxd/unix.socket", product)
        yield Place("/var/lib/lxd/unix.socket", product)
    elif system == "linux":
        yield from _incus_places()
    elif system == "darwin" and product is INCUS:
        for profile in sorted((home / ".colima").glob("*/incus.sock"))[:MOST_PROFILES]:
            yield Place(str(profile), product)


def _incus_places() -> Iterator[Place]:
    """The user's own socket where only that may be written to, as its client does."""
    for folder in ("/run/incus", "/var/lib/incus"):
        usual, own = f"{folder}/unix.socket", f"{folder}/unix.socket.user"
        yield Place(
            own if os.access(own, os.W_OK) and not os.access(usual, os.W_OK) else usual, INCUS
        )


def is_installed(product: Product, which: Callable[[str], str | None]) -> bool:
    return any(which(program) for program in product.programs)
