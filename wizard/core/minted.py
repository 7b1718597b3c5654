"""Which registries' logins the wizard's own helper makes from a cloud's session, as a file says.

    {"version": 1, "hosts": {"HOST": {"cloud": "aws", "origin": "profile:dev"}}}

Never a secret: only whose session to ask. Written by the wizard, read by its credential helper.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

FILE: Final = "minted.json"
MOST_BYTES: Final = 1 << 18
CLOUDS: Final = ("aws", "google")
_FOLDER: Final = "registry-wizard"


class MintedBy(NamedTuple):
    """Whose session one registry's logins are made from."""

    cloud: str
    """`aws` or `google`."""
    origin: str
    """As `Credential.origin` has it: `profile:dev`."""


def minted_path(environ: Mapping[str, str], home: Path, system: str) -> Path:
    """The one place where the wizard keeps it, whatever `--config` says.

    Docker starts the helper, which reads this file, with none of our options and often without the
    shell's variables: a place that either of them named would be lost there. So several
    configuration files share one list, as they share docker's config.json, which names the helper.
    """
    if system == "win32":
        local = environ.get("LOCALAPPDATA", "")
        return (Path(local) if local else home / "AppData" / "Local") / _FOLDER / FILE
    if system == "darwin":
        return home / "Library" / "Application Support" / _FOLDER / FILE
    chosen = environ.get("XDG_CONFIG_HOME", "").strip()
    return (Path(chosen) if chosen else home / ".config") / _FOLDER / FILE


def parse_minted(raw: bytes) -> dict[str, MintedBy]:
    """By host. What is not understood counts as not there: docker must not stumble over it."""
    try:
        hosts = json.loads(raw)["hosts"].items()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return {
        host: MintedBy(entry["cloud"], str(entry.get("origin", "")))
        for host, entry in hosts
        if isinstance(entry, dict) and entry.get("cloud") in CLOUDS
    }
