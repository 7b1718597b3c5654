"""Faults of the project's own SDK, and remarks on what breaks no plain docker push.

These are no rows of the matrix where no plain command breaks: what the SDK meets is shown by its
own package in tests/clients/test_sdk_probe.py. Here stands what doctor must say of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.faults import stand_in
from tests.faults.case import Case, Inject
from tests.faults.endpoints import context_to, docker_of, put_context
from tests.faults.places import GHCR, Place
from tests.faults.world import World
from tests.support.containerd import containerd
from tests.support.needs import need_program
from tests.support.sdk_environments import fake_environment, program

FAULTS: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Notice:
    """What is told of a machine from which a plain push works: a row with this cause."""

    id: str
    cause: str
    inject: Inject
    options: tuple[str, ...] = ()
    place: Place = GHCR
    is_ready: bool = True
    """False where the SDK is known to fail or to go another way than the plain command."""

    @property
    def name(self) -> str:
        return f"{self.place.id}-{self.id}"


def sdk(**packages: str) -> Inject:
    """A project whose Python has these packages, by their metadata."""

    def inject(world: World) -> None:
        folder = fake_environment(world.home / "project" / ".venv", **packages)
        world.arguments += ["--python", str(folder / "bin" / "python")]

    return inject


def python(script: str) -> Inject:
    """A Python that is none."""

    def inject(world: World) -> None:
        file = program(world.home / "project" / ".venv" / "bin" / "python", script)
        world.arguments += ["--python", str(file)]

    return inject


def _python_gone(world: World) -> None:
    world.arguments += ["--python", "/opt/gone/bin/python"]


@contextmanager
def _old_package_in_a_context(world: World) -> Iterator[None]:
    """The engine is reached by a context, and the package asks the usual socket, where none is."""
    sdk(flytekit="1.16.0", docker="7.1.0")(world)
    path = docker_of(world).socket
    path.rename(path.with_name("colima.sock"))
    put_context(world, context_to("unix:///run/colima.sock"))
    try:
        yield
    finally:
        path.with_name("colima.sock").rename(path)


@contextmanager
def _two_engines(world: World) -> Iterator[None]:
    """The docker command and a package that follows no context end at different ones."""
    sdk(flytekit="1.16.0", docker="7.1.0")(world)
    path = docker_of(world).socket
    real = path.with_name("real.sock")
    path.rename(real)
    put_context(world, context_to("unix:///run/real.sock"))
    try:
        with stand_in.at(path, stand_in.another):
            yield
    finally:
        path.unlink(missing_ok=True)
        real.rename(path)


def _buildx(script: str, mode: int = 0o755) -> Inject:
    def inject(world: World) -> None:
        plugin = program(world.docker_config.parent / "cli-plugins" / "docker-buildx", script)
        plugin.chmod(mode)

    return inject


def _docker_not_on_path(world: World) -> None:
    """A GUI product whose programs were never put on PATH."""
    only = world.lab.machine.folder / "without-docker"
    only.mkdir(exist_ok=True)
    for name in ("nsenter", "timeout"):
        link = only / name
        if not link.exists():
            link.symlink_to(need_program(name))
    world.env["PATH"] = str(only)


def _tls_left_over(world: World) -> None:
    """Of minikube: `docker` and its Python package refuse to start without certificates."""
    world.env["DOCKER_TLS_VERIFY"] = "1"


@contextmanager
def _containerd_alone(world: World) -> Iterator[None]:
    with containerd() as running:
        world.env["CONTAINERD_ADDRESS"] = str(running.path)
        yield


NO_BUILDER = "engine.no-builder"
UNUSABLE = "sdk.python-unusable"
UNSUPPORTED = "sdk.engine-unsupported"
FLYTEKIT = {"flytekit": "1.16.0", "docker": "7.2.0"}
ENGINELESS = ("--engine", "podman")

NOTICES: tuple[Notice, ...] = (
    Notice("docker-not-on-path", NO_BUILDER, _docker_not_on_path),
    Notice("buildx-crashes", NO_BUILDER, _buildx("kill -SEGV $$")),
    Notice("buildx-not-executable", NO_BUILDER, _buildx("exit 0", 0o644)),
    Notice("containerd-builds-nothing", NO_BUILDER, _containerd_alone, ("--engine", "containerd")),
    Notice("tls-variable-left-over", "engine.endpoint-invalid", _tls_left_over),
    Notice("podman-without-a-socket", "engine.socket-off", lambda _world: None, ENGINELESS),
    Notice("login-lies-open", "store.plaintext", lambda _world: None),
    Notice("flytekit-with-podman", UNSUPPORTED, sdk(**FLYTEKIT), ENGINELESS, is_ready=False),
    Notice("old-flyte-with-podman", UNSUPPORTED, sdk(flyte="2.0.0"), ENGINELESS, is_ready=False),
    Notice(
        "old-package-in-a-context",
        "sdk.docker-package-old",
        _old_package_in_a_context,
        is_ready=False,
    ),
    Notice("two-engines", "sdk.docker-package-old", _two_engines, is_ready=False),
    Notice("flytekit-without-buildx", NO_BUILDER, sdk(**FLYTEKIT), is_ready=False),
    Notice("python-gone", UNUSABLE, _python_gone),
    Notice("python-crashes", UNUSABLE, python("kill -SEGV $$")),
    Notice("python-says-something-else", UNUSABLE, python("echo Welcome")),
    Notice("python-hangs", UNUSABLE, python("sleep 600"), ("--timeout", "1")),
)
