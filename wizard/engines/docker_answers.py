"""What an engine says about itself in `/version` and `/info`, read with care (engines.md 2.4)."""

from __future__ import annotations

import os
import platform as machine
import re
import sys
from typing import Any, Final

from wizard.core.dataclass import dataclass
from wizard.core.names import InvalidNameError, Platform
from wizard.core.text import clean
from wizard.engines.docker_endpoints import DockerEndpoint

_NAMED_BY_SYSTEM: Final = ("Docker Desktop", "OrbStack", "Rancher Desktop")
_MOST_WARNINGS: Final = 3
_LOOPBACK: Final = re.compile(r"localhost|127\.[\d.]+|::1")


@dataclass(frozen=True, slots=True)
class Answers:
    """Both documents, and the endpoint that gave them."""

    endpoint: DockerEndpoint
    version: dict[str, Any]
    info: dict[str, Any]

    def text(self, key: str) -> str:
        value = self.info.get(key)
        return clean(value, 120) if isinstance(value, str) else ""

    @property
    def platform(self) -> Platform:
        """Its own, in the words of images; the two documents differ (engines.md 5.24)."""
        try:
            return Platform.parse(f"{self.version.get('Os')}/{self.version.get('Arch')}")
        except InvalidNameError:
            return Platform.parse(f"linux/{machine.machine()}")

    @property
    def api(self) -> str:
        oldest, newest = self.version.get("MinAPIVersion"), self.version.get("ApiVersion")
        return f"{clean(str(oldest or '?'), 12)} to {clean(str(newest or '?'), 12)}"

    def speaks(self, pinned: str) -> bool:
        """False only where all three versions can be read, and this one lies outside."""
        bounds = (self.version.get("MinAPIVersion"), pinned, self.version.get("ApiVersion"))
        oldest, wanted, newest = (_number(str(bound or "")) for bound in bounds)
        if not (oldest and wanted and newest):
            return True
        return oldest <= wanted <= newest

    @property
    def is_podman(self) -> bool:
        components = self.version.get("Components")
        names = [part.get("Name") for part in components or () if isinstance(part, dict)]
        return "Podman Engine" in names

    @property
    def is_rootless(self) -> bool:
        options = self.info.get("SecurityOptions")
        said = any("name=rootless" in str(option) for option in options or ())
        return said or self.info.get("Rootless") is True

    @property
    def is_here(self) -> bool:
        """Does it run on this very system, not in a virtual machine or on another host?"""
        host = self.endpoint.host
        is_local = host is not None and host.scheme == "unix"
        return is_local and sys.platform == "linux" and self.text("Name") == machine.node()

    @property
    def is_overheard(self) -> bool:
        """Spoken to over a network in clear: the login of each push can be read on the way."""
        host = self.endpoint.host
        is_plain = host is not None and host.scheme == "tcp" and self.endpoint.tls is None
        return is_plain and not _LOOPBACK.fullmatch(host.name if host else "")

    @property
    def free_bytes(self) -> int | None:
        """Left where its images lie; None when that is a path on another system."""
        folder = self.text("DockerRootDir")
        if not folder or not self.is_here:
            return None
        try:
            seen = os.statvfs(folder)
        except OSError:
            return None
        return seen.f_bavail * seen.f_frsize

    @property
    def alarms(self) -> list[str]:
        """Whoever reaches an open port is root on the engine's machine (engines.md 5.23)."""
        lines = [str(line) for line in self.info.get("Warnings") or ()]
        return [clean(line, 160) for line in lines if "without encryption" in line][:_MOST_WARNINGS]

    def product(self, title: str) -> str:
        """What a person calls it: it says so itself better than its socket's path."""
        system, name = self.text("OperatingSystem"), self.text("Name")
        known = [p for p in _NAMED_BY_SYSTEM if p.lower() in system.lower()]
        if name == "colima" or name.startswith("colima-"):
            known.append("Colima")
        if not known or known[0] in title:
            return title
        return f"{known[0]} ({title})"


def _number(version: str) -> tuple[int, ...]:
    """`1.41` as something that can be compared; nothing for what is in another form."""
    parts = version.strip().removeprefix("v").split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()
