"""A dockerd and a builder that run, and cannot do their work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.case import Inject
from tests.faults.endpoints import docker_of
from tests.faults.world import World
from tests.lab.machine import ADDRESS
from tests.support.sdk_environments import program

_PLUGIN = """
case "$1" in
docker-cli-plugin-metadata)
  echo '{"SchemaVersion": "0.1.0", "Vendor": "Docker", "Version": "v0.17.1"}'; exit ;;
esac
case "$2" in version) echo "github.com/docker/buildx v0.17.1"; exit ;; esac
"""


@contextmanager
def cut_off(world: World) -> Iterator[None]:
    """A daemon whose proxy nobody runs."""
    with docker_of(world).restarted(environ={"HTTPS_PROXY": f"http://{ADDRESS}:9"}):
        yield


@contextmanager
def untrusting(world: World) -> Iterator[None]:
    """The company's authority is known to this machine, and not to its dockerd."""
    folder = world.lab.machine.folder / "untrusting"
    with docker_of(world).restarted(untrusting=folder):
        yield


@contextmanager
def full(world: World) -> Iterator[None]:
    with docker_of(world).restarted(space="24m"):
        docker_of(world).fill_disk()
        yield


@contextmanager
def plain_http_from_afar(world: World) -> Iterator[None]:
    """The name no longer means this machine itself, from which alone dockerd takes plain HTTP."""
    hosts = world.lab.machine.etc / "hosts"
    before = hosts.read_text()
    hosts.write_text(f"{ADDRESS} localhost\n")
    try:
        with docker_of(world).restarted():  # it remembers the file for some seconds
            yield
    finally:
        hosts.write_text(before)


def buildx(script: str) -> Inject:
    """A plugin that docker takes for good, and that breaks down when it builds."""

    def inject(world: World) -> None:
        plugin = world.docker_config.parent / "cli-plugins" / "docker-buildx"
        program(plugin, f"{_PLUGIN}\n{script}")
        world.building = ("--push", "--tag", f"{world.place.prefix}/app:plain")

    return inject
