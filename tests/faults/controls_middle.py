"""Healthy machines behind proxies, devices and certificates of every kind that is in order."""

from __future__ import annotations

import json
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler

from tests.faults.case import Control, Inject
from tests.faults.controls_network import DEAD
from tests.faults.controls_odd_network import across
from tests.faults.impostor import listening, named
from tests.faults.middle import relay, tunnel_of
from tests.faults.places import DOCKER_HUB, ECR, GAR, OPEN
from tests.faults.proxy import BOTH, PORT
from tests.faults.registries import BEARER, BEHIND_A_PROXY
from tests.faults.world import World
from tests.journeys.front import Headers
from tests.lab.machine import ADDRESS
from tests.support.certificates import DAY, Authority
from wizard.sandbox.dialects.aws_api import API_HOST
from wizard.sandbox.dialects.aws_sts import STS_HOST

LEFT_OUT = ("docker-distribution-api-version", "docker-content-digest", "date", "server")


def without_names(*names: str) -> Inject:
    """Hosts that no push and no pull asks."""
    return lambda world: named(world, **{name.replace(".", "__"): "" for name in names})


@contextmanager
def _by_socks(world: World) -> Iterator[None]:
    """RFC 1928, without a login: the proxy looks the name up."""
    world.env |= dict.fromkeys(BOTH, f"socks5://{ADDRESS}:{PORT}")

    def talk(connection: socket.socket) -> None:
        connection.recv(2 + 255)
        connection.sendall(b"\x05\x00")
        (port,) = struct.unpack("!H", connection.recv(262)[-2:])
        connection.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        with world.lab.machine.connect(ADDRESS, port) as there:
            relay(connection, there)

    with listening(world, talk, port=PORT, address=ADDRESS):
        yield


@contextmanager
def _by_proxy_over_tls(world: World) -> Iterator[None]:
    world.env |= dict.fromkeys(BOTH, f"https://{ADDRESS}:{PORT}")
    tunnel = tunnel_of(world)
    with listening(world, tunnel, port=PORT, leaf=world.lab.leaf, address=ADDRESS):
        yield


def _of_2008(world: World) -> AbstractContextManager[object]:
    context = world.lab.leaf.server_context("http/1.1")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return across(world, context)


def _by_a_wildcard(world: World) -> AbstractContextManager[object]:
    leaf = world.lab.authority.issue("*.lab.test")
    return across(world, leaf.server_context("http/1.1"))


def _an_expired_one_beside(world: World) -> AbstractContextManager[object]:
    """As servers went on to show DST Root CA X3 after its end: nobody needs it."""
    leaf = world.lab.authority.issue(world.place.host.partition(":")[0])
    other = Authority(world.lab.machine.folder / "beside", "Old Root")
    old = other.issue("old.test", valid_from=-9 * DAY, valid_until=-DAY)
    leaf.certificate.write_bytes(leaf.certificate.read_bytes() + old.certificate.read_bytes())
    return across(world, leaf.server_context("http/1.1"))


def _proxies_of_containers_dead(world: World) -> None:
    """Given to what runs in containers, and to nothing else."""
    document = json.loads(world.docker_config.read_text())
    document["proxies"] = {"default": {"httpProxy": DEAD, "httpsProxy": DEAD}}
    world.docker_config.write_text(json.dumps(document))


def _no_address_at_all(world: World) -> None:
    """The `%` of its password encodes nothing: Go's programs go on without it."""
    world.env |= dict.fromkeys(BOTH, f"http://ada:50%off@{ADDRESS}:9")


def _headers_left_out(_world: World) -> AbstractContextManager[None]:
    """By a proxy that passes on what it knows."""

    def changes(_request: BaseHTTPRequestHandler, headers: Headers) -> Headers:
        return [row for row in headers if row[0].lower() not in LEFT_OUT]

    return BEHIND_A_PROXY.changed(changes=changes)


CONTROLS = (
    Control("by-socks", _by_socks),
    Control("by-proxy-over-tls", _by_proxy_over_tls),
    Control("tls-of-2008", _of_2008, OPEN),
    Control("certificate-of-all-below", _by_a_wildcard, OPEN),
    Control("expired-one-in-the-chain", _an_expired_one_beside, OPEN),
    Control("proxies-of-containers-dead", _proxies_of_containers_dead),
    Control("interface-blocked", without_names("hub.docker.com"), DOCKER_HUB),
    Control("interface-blocked", without_names("artifactregistry.googleapis.com"), GAR),
    Control("interface-blocked", without_names(API_HOST, STS_HOST), ECR),
    Control("proxy-that-is-no-address-at-all", _no_address_at_all),
    Control("headers-left-out", _headers_left_out, BEARER),
)
