"""The socket that the practice registries listen on. It knows its connections, so as to cut one."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any, Final
from weakref import WeakValueDictionary

LOOPBACK: Final = "127.0.0.1"
_BACKLOG = 128


class Listening(socket.socket):
    """A TCP socket that listens."""

    def __init__(self, bound: socket.socket) -> None:
        """Takes over a bound socket."""
        super().__init__(bound.family, bound.type, bound.proto, bound.detach())
        self.setblocking(False)
        self.port: int = self.getsockname()[1]
        self._connections: WeakValueDictionary[Any, socket.socket] = WeakValueDictionary()
        self.listen(_BACKLOG)

    def accept(self) -> tuple[socket.socket, Any]:
        connection, peer = super().accept()
        self._connections[peer] = connection
        return connection, peer

    def cut(self, peer: Any) -> None:
        """End the connection from `peer` at once, whatever is under way on it."""
        connection = self._connections.get(tuple(peer))
        if connection is not None:
            _end(connection)

    def cut_all(self) -> None:
        """A server waits for its connections at the end, also for one that never said a word."""
        for connection in list(self._connections.values()):
            _end(connection)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side was faster
        connection.shutdown(socket.SHUT_RDWR)


def on_loopback() -> socket.socket:
    """Bound to a free port of this machine alone."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.bind((LOOPBACK, 0))
    return bound
