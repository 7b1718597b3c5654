"""A distance on one machine: what passes between two sockets is late by half a round trip."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType
from typing import Self

from wizard.sandbox.listening import on_loopback


class Distance:
    """Carries what comes in at `entrance` to `exit`, where the server is to listen.

    Connecting costs a round trip too, as a real handshake does: the first byte waits for it.
    Bytes are delayed, not throttled. `round_trip_s` may be changed at any time; it holds for what
    passes from then on. A thread of its own, so that the server's work delays nobody else.
    """

    def __init__(self, entrance: socket.socket) -> None:
        self.exit = on_loopback()
        self.round_trip_s = 0.0
        self.connections = 0
        """Opened through here so far."""
        self._entrance = entrance
        self._target: tuple[str, int] = self.exit.getsockname()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="distance")
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._accept, sock=self._entrance)
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there_reader, there_writer = await asyncio.open_connection(*self._target)
        # The kernel has already shaken hands: the handshake's round trip is made up here.
        for carrying in (
            self._carry(reader, there_writer, self.round_trip_s),
            self._carry(there_reader, writer, 0.0),
        ):
            task = asyncio.create_task(carrying)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head_start_s: float
    ) -> None:
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.create_task(_deliver(queue, writer))
        earliest = self._loop.time() + head_start_s
        try:
            while chunk := await reader.read(1 << 16):
                due = max(self._loop.time(), earliest) + self.round_trip_s / 2
                queue.put_nowait((due, chunk))
            queue.put_nowait((self._loop.time() + self.round_trip_s / 2, b""))
            await delivering
        except (ConnectionError, asyncio.CancelledError):
            delivering.cancel()
            writer.close()


async def _deliver(queue: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due, chunk = await queue.get()
        if (rest := due - loop.time()) > 0:
            await asyncio.sleep(rest)
        if not chunk:
            writer.close()
            return
        writer.write(chunk)
        await writer.drain()
