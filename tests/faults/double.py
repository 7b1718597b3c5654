"""Two faults at once: the first of the chain is named, and the second once that one is mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tests.faults.case import Breaks, Case, Inject
from tests.faults.config import spoiled
from tests.faults.endpoints import context_to, docker_of, in_context, stopped, with_env
from tests.faults.login import put_login
from tests.faults.store import misbehaving, named, naming
from tests.faults.tls import clock
from tests.faults.world import World
from tests.journeys.canary import new_canary
from tests.lab.machine import ADDRESS

PUSH, SKOPEO, LOGIN = Breaks.DOCKER_PUSH, Breaks.SKOPEO_PUSH, Breaks.DOCKER_LOGIN
DEAD_PROXY = f"http://{ADDRESS}:9"


def taken_back(inject: Inject) -> Inject:
    """The same fault, which ends with its block and leaves what was broken before it."""

    @contextmanager
    def with_an_end(world: World) -> Iterator[None]:
        env, clock, as_nobody = dict(world.env), world.clock, world.as_nobody
        arguments, files = list(world.arguments), world.files()
        with inject(world) or nullcontext():
            yield
        world.env, world.clock, world.as_nobody = env, clock, as_nobody
        world.arguments = arguments
        for name in world.files().keys() - files.keys():
            (world.home / name).unlink()
        for name, content in files.items():
            (world.home / name).write_bytes(content)
        if not docker_of(world).is_running():
            docker_of(world).start()

    return with_an_end


def _revoked(world: World) -> None:
    put_login(world, "practice", new_canary("ghp_"))


def _logged_out(world: World) -> None:
    world.docker_config.write_text('{"auths": {}}')


def _private(world: World) -> None:
    world.lab.sandbox.unpublish("practice/app")


def _of_the_sandbox(fault: str) -> Inject:
    @contextmanager
    def inject(world: World) -> Iterator[None]:
        world.switch_on(fault)
        yield
        world.lab.sandbox.switch_fault(fault, on=False)

    return inject


@contextmanager
def _frozen(world: World) -> Iterator[None]:
    world.patience_s = 1
    docker_of(world).freeze()
    try:
        yield
    finally:
        docker_of(world).thaw()


@contextmanager
def _without_a_name(world: World) -> Iterator[None]:
    """No DNS: the VPN is off."""
    hosts = world.lab.machine.etc / "hosts"
    before = hosts.read_text()
    hosts.write_text("127.0.0.1 localhost lab\n")
    try:
        yield
    finally:
        hosts.write_text(before)


def _nobody(world: World) -> None:
    world.as_nobody = True


def _helper_and_comment(world: World) -> None:
    """The file that names a missing helper cannot be read either."""
    named(world, "gone")
    spoiled(lambda content: b"// from the old laptop\n" + content)(world)


def _elsewhere(world: World) -> None:
    """DOCKER_CONFIG leads to a folder of a CI job, whose file is cut off."""
    folder: Path = world.home / "ci"
    folder.mkdir()
    (folder / "config.json").write_text('{"auths": {"ghcr.io"')
    world.env["DOCKER_CONFIG"] = str(folder)


def _unknown_context(world: World) -> None:
    document = json.loads(world.docker_config.read_text())
    world.docker_config.write_text(json.dumps({**document, "currentContext": "desktop-linux"}))


def _both(id_: str, first: tuple[str, Inject], second: tuple[str, Inject], breaks: Breaks) -> Case:
    cause, inject = first
    return Case(id_, cause, taken_back(inject), breaks, then=second[0], second=second[1])


DOWN = ("engine.not-running", stopped)
NO_ROLE = ("push.not-permitted", _of_the_sandbox("not-permitted"))
DEAD_REGISTRY = ("network.registry-down", _of_the_sandbox("registry-down"))
REVOKED = ("login.rejected", _revoked)
LOGGED_OUT = ("login.missing", _logged_out)
PRIVATE = ("pull.private", _private)
NO_HELPER = ("store.helper-missing", naming("gone"))
PROXY = with_env(HTTPS_PROXY=DEAD_PROXY, https_proxy=DEAD_PROXY)
DEAD_CONTEXT = in_context(context_to("unix:///run/colima/docker.sock"))
TWO_IN_ONE = "config.docker-malformed"

FAULTS: tuple[Case, ...] = (
    _both("engine-down-and-registry-down", DOWN, DEAD_REGISTRY, PUSH),
    _both("engine-down-and-no-role", DOWN, NO_ROLE, PUSH),
    _both("engine-frozen-and-no-helper", ("engine.not-answering", _frozen), NO_HELPER, PUSH),
    _both("token-revoked-and-image-private", REVOKED, PRIVATE, SKOPEO),
    _both("logged-out-and-image-private", LOGGED_OUT, PRIVATE, SKOPEO),
    _both("no-role-and-image-private", NO_ROLE, PRIVATE, SKOPEO),
    _both("registry-down-and-logged-out", DEAD_REGISTRY, LOGGED_OUT, SKOPEO),
    _both("proxy-dead-and-token-revoked", ("network.proxy", PROXY), REVOKED, SKOPEO),
    _both("no-dns-and-logged-out", ("network.dns", _without_a_name), LOGGED_OUT, SKOPEO),
    _both("clock-off-and-token-revoked", ("network.clock-wrong", clock("+400d")), REVOKED, SKOPEO),
    _both("context-dead-and-logged-out", ("engine.wrong-context", DEAD_CONTEXT), LOGGED_OUT, PUSH),
    _both("context-gone-and-revoked", ("engine.endpoint-invalid", _unknown_context), REVOKED, PUSH),
    _both(
        "version-pinned-and-image-private",
        ("engine.too-old", with_env(DOCKER_API_VERSION="1.99")),
        PRIVATE,
        PUSH,
    ),
    _both(
        "not-in-the-group-and-no-helper",
        ("engine.permission-denied", _nobody),
        NO_HELPER,
        PUSH,
    ),
    _both("file-cut-off-elsewhere-and-revoked", (TWO_IN_ONE, _elsewhere), REVOKED, LOGIN),
    _both("comment-and-no-helper", (TWO_IN_ONE, _helper_and_comment), NO_HELPER, SKOPEO),
    _both("helper-locked-and-no-role", ("store.locked", misbehaving("locked")), NO_ROLE, SKOPEO),
)
