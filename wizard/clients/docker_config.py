"""The files in which docker, its SDK and podman look for a login, in their order.

Source: credentials.md 1.1 and 1.3, registries.md 10.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from wizard.core.ports import Outside


def config_path(outside: Outside) -> Path:
    """The file that the docker command line reads and writes; DOCKER_CONFIG names its folder."""
    folder = outside.environ.get("DOCKER_CONFIG", "")
    return (Path(folder) if folder else outside.home / ".docker") / "config.json"


def sdk_config_path(outside: Outside) -> Path:
    """What docker's Python SDK reads: it falls back to the home where docker does not (seen)."""
    chosen = config_path(outside)
    return chosen if chosen.exists() else outside.home / ".docker" / "config.json"


def podman_paths(
    outside: Outside, system: str = sys.platform, *, goes_on: bool = False
) -> tuple[Path, ...]:
    """The files that podman, skopeo and buildah read, in their order.

    One that a variable names is read alone; with `goes_on`, as releases before 2023 do, the usual
    ones after it (seen; containers/image 1751).
    """
    environ, home = outside.environ, outside.home
    docker = config_path(outside)
    user = Path(environ.get("XDG_CONFIG_HOME", "") or home / ".config") / "containers/auth.json"
    usual = (user, docker, home / ".dockercfg")
    if explicit := environ.get("REGISTRY_AUTH_FILE", ""):
        first = Path(explicit)
    elif environ.get("DOCKER_CONFIG", ""):
        first = docker
    else:
        return (_runtime_file(environ), *usual) if system == "linux" else usual
    return tuple(dict.fromkeys((first, *usual))) if goes_on else (first,)


def _runtime_file(environ: Mapping[str, str]) -> Path:
    """Root, containers and cron have no XDG_RUNTIME_DIR: it is another place then."""
    if runtime := environ.get("XDG_RUNTIME_DIR", ""):
        return Path(runtime) / "containers/auth.json"
    return Path(f"/run/containers/{os.geteuid()}/auth.json")
