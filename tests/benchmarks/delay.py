"""A TCP proxy on loopback that makes a distance: each direction is late by half a round trip."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def distance(target: tuple[str, int], round_trip_s: float) -> AsyncIterator[int]:
    """Yields the port of a proxy to `target`.

    Connecting costs a round trip too, as a real handshake does: the first byte in each direction
    waits for it. Bytes are delayed, not throttled.
    """
    half = round_trip_s / 2
    tasks: set[asyncio.Task[None]] = set()

    async def carry(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head_start: float
    ) -> None:
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, chunk = await queue.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not chunk:
                    writer.close()
                    return
                writer.write(chunk)
                await writer.drain()

        delivering = asyncio.create_task(deliver())
        earliest = loop.time() + head_start
        try:
            while chunk := await reader.read(1 << 16):
                queue.put_nowait((max(loop.time(), earliest) + half, chunk))
            queue.put_nowait((loop.time() + half, b""))
            await delivering
        except (ConnectionError, asyncio.CancelledError):
            delivering.cancel()
            writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(*target)
        # The kernel has already shaken hands: the handshake's round trip is made up here.
        for pair, head_start in (
            ((reader, there_writer), round_trip_s),
            ((there_reader, writer), 0.0),
        ):
            task = asyncio.create_task(carry(*pair, head_start))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
