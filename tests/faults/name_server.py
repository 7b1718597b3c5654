"""A name server inside the lab that never helps."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from tests.faults.world import World
from tests.lab.machine import ADDRESS

NO_ERROR: Final = 0
"""And no address: the name is there for something else."""
SERVER_FAILURE: Final = 2
NO_SUCH_NAME: Final = 3
_LIMITS: Final = "options timeout:1 attempts:1\n"


@contextmanager
def name_server(world: World, reply: int | None) -> Iterator[None]:
    """Every question is answered with this code (RFC 1035 4.1.1), or not at all."""
    resolv = world.lab.machine.etc / "resolv.conf"
    before = resolv.read_text()
    asked = world.lab.machine.listen(53, ADDRESS, socket.SOCK_DGRAM)
    asked.settimeout(0.2)
    is_over = threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            with suppress(TimeoutError, OSError):
                question, client = asked.recvfrom(512)
                if reply is not None:
                    flags = (0x8180 | reply).to_bytes(2, "big")
                    counts = b"\x00\x01\x00\x00\x00\x00\x00\x00"
                    end = question.index(b"\x00", 12) + 5
                    asked.sendto(question[:2] + flags + counts + question[12:end], client)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    resolv.write_text(f"nameserver {ADDRESS}\n{_LIMITS}")
    try:
        yield
    finally:
        resolv.write_text(before)
        is_over.set()
        thread.join()
        asked.close()
