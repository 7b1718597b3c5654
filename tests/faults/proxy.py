"""Faults of proxies, of the environment and of what stands between."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.faults import impostor
from tests.faults.case import Breaks, Case, Inject
from tests.faults.impostor import NOWHERE, Talk, listening
from tests.faults.places import DOCKER_HUB, GAR, OPEN
from tests.faults.world import World
from tests.lab.machine import ADDRESS
from tests.support.certificates import Authority

SKOPEO = Breaks.SKOPEO_PUSH
QUICK = ("--timeout", "1")
PORT = 3128
THERE = f"http://{ADDRESS}:{PORT}"
BOTH = ("HTTPS_PROXY", "https_proxy")


def set_to(url: str, *names: str) -> Inject:
    """These variables, which curl, Go and Python all read."""

    def inject(world: World) -> None:
        world.env |= dict.fromkeys(names or BOTH, url)

    return inject


def behind(talk: Talk, url: str = THERE, *, patience_s: float = 5.0) -> Inject:
    """A proxy that does this with whoever wants to get out."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        world.patience_s = patience_s
        world.env |= dict.fromkeys(BOTH, url)
        with listening(world, talk, port=PORT, address=ADDRESS):
            yield

    return inject


@contextmanager
def _opening_everything(world: World) -> Iterator[None]:
    """It speaks for the registry, with a certificate of the company's that is not known here."""
    folder = world.lab.machine.folder / "inspection"
    context = Authority(folder, "Corp Inspection CA").issue(world.place.host).server_context()

    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as inside:
            inside.recv(65536)

    with behind(talk)(world):  # type: ignore[union-attr]
        yield


REFUSES = impostor.says("HTTP/1.1 403 Forbidden", body="denied by policy")
WANTS_LOGIN = impostor.says(
    "HTTP/1.1 407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="corp"'
)
FAILS = impostor.says("HTTP/1.1 502 Bad Gateway", body="no upstream")
GATEWAY_TIMEOUT = impostor.says("HTTP/1.1 504 Gateway Timeout", body="upstream timed out")
PORTAL = impostor.says("HTTP/1.1 302 Found", "Location: http://proxy.corp.test/terms", body="")
NO_HTTP = impostor.raw(b"220 mail.corp.test ESMTP\r\n", waits=False)
CUT = impostor.reset_after_hello
WRONG_LOGIN = f"http://ada:{base64.b64encode(b'wrong').decode()}@{ADDRESS}:{PORT}"

PROXY = "network.proxy"

FAULTS: tuple[Case, ...] = (
    Case("nobody-there", PROXY, set_to(f"http://{ADDRESS}:9"), SKOPEO),
    Case("nobody-there", PROXY, set_to(f"http://{ADDRESS}:9"), SKOPEO, GAR),
    Case("nobody-there-lower-case-only", PROXY, set_to(f"http://{ADDRESS}:9", BOTH[1]), SKOPEO),
    Case("name-does-not-resolve", PROXY, set_to("http://proxy.corp.test:3128"), SKOPEO),
    Case("no-way-to-it", PROXY, set_to(f"http://{NOWHERE}:3128"), SKOPEO),
    Case("refuses-the-host", PROXY, behind(REFUSES), SKOPEO),
    Case("refuses-the-inner-host", PROXY, behind(REFUSES), SKOPEO, OPEN),
    Case("wants-a-login", PROXY, behind(WANTS_LOGIN), SKOPEO),
    Case("wants-a-login", PROXY, behind(WANTS_LOGIN), SKOPEO, DOCKER_HUB),
    Case("takes-not-this-login", PROXY, behind(WANTS_LOGIN, WRONG_LOGIN), SKOPEO),
    Case("reaches-nobody", PROXY, behind(FAILS), SKOPEO),
    Case("gives-up-waiting", PROXY, behind(GATEWAY_TIMEOUT), SKOPEO, OPEN),
    Case("sends-to-its-terms", PROXY, behind(PORTAL), SKOPEO),
    Case("is-no-proxy", PROXY, behind(NO_HTTP), SKOPEO),
    Case("cuts-the-connection", PROXY, behind(CUT), SKOPEO),
    Case("says-nothing", PROXY, behind(impostor.silent, patience_s=1.5), SKOPEO, options=QUICK),
    Case("opens-everything", "network.tls-untrusted", _opening_everything, SKOPEO),
    Case("dead-socks", PROXY, set_to(f"socks5://{ADDRESS}:9"), SKOPEO),
    Case("https-proxy-nobody-there", PROXY, set_to(f"https://{ADDRESS}:9"), SKOPEO),
)
