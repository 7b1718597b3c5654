"""Healthy machines behind networks and servers that are odd, and break nothing."""

from __future__ import annotations

import gzip
import socket
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace

from tests.faults.case import Control, Inject
from tests.faults.controls_network import DEAD, through
from tests.faults.impostor import ELSEWHERE, listening, named
from tests.faults.middle import opening
from tests.faults.places import DOCKER_HUB, OPEN, PLAIN
from tests.faults.proxy import PORT, THERE
from tests.faults.storage import kept_elsewhere, serving
from tests.faults.world import World
from tests.lab.machine import ADDRESS
from tests.support.certificates import Authority
from wizard.sandbox.exchange import Answer, Request
from wizard.sandbox.faults import PracticeFault


def amended(change: object) -> Inject:
    """The practice registry, whose every answer is changed in a way that matters to nobody."""

    def inject(world: World) -> None:
        fault = PracticeFault("of-this-test", "", "", after=change)  # type: ignore[arg-type]
        world.lab.sandbox._app.faults[fault.id] = fault

    return inject


def _packed(request: Request, answer: Answer) -> Answer:
    """By a server that packs all that it sends, also to whoever did not ask for it."""
    if not answer.body or request.method == "HEAD":
        return answer
    headers = {**answer.headers, "Content-Encoding": "gzip"}
    return replace(answer, body=gzip.compress(answer.body), headers=headers)


def _slow(_request: Request, answer: Answer) -> Answer:
    return replace(answer, delay_s=0.4)


class _Busy:
    """Each address is refused once: wait a second."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def __call__(self, request: Request) -> Answer | None:
        if not request.path.startswith("/v2/") or request.path in self._known:
            return None
        self._known.add(request.path)
        return Answer(429).adding(retry_after="1") if len(self._known) == 1 else None


def _busy_at_first(world: World) -> None:
    fault = PracticeFault("of-this-test", "", "", instead=_Busy())
    world.lab.sandbox._app.faults[fault.id] = fault


@contextmanager
def _first_address_dead(world: World, family: str = ELSEWHERE) -> Iterator[None]:
    """Of the two addresses of the name nobody listens at the first."""
    world.lab.run(["ip", "address", "replace", f"{ELSEWHERE}/32", "dev", "lo"]).succeeded()
    with named(world):
        file = world.lab.machine.etc / "hosts"
        file.write_text(f"{family} ghcr.io\n{file.read_text()}")
        yield


@contextmanager
def _ipv6_swallowed(world: World) -> Iterator[None]:
    """There is a way by IPv6, and nothing ever comes back on it."""
    run = world.lab.run
    address = "2001:db8::9"
    run(["ip", "-6", "address", "replace", f"{address}/128", "dev", "lo", "nodad"]).succeeded()
    rule = ["OUTPUT", "-d", address, "-j", "DROP"]
    run(["ip6tables", "-A", *rule]).succeeded()
    try:
        with _first_address_dead(world, address):
            yield
    finally:
        run(["ip6tables", "-D", *rule]).succeeded()
        run(["ip", "-6", "address", "del", f"{address}/128", "dev", "lo"]).succeeded()


def across(
    world: World, context: ssl.SSLContext, *, not_http_2: bool = False
) -> AbstractContextManager[object]:
    """The registry's name leads to a device that opens TLS and asks the real one."""
    host, _, port = world.place.host.partition(":")
    talk = opening(world, context, not_http_2=not_http_2)
    to = {host.replace(".", "__"): ELSEWHERE}
    stack = ExitStack()
    stack.enter_context(listening(world, talk, port=int(port or 443)))
    stack.enter_context(named(world, **to))
    return stack


def _breaks_http_2(world: World) -> AbstractContextManager[object]:
    """A device that offers HTTP/2 and hangs up on it. No engine speaks that to registries."""
    return across(world, world.lab.leaf.server_context("h2", "http/1.1"), not_http_2=True)


@contextmanager
def _opened_by_a_company_that_is_known(world: World) -> Iterator[None]:
    """Its proxy opens all traffic, and its authority was installed here as it should be."""
    talk = opening(world, world.lab.leaf.server_context("http/1.1"))

    def by_proxy(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        talk(connection)

    world.env |= {"HTTPS_PROXY": THERE, "https_proxy": THERE, "NO_PROXY": ".github.com"}
    with listening(world, by_proxy, port=PORT, address=ADDRESS):
        yield


@contextmanager
def _authority_of_one_host(world: World) -> Iterator[None]:
    """In docker's folder for this one registry, which skopeo reads too, and nowhere else."""
    folder = world.lab.machine.etc / "docker" / "certs.d" / world.place.host
    folder.mkdir(parents=True)
    own = Authority(world.lab.machine.folder / "own", "Registry Authority")
    (folder / "ca.crt").write_bytes(own.certificate.read_bytes())
    leaf = own.issue(world.place.host.partition(":")[0])
    try:
        with across(world, leaf.server_context("http/1.1")):
            yield
    finally:
        (folder / "ca.crt").unlink()
        folder.rmdir()


def _dead_proxy_in_the_variable_that_go_has_not(world: World) -> None:
    world.env |= {"ALL_PROXY": DEAD, "all_proxy": DEAD}


def _dead_proxy_for_all_but_this_machine(world: World) -> None:
    """Go's programs never ask a proxy for what is on the machine itself."""
    world.env |= {"HTTP_PROXY": DEAD, "HTTPS_PROXY": DEAD}


@contextmanager
def _dead_proxy_in_lower_case(world: World) -> Iterator[None]:
    """Go's programs read the other one first."""
    with through(THERE)(world):  # type: ignore[union-attr]
        world.env |= {"https_proxy": DEAD}
        yield


def _server_clock_off(world: World) -> None:
    world.switch_on("clock-skew")


CONTROLS = (
    Control("answers-packed", amended(_packed)),
    Control("answers-packed", amended(_packed), DOCKER_HUB),
    Control("answers-slow", amended(_slow)),
    Control("busy-at-first", _busy_at_first),
    Control("first-address-dead", _first_address_dead),
    Control("ipv6-swallows-all", _ipv6_swallowed),
    Control("http-2-broken-on-the-way", _breaks_http_2),
    Control("opened-by-a-company-that-is-known", _opened_by_a_company_that_is_known),
    Control("layers-on-another-host", kept_elsewhere(serving())),
    Control("authority-of-one-host", _authority_of_one_host, OPEN),
    Control("clock-of-the-server-off", _server_clock_off),
    Control("dead-proxy-in-all-proxy", _dead_proxy_in_the_variable_that_go_has_not),
    Control("dead-proxy-in-lower-case", _dead_proxy_in_lower_case),
    Control("dead-proxy-and-localhost", _dead_proxy_for_all_but_this_machine, PLAIN),
)
