"""Faults of container engines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults import stand_in
from tests.faults.case import Breaks, Case, Inject
from tests.faults.daemons import buildx, cut_off, full, plain_http_from_afar, untrusting
from tests.faults.endpoints import (
    context_to,
    docker_of,
    in_context,
    in_context_that_is_gone,
    over_tls,
    stopped,
    with_env,
)
from tests.faults.places import PLAIN
from tests.faults.world import World
from tests.lab.machine import ADDRESS
from tests.support.needs import need_program

PUSH = Breaks.DOCKER_PUSH
GONE = "unix:///run/colima/docker.sock"


def _crashed(world: World) -> None:
    docker_of(world).crash()


@contextmanager
def _frozen(world: World) -> Iterator[None]:
    world.patience_s = 1
    docker_of(world).freeze()
    try:
        yield
    finally:
        docker_of(world).thaw()


@contextmanager
def _nobody_takes_it(world: World) -> Iterator[None]:
    world.patience_s = 1
    stopped(world)
    with stand_in.hung(docker_of(world).socket):
        yield


def _of_somebody_else(world: World) -> None:
    """`docker` without sudo, and not in the group."""
    world.as_nobody = True


@contextmanager
def _in_a_closed_folder(world: World) -> Iterator[None]:
    """Rootless Docker of somebody else."""
    folder = world.lab.machine.run_folder / "theirs"
    folder.mkdir(mode=0o700)
    docker_of(world).socket.rename(folder / "docker.sock")
    world.env |= {"DOCKER_HOST": "unix:///run/theirs/docker.sock"}
    world.as_nobody = True
    try:
        yield
    finally:
        (folder / "docker.sock").rename(docker_of(world).socket)
        folder.rmdir()


@contextmanager
def _member_since_today(world: World) -> Iterator[None]:
    """In the group docker since this session began: it counts from the next login on."""
    group = world.lab.machine.etc / "group"
    before = group.read_text()
    group.write_text(f"{before}docker:x:4321:nobody\n")
    os.chown(docker_of(world).socket, 0, 4321)
    world.as_nobody = True
    try:
        yield
    finally:
        group.write_text(before)
        os.chown(docker_of(world).socket, 0, 0)


def _in_its_place(kind: str) -> Inject:
    """Something else lies where the socket should be."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        path = docker_of(world).socket
        stopped(world)
        if kind == "file":
            path.touch()
        elif kind == "folder":
            path.mkdir()  # as `docker run -v /var/run/docker.sock:…` once made it
        else:
            path.symlink_to("/Users/ada/.docker/run/docker.sock")
        try:
            yield
        finally:
            path.rmdir() if kind == "folder" else path.unlink()

    return inject


@contextmanager
def without_docker(world: World, *programs: str) -> Iterator[None]:
    """On a machine that has only these, and the lab's own door."""
    stopped(world)
    only = world.home / "bin"
    only.mkdir()
    for name in ("nsenter", "timeout", *programs):
        shutil.copy2(need_program(name), only / name)
    world.env["PATH"] = str(only)
    run = world.lab.run
    run(["mount", "-t", "tmpfs", "none", "/usr/sbin"]).succeeded()
    try:
        yield
    finally:
        run(["umount", "/usr/sbin"]).succeeded()


def _answering(answer: stand_in.Answer) -> Inject:
    return lambda world: stand_in.engine(world, answer)


NO_CONTEXT = {"Name": "work", "Metadata": {}, "Endpoints": {}}
NOT_RUNNING = "engine.not-running"
DENIED = "engine.permission-denied"
INVALID = "engine.endpoint-invalid"
UNREACHABLE = "engine.endpoint-unreachable"
WRONG = "engine.wrong-context"

