"""Looking up names: apart from what comes after it, and never in the way of leaving.

The system's resolver blocks its thread until it gives up, 10 s and more where a name server is
silent; asyncio waits for that thread before a program may end (seen).
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

T = TypeVar("T")

ONCE_MORE_S: Final = 0.5
"""For a name that was asked for all through a deadline: whoever knows it has it at hand by then."""


class DaemonThreads(ThreadPoolExecutor):
    """Each call in a daemon thread of its own: nobody waits for one that hangs."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - handed over to whoever waits for it
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=call, name="blocking call", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """They end with the process."""


def never_wait_for_threads() -> None:
    """From here on the running loop, if any, looks names up in threads that it can leave."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    loop.set_default_executor(DaemonThreads())


async def address_of(host: str) -> str:
    """Where the name leads; empty when it leads nowhere, or nobody says so in time."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(ONCE_MORE_S):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        return ""
    return str(found[0][4][0]) if found else ""
