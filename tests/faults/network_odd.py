"""Faults that look like others: half a handshake, pages with a status, an engine's own DNS."""

from __future__ import annotations

import shlex
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from tests.faults.case import Breaks, Case, Inject
from tests.faults.endpoints import docker_of
from tests.faults.impostor import silent
from tests.faults.network import (
    DOWN,
    GATEWAY,
    INTERCEPTED,
    LIMITED,
    QUICK,
    SKOPEO,
    TIMEOUT,
    at,
    instead,
    met,
    page,
)
from tests.faults.registries import BEARER, BEHIND_A_PROXY
from tests.faults.routes import asking
from tests.faults.world import World
from tests.journeys.front import Instead, Said
from tests.support.needs import need_program

TOO_FAST = "<html><title>Error 1015</title>You are being rate limited</html>"
SIGN_IN = "<html><title>Sign in to Acme</title><form></form></html>"
HTML = {"Content-Type": "text/html"}
BAD_GATEWAY = (502, HTML, GATEWAY.encode())


def _stalls(connection: socket.socket) -> None:
    """The first bytes of an answer to the greeting, and no more: packets that were too long."""
    connection.recv(65536)
    connection.sendall(b"\x16\x03\x03\x0e\xa2\x02\x00\x00\x76\x03\x03")
    silent(connection)


def said_by_the_front(said: Said, path: str = "/") -> Inject:
    """By what stands before a registry of one's own, to every request."""
    answer: Instead = lambda asked: said if asked.path.startswith(path) else None  # noqa: E731
    return lambda _world: BEHIND_A_PROXY.changed(answer)


@contextmanager
def _daemon_without_names(world: World) -> Iterator[None]:
    """It knows other names than this shell, and none of a registry."""
    hosts = world.lab.machine.folder / "hosts-of-the-daemon"
    hosts.write_text("127.0.0.1 localhost\n")
    with docker_of(world).restarted(hosts=hosts):
        yield


@contextmanager
def _large_packets_lost(world: World) -> Iterator[None]:
    """On the way there alone, as in a VPN whose packets do not fit: small requests pass."""
    need_program("iptables-legacy", "iptables")
    world.is_new, world.patience_s = True, 1.5
    rule = shlex.split("OUTPUT -p tcp --dport 443 -m length --length 1400:65535 -j DROP")
    world.lab.run(["iptables-legacy", "--append", *rule]).succeeded()
    try:
        yield
    finally:
        world.lab.run(["iptables-legacy", "--delete", *rule]).succeeded()


@contextmanager
def _name_server_silent_for_long(world: World) -> Iterator[None]:
    """With the system's own patience, which is longer than ours: five seconds, and once more."""
    world.patience_s = 1.5
    with asking(None)(world) or nullcontext():
        resolver = world.lab.machine.etc / "resolv.conf"
        resolver.write_text("options timeout:5 attempts:2\n" + resolver.read_text().split("\n")[0])
        yield


FAULTS: tuple[Case, ...] = (
    Case(
        "name-server-silent-for-long",
        "network.dns",
        _name_server_silent_for_long,
        SKOPEO,
        options=QUICK,
    ),
    Case(
        "large-packets-lost",
        TIMEOUT,
        _large_packets_lost,
        SKOPEO,
        options=("--push", "--engine", "none", "--timeout", "2"),
    ),
    Case(
        "stalls-amid-the-handshake",
        TIMEOUT,
        met(_stalls, tls=False, patience_s=1.5),
        SKOPEO,
        options=QUICK,
    ),
    Case("429-on-a-page", LIMITED, instead(at("/v2/", page(429, TOO_FAST))), SKOPEO),
    Case("gateway-says-502", DOWN, said_by_the_front(BAD_GATEWAY), SKOPEO, BEARER),
    Case(
        "sign-in-page-before-all",
        INTERCEPTED,
        said_by_the_front((401, HTML, SIGN_IN.encode())),
        SKOPEO,
        BEARER,
    ),
    Case(
        "token-service-not-there",
        INTERCEPTED,
        said_by_the_front((404, HTML, b"<html>404 Not Found</html>"), "/token"),
        SKOPEO,
        BEARER,
    ),
    Case(
        "daemon-without-names",
        "engine.registry-unreachable",
        _daemon_without_names,
        Breaks.DOCKER_PUSH,
        options=("--push",),
    ),
)
