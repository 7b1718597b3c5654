"""The two ways around an engine that cannot push, with the exact commands.

The wizard's own push; or a Docker engine inside an instance, handed to the host by a proxy device:
from then on it is a Docker engine like any other. What can be run now can be run by the wizard;
each run is followed by a new look, which offers the next one. Source: engines.md 3.4, recipe (b).
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from wizard.core.diagnosis import Fix
from wizard.engines.docker_contexts import all_contexts, config_folder
from wizard.engines.lxd_instances import Handed, Instance
from wizard.engines.lxd_places import SNAP_FOLDER, Place
from wizard.engines.lxd_rest import Server

INSTANCE: Final = "registry-wizard"
"""The name of the instance that the recipe makes."""
DEVICE: Final = "docker"
_INSIDE: Final = "unix:/run/docker.sock"

OWN_PUSH: Final = Fix(
    "Let the wizard push its test image without an engine",
    command="registry-wizard setup --engine none",
)
_USE_DOCKER: Final = Fix(
    "Choose that Docker engine here", command="registry-wizard setup --engine docker"
)


def ways(
    place: Place,
    server: Server,
    found: tuple[Instance, ...],
    environ: Mapping[str, str],
    home: Path,
) -> tuple[Fix, ...]:
    """Best first. One that is already handed out comes before making another."""
    if handed := [(i, h) for i in found for h in i.handed]:
        instance, way = next(((i, h) for i, h in handed if i.is_running), handed[0])
        return (*_to_handed(place, instance, way, environ, home), OWN_PUSH)
    return (OWN_PUSH, *_recipe(place, server, found))


def _to_handed(
    place: Place, instance: Instance, handed: Handed, environ: Mapping[str, str], home: Path
) -> Iterator[Fix]:
    if not instance.is_running:
        start = shlex.join((place.product.client, "start", *instance.words))
        stop = shlex.join((place.product.client, "stop", *instance.words))
        title = f"Start the instance {instance.name}, which has {handed.engine} in it"
        yield Fix(title, start, action="run", changes="the instance runs", inverse=stop)
    if environ.get("DOCKER_HOST"):
        if environ["DOCKER_HOST"] != handed.url:
            yield Fix(
                f"Use the {handed.engine} in {instance.name}, in this shell",
                command=f"export DOCKER_HOST={shlex.quote(handed.url)}",
            )
        yield _USE_DOCKER
        return
    known = [c.name for c in all_contexts(config_folder(environ, home)) if c.host == handed.url]
    name = known[0] if known else f"{place.product.title.lower()}-{instance.name}"
    if not known:
        yield replace(_create_context(name, handed.url), action="run")
    use = Fix(
        f"Make the {handed.engine} in {instance.name} the current one",
        command=shlex.join(("docker", "context", "use", name)),
        action="run" if known else "",
        changes="docker and your SDK build and push there",
        inverse="docker context use default",
    )
    yield use
    yield _USE_DOCKER


def _create_context(name: str, url: str) -> Fix:
    command = ("docker", "context", "create", name, "--docker", f"host={url}")
    return Fix(
        "Tell docker of the engine in the instance",
        command=shlex.join(command),
        changes=f"the docker context {name} is made",
        inverse=shlex.join(("docker", "context", "rm", name)),
    )


def _recipe(place: Place, server: Server, found: tuple[Instance, ...]) -> Iterator[Fix]:
    """Its steps in order; `run` for those whose turn it is."""
    steps = list(_steps(place))
    made = next((i for i in found if i.name == INSTANCE), None)
    if not server.has_storage:
        title = f"Set up {place.product.title}: storage and a network for its instances"
        changes = "a storage pool, a network bridge and a default profile are made"
        yield Fix(title, place.product.init, action="run", changes=changes)
        yield from steps
    elif made is None:
        yield replace(steps[0], action="run")
        yield from steps[1:]
    else:
        if not made.is_running:
            start = shlex.join((place.product.client, "start", *made.words))
            yield Fix(f"Start the instance {INSTANCE}", start, action="run")
        yield replace(steps[1], action="run")
        yield replace(steps[2], action="run")
        yield steps[3]


def _steps(place: Place) -> Iterator[Fix]:
    client, product = place.product.client, place.product.title
    yield Fix(
        "Or put Docker into an instance. First make the instance",
        command=f"{client} launch {place.product.image} {INSTANCE} -c security.nesting=true",
        changes=f"{product} downloads a system image and starts the instance {INSTANCE}",
        risk="with security.nesting, what runs inside is set apart from this machine less strictly",
        inverse=f"{client} delete --force {INSTANCE}",
    )
    install = "apt-get -o Acquire::Retries=5 update && apt-get install -y docker.io"
    yield Fix(
        "Install Docker in it",
        command=f"{client} exec {INSTANCE} -- sh -c {shlex.quote(install)}",
        changes="Docker is installed and runs inside the instance, not on this machine",
        inverse=f"{client} delete --force {INSTANCE}",
    )
    socket = socket_path(place)
    owner, group = owners()
    yield Fix(
        "Hand its socket to this machine",
        command=(
            f"{client} config device add {INSTANCE} {DEVICE} proxy bind=host "
            f"listen=unix:{socket} connect={_INSIDE} uid={owner} gid={group} mode=0660"
        ),
        changes=f"{socket} leads to Docker in the instance, for you and the socket's group",
        risk="whoever may open the socket is root inside the instance",
        inverse=f"{client} config device remove {INSTANCE} {DEVICE}",
    )
    yield _create_context(f"{product.lower()}-{INSTANCE}", f"unix://{socket}")


def socket_path(place: Place) -> str:
    """Below its own folder for a snap, which sees no other of this machine's."""
    folder = SNAP_FOLDER if place.is_snap else "/run"
    return f"{folder}/{INSTANCE}-docker.sock"


def owners() -> tuple[int, int]:
    """You, and the group docker where this machine has one."""
    owner, group = (os.getuid(), os.getgid()) if hasattr(os, "getuid") else (0, 0)
    try:
        from grp import getgrnam

        return owner, getgrnam("docker").gr_gid
    except (ImportError, KeyError):
        return owner, group
