"""Instances of LXD or Incus, and the engines in them that a proxy device hands to the host.

Source: engines.md 3.4, recipe (b).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from wizard.core.dataclass import dataclass
from wizard.core.text import clean
from wizard.engines.docker_fingerprints import Reply
from wizard.engines.local_socket import BUDGET_S
from wizard.engines.lxd_rest import get

MOST_INSTANCES: Final = 2000
_LIST: Final = "/1.0/instances?recursion=1&all-projects=true"
_DEFAULT_PROJECT: Final = "default"
_ENGINES: Final = {"docker.sock": "Docker", "podman.sock": "Podman"}


@dataclass(frozen=True, slots=True)
class Handed:
    """An engine's socket inside an instance, and where the host finds it."""

    device: str
    engine: str
    """`Docker` or `Podman`, by the socket's name inside."""
    url: str
    """`unix:///run/lxd-docker.sock`, as DOCKER_HOST takes it."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One container or virtual machine."""

    name: str
    project: str
    is_running: bool
    handed: tuple[Handed, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """How a command names it."""
        return (
            (self.name,)
            if self.project == _DEFAULT_PROJECT
            else (self.name, "--project", self.project)
        )


async def instances(path: str, limit_s: float = BUDGET_S) -> tuple[Instance, ...] | None:
    """All that this user may see; None where it does not say in time."""
    listed = await get(path, _LIST, limit_s)
    if isinstance(listed, Reply) or not isinstance(listed, list):
        return None
    return tuple(_instance(entry) for entry in listed[:MOST_INSTANCES] if isinstance(entry, dict))


def _instance(entry: dict[str, Any]) -> Instance:
    devices = entry.get("expanded_devices")
    return Instance(
        name=clean(str(entry.get("name") or ""), 80),
        project=clean(str(entry.get("project") or _DEFAULT_PROJECT), 80),
        is_running=str(entry.get("status", "")).lower() == "running",
        handed=tuple(_handed(devices)) if isinstance(devices, dict) else (),
    )


def _handed(devices: dict[str, Any]) -> Iterator[Handed]:
    for name, device in devices.items():
        if not isinstance(device, dict) or device.get("type") != "proxy":
            continue
        if device.get("bind", "host") not in ("", "host"):
            continue
        connects, listens = str(device.get("connect", "")), str(device.get("listen", ""))
        engine = _ENGINES.get(connects.rpartition("/")[2], "")
        url = _url(listens)
        if engine and url and connects.startswith("unix:"):
            yield Handed(clean(name, 80), engine, url)


def _url(listens: str) -> str:
    """As Docker's tools write it; empty for an abstract socket, which they cannot open."""
    kind, _, where = listens.partition(":")
    if kind == "unix" and where.startswith("/"):
        return clean(f"unix://{where}", 200)
    return clean(f"tcp://{where}", 200) if kind == "tcp" else ""
