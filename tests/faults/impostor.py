"""Something else in a registry's place: another address behind its name, and who answers there."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from tests.faults.world import World
from tests.lab.machine import ADDRESS
from tests.support.certificates import Leaf

ELSEWHERE: Final = "192.0.2.9"
NOWHERE: Final = "198.51.100.7"
"""No route leads there."""

Talk = Callable[[socket.socket], None]
"""What it does with a connection, after TLS where there is a certificate."""


@contextmanager
def named(world: World, **addresses: str) -> Iterator[None]:
    """/etc/hosts with these names at these addresses, and without those of an empty one.

    Dots are written as two underscores: `ghcr__io="192.0.2.9"`.
    """
    file = world.lab.machine.etc / "hosts"
    before = file.read_text()
    chosen = {name.replace("__", "."): address for name, address in addresses.items()}
    lines = []
    for line in before.splitlines():
        address, *names = line.split()
        kept = [name for name in names if name not in chosen]
        lines.append(" ".join([address, *kept]) if kept else "")
    lines += [f"{address} {name}" for name, address in chosen.items() if address]
    file.write_text("\n".join(filter(None, lines)) + "\n")
    try:
        yield
    finally:
        file.write_text(before)


@contextmanager
def listening(
    world: World, talk: Talk, *, port: int = 443, leaf: Leaf | None = None, address: str = ELSEWHERE
) -> Iterator[None]:
    """Somebody who answers at an address of its own until the block ends."""
    if address != ADDRESS:
        world.lab.run(["ip", "address", "replace", f"{address}/32", "dev", "lo"]).succeeded()
    entrance = world.lab.machine.listen(port, address)
    entrance.listen(64)
    context = leaf.server_context() if leaf else None
    open_ones: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = entrance.accept()
            except OSError:
                return
            open_ones.append(connection)
            threading.Thread(target=_talk, args=(connection, context, talk), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        with suppress(OSError):
            entrance.shutdown(socket.SHUT_RDWR)
        entrance.close()
        for connection in open_ones:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        thread.join(5)


def _talk(connection: socket.socket, context: ssl.SSLContext | None, talk: Talk) -> None:
    with suppress(OSError, ValueError):
        if context is not None:
            connection = context.wrap_socket(connection, server_side=True)
        with connection:
            talk(connection)


# --- what it does ---------------------------------------------------------------------------------


def silent(connection: socket.socket) -> None:
    """Takes everything, says nothing, until the other side goes."""
    while connection.recv(65536):
        pass


def reset(connection: socket.socket) -> None:
    """As a firewall ends what it does not like."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_after_hello(connection: socket.socket) -> None:
    """It has read the name in the TLS greeting, and does not like it."""
    connection.recv(65536)
    reset(connection)


def reset_amid(text: bytes) -> Talk:
    """It has begun to answer."""

    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(text)
        time.sleep(0.1)  # else these bytes are dropped with the connection
        reset(connection)

    return talk


def hang_up(connection: socket.socket) -> None:
    connection.recv(65536)


def says(*lines: str, body: str = "", drip_s: float = 0.0) -> Talk:
    """The same answer to every request on the connection."""

    def talk(connection: socket.socket) -> None:
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
        while connection.recv(65536):
            for part in (head + body).encode() if drip_s else [head + body]:
                sent = bytes([part]) if isinstance(part, int) else part.encode()
                connection.sendall(sent)
                time.sleep(drip_s)

    return talk


def raw(text: bytes, *, waits: bool = True) -> Talk:
    """These bytes, and the end."""

    def talk(connection: socket.socket) -> None:
        if waits:
            connection.recv(65536)
        connection.sendall(text)

    return talk


PAGE: Final = "<!DOCTYPE html><html><title>Guest network</title><form>room</form></html>"
HTML: Final = "Content-Type: text/html; charset=utf-8"
PORTAL: Final = says("HTTP/1.1 200 OK", HTML, body=PAGE)
