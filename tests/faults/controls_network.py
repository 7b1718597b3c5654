"""Healthy machines in odd networks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.case import Control, Inject
from tests.faults.impostor import listening, named
from tests.faults.middle import tunnel_of
from tests.faults.places import DOCKER_HUB, GAR, OPEN
from tests.faults.proxy import PORT, set_to
from tests.faults.tls import trusting
from tests.faults.world import World
from tests.lab.machine import ADDRESS

DEAD = f"http://{ADDRESS}:9"


def through(url: str, entrance: str = ADDRESS) -> Inject:
    """A proxy that lets everybody through."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        world.env |= {"HTTPS_PROXY": url, "https_proxy": url}

        with listening(world, tunnel_of(world), port=PORT, address=entrance):
            yield

    return inject


def _around_a_dead_proxy(world: World) -> None:
    set_to(DEAD)(world)
    world.env |= {"NO_PROXY": "localhost,.github.com,ghcr.io", "no_proxy": ""}


def _inner_by_range(world: World) -> None:
    """As administrators write it: by suffix and by addresses."""
    set_to(DEAD)(world)
    world.env |= {"NO_PROXY": "10.0.0.0/8,192.0.2.0/24,.lab.test", "no_proxy": ""}


def _plain_proxy_only(world: World) -> None:
    world.env |= {"HTTP_PROXY": DEAD, "http_proxy": DEAD}


@contextmanager
def _ipv6_first(world: World) -> Iterator[None]:
    """A name with an address of each kind, on a machine without IPv6."""
    with named(world):
        file = world.lab.machine.etc / "hosts"
        file.write_text(f"2001:db8::7 ghcr.io\n{file.read_text()}")
        yield


def _two_minutes_off(world: World) -> None:
    world.clock = "+2m"


def _bundle(world: World) -> bytes:
    """The company's bundle: all that the system has."""
    return (world.lab.machine.etc / "ssl" / "certs" / "ca-certificates.crt").read_bytes()


CONTROLS = (
    Control("by-proxy", through(f"http://{ADDRESS}:{PORT}")),
    Control("by-proxy", through(f"http://{ADDRESS}:{PORT}"), GAR),
    Control("by-proxy-without-scheme", through(f"{ADDRESS}:{PORT}"), DOCKER_HUB),
    Control("by-proxy-with-login", through(f"http://ada:p%40ss@{ADDRESS}:{PORT}"), OPEN),
    Control("around-a-dead-proxy", _around_a_dead_proxy),
    Control("around-a-dead-proxy-by-range", _inner_by_range, OPEN),
    Control("dead-proxy-for-plain-http-only", _plain_proxy_only),
    Control("ipv6-address-first", _ipv6_first),
    Control("clock-two-minutes-off", _two_minutes_off),
    Control("bundle-of-the-company", trusting(_bundle)),
    Control("github-interface-blocked", lambda world: named(world, api__github__com="")),
)
