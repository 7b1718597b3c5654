"""How a service of the machine is started and restarted, by this user and with what runs here.

Source: engines.md 4.8; sd_booted(3) for systemd.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path("/")
_SYSTEMD: Final = "run/systemd/system"
_UNITS: Final = ("etc/systemd/system", "lib/systemd/system", "usr/lib/systemd/system")


def has_systemd(root: Path = ROOT) -> bool:
    return _is_there(root / _SYSTEMD)


def has_unit(name: str, root: Path = ROOT) -> bool:
    return any(_is_there(root / folder / f"{name}.service") for folder in _UNITS)


def service(verb: str, name: str, *, user_id: int | None = None, root: Path = ROOT) -> str:
    """`sudo systemctl enable --now docker`; `service docker start` for root without systemd."""
    by = as_root(user_id)
    if has_systemd(root):
        return f"{by}systemctl {verb} {name}"
    return f"{by}service {name} {'start' if verb == 'enable --now' else verb}"


def as_root(user_id: int | None = None) -> str:
    """Root needs no sudo, and often has none."""
    is_root = (os.geteuid() if user_id is None and hasattr(os, "geteuid") else user_id) == 0
    return "" if is_root else "sudo "


def _is_there(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - never raises
