"""Whether an engine can run the cluster's programs while it builds (engines.md 3.1, F6).

Copying into an image works for every platform. RUN needs the processor, or emulation in the
kernel below the engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.names import Platform

BINFMT: Final = Path("/proc/sys/fs/binfmt_misc")
_QEMU: Final = {"amd64": "x86_64", "arm64": "aarch64", "386": "i386"}
_BRING_THEIR_OWN: Final = ("Docker Desktop", "OrbStack")


@dataclass(frozen=True, slots=True)
class Emulation:
    """`is_there` is None where it cannot be seen from here."""

    wanted: Platform
    is_there: bool | None
    said: str = ""


def emulation(
    own: Platform, wanted: Platform, *, is_here: bool, title: str, binfmt: Path = BINFMT
) -> Emulation:
    """Is what the cluster runs this engine's own, or emulated?"""
    if (own.os, own.architecture) == (wanted.os, wanted.architecture):
        return Emulation(wanted, is_there=True)
    if any(product in title for product in _BRING_THEIR_OWN):
        return Emulation(wanted, None, f"builds for {wanted} run under its own emulation")
    if not is_here:
        words = f"whether it emulates {wanted} shows with the first RUN of a build"
        return Emulation(wanted, None, words)
    name = _QEMU.get(wanted.architecture, wanted.architecture)
    if _is_registered(binfmt / f"qemu-{name}"):
        return Emulation(wanted, is_there=True, said=f"builds for {wanted} run emulated, slowly")
    words = f"it is {own}, and this kernel emulates no {wanted}: only COPY works, every RUN fails"
    return Emulation(wanted, is_there=False, said=words)


def _is_registered(file: Path) -> bool:
    """Enabled, and fixed (F), so that the emulator works inside containers too."""
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith("flags:")), "")
    return lines[:1] == ["enabled"] and "F" in flags