FAULTS: tuple[Case, ...] = (
    Case("dockerd-stopped", NOT_RUNNING, stopped, PUSH),
    Case("dockerd-crashed", NOT_RUNNING, _crashed, PUSH),
    Case("socket-is-a-file", NOT_RUNNING, _in_its_place("file"), PUSH),
    Case("socket-is-a-folder", NOT_RUNNING, _in_its_place("folder"), PUSH),
    Case("socket-link-dangles", NOT_RUNNING, _in_its_place("link"), PUSH),
    Case("forwarder-without-engine", NOT_RUNNING, _answering(stand_in.nothing), PUSH),
    Case("dockerd-frozen", "engine.not-answering", _frozen, PUSH),
    Case("nobody-takes-the-call", "engine.not-answering", _nobody_takes_it, PUSH),
    Case("engine-fails-inside", "engine.not-answering", _answering(stand_in.failing), PUSH),
    Case("socket-of-root", DENIED, _of_somebody_else, PUSH),
    Case("socket-in-a-closed-folder", DENIED, _in_a_closed_folder, PUSH),
    Case("group-not-active-yet", DENIED, _member_since_today, PUSH),
    Case("nothing-installed", "engine.none-found", without_docker, PUSH),
    Case("host-variable-to-nowhere", WRONG, with_env(DOCKER_HOST=GONE), PUSH),
    Case("context-of-a-removed-product", WRONG, in_context(context_to(GONE)), PUSH),
    Case("host-variable-to-a-dead-port", WRONG, with_env(DOCKER_HOST="tcp://127.0.0.1:9"), PUSH),
    Case("host-variable-without-scheme", INVALID, with_env(DOCKER_HOST="/var/run/x.sock"), PUSH),
    Case("host-variable-of-the-web", INVALID, with_env(DOCKER_HOST="https://10.0.0.7"), PUSH),
    Case("host-variable-of-windows", INVALID, with_env(DOCKER_HOST="npipe:////./pipe/x"), PUSH),
    Case("host-variable-with-a-tilde", INVALID, with_env(DOCKER_HOST="unix://~/d.sock"), PUSH),
    Case("context-variable-unknown", INVALID, with_env(DOCKER_CONTEXT="nowhere"), PUSH),
    Case("current-context-is-gone", INVALID, in_context_that_is_gone, PUSH),
    Case("context-file-cut-off", INVALID, in_context('{"Name": "work", "Endpo'), PUSH),
    Case("context-without-an-engine", INVALID, in_context(NO_CONTEXT), PUSH),
    Case("a-web-server-answers", INVALID, _answering(stand_in.web_page), PUSH),
    Case("an-ssh-server-answers", INVALID, _answering(stand_in.not_http), PUSH),
    Case("tls-without-certificates", INVALID, over_tls(has_certificates=False), PUSH),
    Case("tls-of-another-authority", UNREACHABLE, over_tls(has_certificates=True), PUSH),
    Case(
        "remote-port-closed",
        UNREACHABLE,
        with_env(is_stopped=True, DOCKER_HOST=f"tcp://{ADDRESS}:9"),
        PUSH,
    ),
    Case(
        "remote-name-unknown",
        UNREACHABLE,
        with_env(is_stopped=True, DOCKER_HOST="tcp://build.corp.test:2375"),
        PUSH,
    ),
    Case(
        "ssh-to-nobody",
        UNREACHABLE,
        with_env(is_stopped=True, DOCKER_HOST=f"ssh://ada@{ADDRESS}"),
        PUSH,
    ),
    Case("engine-of-2015", "engine.too-old", _answering(stand_in.too_old), PUSH),
    Case("version-pinned-too-new", "engine.too-old", with_env(DOCKER_API_VERSION="1.99"), PUSH),
    Case(
        "windows-containers",
        "engine.platform-unsupported",
        _answering(stand_in.of_windows),
        PUSH,
    ),
    Case("disk-full", "engine.disk-full", full, Breaks.DOCKER_BUILD, options=("--push",)),
    Case(
        "plain-http-from-afar",
        "engine.registry-plain-http",
        plain_http_from_afar,
        PUSH,
        place=PLAIN,
        options=("--push",),
    ),
    Case(
        "buildx-crashes",
        "engine.no-builder",
        buildx("echo 'panic: runtime error: invalid memory address' >&2; exit 2"),
        Breaks.DOCKER_BUILD,
        options=("--push",),
    ),
    Case(
        "daemon-behind-a-dead-proxy",
        "engine.registry-unreachable",
        cut_off,
        PUSH,
        options=("--push",),
    ),
    Case(
        "daemon-without-the-authority",
        "engine.registry-untrusted",
        untrusting,
        PUSH,
        options=("--push",),
    ),
)
