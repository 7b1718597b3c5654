"""A registry whose layers lie on another host, as GHCR's and Docker Hub's do: storage behind it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.faults.case import Inject
from tests.faults.impostor import ELSEWHERE, Talk, listening, named
from tests.faults.network import instead
from tests.faults.world import World
from tests.support.certificates import Leaf
from wizard.sandbox.exchange import Answer, Request

STORAGE: Final = "pkg-containers.githubusercontent.com"
"""GHCR's own (credentials.md 5.3)."""

MakeTalk = Callable[[World], Talk]
Sign = Callable[[World], Leaf]


def signed(world: World) -> Leaf:
    return world.lab.authority.issue(STORAGE)


def _sent_there(request: Request) -> Answer | None:
    if request.method not in ("GET", "HEAD") or "/blobs/sha256:" not in request.path:
        return None
    digest = request.path.rpartition("/")[2]
    return Answer(307).adding(location=f"https://{STORAGE}/ghcr1/blobs/{digest}?sig=practice")


def kept_elsewhere(
    talk: MakeTalk, sign: Sign | None = signed, *, patience_s: float = 5.0
) -> Inject:
    """Blobs come from the storage's host, where somebody does this."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        instead(_sent_there)(world)
        world.patience_s = patience_s
        host = STORAGE.replace(".", "__")
        leaf = sign(world) if sign else None
        with (
            listening(world, talk(world), leaf=leaf),
            named(world, **{host: ELSEWHERE}),
        ):
            yield

    return inject


def doing(talk: Talk) -> MakeTalk:
    return lambda _world: talk


Change = Callable[[bytes], bytes]


def serving(
    change: Change = lambda content: content,
    *,
    kind: str = "application/octet-stream",
) -> MakeTalk:
    """A storage that gives what was pushed, or what `change` makes of it.

    The length that it states is the content's own where it is only cut off.
    """

    def make(world: World) -> Talk:
        folder = Path(world.healthy.image.partition(":")[2])

        def talk(connection: socket.socket) -> None:
            while asked := connection.recv(65536).decode():
                method, path, _ = asked.split(" ", 2)
                whole = (folder / path.partition("?")[0].rpartition(":")[2]).read_bytes()
                content = change(whole)
                is_cut = whole.startswith(content)
                length = len(whole if is_cut else content)
                rows = f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
                connection.sendall(f"HTTP/1.1 200 OK\r\n{rows}".encode())
                if method != "HEAD":
                    connection.sendall(content)
                    if len(content) < length:
                        return

        return talk

    return make
