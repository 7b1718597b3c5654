"""The sandbox under the registries' real names: TLS on port 443 of the machine, in a thread here.

It runs in the test's own process, so that a test can publish, switch faults and read what came in.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType
from typing import Self

from tests.support.certificates import Leaf
from wizard.sandbox.server import Sandbox


class ServedSandbox:
    """`with ServedSandbox(socket, leaf) as served: served.sandbox.publish("practice/app")`."""

    def __init__(self, listening: socket.socket, leaf: Leaf) -> None:
        self._listening = listening
        self._leaf = leaf
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="lab sandbox")
        self.sandbox: Sandbox

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as failure:  # noqa: BLE001 - handed to the test's own thread
            self._failure = failure
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        leaf = self._leaf
        async with Sandbox.start(
            listening=self._listening, certificate=leaf.certificate, key=leaf.key
        ) as self.sandbox:
            self._ready.set()
            await self._stop.wait()
