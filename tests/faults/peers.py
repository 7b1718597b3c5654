"""The same fault read by others: what docker, podman, skopeo and flyte's own builder print for it.

Only `python -m tests.faults` asks them all: each may take its whole patience to give up. Plain
docker, podman and skopeo are the real programs; flyte 2 is the real package, with a stand-in for
buildx, which is not to be had here, that builds and pushes by the real docker command.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from zlib import crc32

import pytest

from tests.faults.case import Breaks, Case
from tests.faults.words import judge
from tests.faults.world import World
from tests.support.sdk_environments import sdk_python

ASKED: Final = "WIZARD_FAULT_PEERS"
"""The variable that has them asked: a folder for what they say."""
PATIENCE_S: Final = 60.0
"""dockerd tries a refused push five times, which takes 50 s, before it says why."""

EVERY: Final = 6
"""Each sixth fault is read by them, chosen by its name: all would take half a day."""

_ABOVE: Final = "/usr/local/lib"
_PLUGINS: Final = f"{_ABOVE}/docker/cli-plugins"
_PULLS: Final = (Breaks.ANONYMOUS_PULL, Breaks.CLUSTER_PULL, Breaks.DOCKER_PULL)
_FLYTE: Final = """
import asyncio, sys
from pathlib import Path
import flyte
from flyte._internal.imagebuild.image_builder import ImageBuildEngine
flyte.init()
image = flyte.Image.from_dockerfile(Path(sys.argv[2]), sys.argv[1], "app", ("linux/amd64",))
asyncio.run(ImageBuildEngine.build(image, builder="local"))
"""
_BUILDX: Final = """
export DOCKER_BUILDKIT=0
if [ "$1" = docker-cli-plugin-metadata ]; then
  echo '{"SchemaVersion": "0.1.0", "Vendor": "stand-in", "Version": "v0", "ShortDescription": "-"}'
  exit
fi
shift
case "$1" in
  version) echo "stand-in v0" ;;
  ls) docker version >/dev/null && echo flytex ;;
  inspect) echo 'Driver Options: network="host"' ;;
  imagetools) skopeo inspect --raw "docker://$3" ;;
  build)
    while [ $# -gt 0 ]; do
      case "$1" in
        --tag) tag=$2; shift ;;
        --builder | --platform | -f) shift ;;
        --*) ;;
        *) folder=$1 ;;
      esac
      shift
    done
    # Not what is said of this old builder, which is the stand-in's and not flyte's.
    docker build --quiet --tag "$tag" "$folder" 2>"$folder/said" || { cat "$folder/said"; exit 1; }
    docker push "$tag" ;;
esac
"""


def heard(world: World, case: Case, factory: pytest.TempPathFactory) -> dict[str, str]:
    """By peer: how far its words go (words.py); nothing unless they are to be asked."""
    if not os.environ.get(ASKED) or crc32(case.name.encode()) % EVERY:
        return {}
    if case.breaks in _PULLS:
        said = _pulls(world, is_logged_in=case.breaks is Breaks.DOCKER_PULL)
    else:
        image = f"{world.prefix or world.place.prefix}/app:plain"
        said = {
            "docker": _run(world, "docker", "push", image),
            "podman": _podman_push(world, image),
            "skopeo": _run(world, "skopeo", "copy", world.an_image, f"docker://{image}"),
        }
    said["flyte"] = _flyte(world, sdk_python(factory, "flyte"))
    _keep(case, said)
    return {peer: judge(case.cause, text) for peer, text in said.items()}


def _keep(case: Case, said: Mapping[str, str]) -> None:
    """Their words, for whoever doubts the judgement, in the folder that the variable names."""
    for peer, text in said.items():
        folder = Path(os.environ[ASKED])
        folder.mkdir(exist_ok=True)
        (folder / f"{case.name}-{peer}.txt").write_text(f"{judge(case.cause, text)}\n\n{text}")


def _run(world: World, *argv: str, env: Mapping[str, str] | None = None) -> str:
    return world.run("timeout", f"{PATIENCE_S:g}", *argv, env=env, timeout_s=2 * PATIENCE_S).output


def _pulls(world: World, *, is_logged_in: bool) -> dict[str, str]:
    """As a cluster pulls, with no login, unless it is the login that breaks the pull."""
    home = world.home
    if not is_logged_in:
        home = world.home / "no-login"
        (home / ".docker").mkdir(parents=True, exist_ok=True)
        (home / ".docker" / "config.json").write_text("{}")
    own = {"HOME": str(home), "DOCKER_CONFIG": str(home / ".docker")}
    source = f"docker://{world.reference}"
    return {
        "docker": _run(world, "docker", "pull", world.reference, env=own),
        "podman": _podman(world, "pull", world.reference, env=own),
        "skopeo": _run(world, "skopeo", "copy", source, world.spare, env=own),
    }


def _podman_push(world: World, image: str) -> str:
    taken = _podman(world, "pull", "--quiet", world.an_image).strip().splitlines()
    return _podman(world, "push", taken[-1] if taken else "", f"docker://{image}")


def _podman(world: World, *words: str, env: Mapping[str, str] | None = None) -> str:
    """With a store of its own, so that nothing of this machine is touched."""
    store = world.lab.machine.folder / "podman"
    own = ("--root", str(store), "--runroot", "/run/peer", "--storage-driver", "vfs")
    return _run(world, "podman", *own, *words, env=env)


def _flyte(world: World, python: str) -> str:
    folder = world.home / "flyte"
    folder.mkdir()
    file = folder / "Dockerfile"
    file.write_text("FROM scratch\nCOPY Dockerfile /\n")
    with _buildx(world):
        said = _run(world, python, "-c", _FLYTE, world.place.prefix, str(file))
    frames = re.compile(r'^\s+(?:File "|\S.*|\^+$)')
    return "\n".join(line for line in said.splitlines() if not frames.match(line))


@contextmanager
def _buildx(world: World) -> Iterator[None]:
    """Where docker finds its plugins whatever is in its configuration; inside the lab alone."""
    within = world.lab.run
    within(["mount", "-t", "tmpfs", "none", _ABOVE]).succeeded()
    try:
        within(["mkdir", "-p", _PLUGINS]).succeeded()
        within(["tee", f"{_PLUGINS}/docker-buildx"], input=f"#!/bin/sh\n{_BUILDX}").succeeded()
        within(["chmod", "755", f"{_PLUGINS}/docker-buildx"]).succeeded()
        yield
    finally:
        within(["umount", _ABOVE]).succeeded()
