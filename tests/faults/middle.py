"""What stands between a machine and a registry, and passes on what is said."""

from __future__ import annotations

import select
import socket
import ssl
from contextlib import suppress

from tests.faults.impostor import Talk
from tests.faults.world import World
from tests.lab.machine import ADDRESS

_MOST = 65536
_PATIENCE_S = 10


def tunnel_of(world: World) -> Talk:
    """What a proxy does that lets everybody through. Names are looked up as the lab's own are."""

    def tunnel(connection: socket.socket) -> None:
        wanted = connection.recv(_MOST).split(b" ")[1].decode()
        port = int(wanted.rpartition(":")[2])
        with world.lab.machine.connect(_address(world, wanted), port) as there:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            relay(connection, there)

    return tunnel


def _address(world: World, wanted: str) -> str:
    """Of the lab itself, unless a fault has put the host elsewhere on this machine."""
    host = wanted.rpartition(":")[0]
    for line in (world.lab.machine.etc / "hosts").read_text().splitlines():
        address, *names = line.split()
        if host in names and address.startswith("192.0.2."):
            return address
    return ADDRESS


def opening(world: World, context: ssl.SSLContext, *, not_http_2: bool = False) -> Talk:
    """Ends TLS, and speaks its own to the real one; `not_http_2`: hangs up where that is spoken."""
    there = ssl.create_default_context(cafile=str(world.lab.authority.certificate))
    host, _, port = world.place.host.partition(":")

    def talk(connection: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as inside:
            if not_http_2 and inside.selected_alpn_protocol() == "h2":
                return
            plain = world.lab.machine.connect(ADDRESS, int(port or 443))
            with there.wrap_socket(plain, server_hostname=host) as outside:
                relay(inside, outside)

    return talk


def relay(one: socket.socket, other: socket.socket) -> None:
    """Both ways until either ends."""
    to = {one: other, other: one}
    with suppress(OSError):
        while True:
            waiting = [s for s in to if isinstance(s, ssl.SSLSocket) and s.pending()]
            ready = waiting or select.select([one, other], [], [])[0]
            for source in ready:
                chunk = _taken(source)
                if chunk == b"":
                    return
                to[source].sendall(chunk or b"")


def _taken(source: socket.socket) -> bytes | None:
    """What has come; None where that was TLS's own talk, and `b""` at the end."""
    source.settimeout(0)
    try:
        return source.recv(_MOST)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None
    finally:
        source.settimeout(_PATIENCE_S)
