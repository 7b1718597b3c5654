"""One bounded question to a service behind a local socket, without any library.

For detection, which never waits longer than its budget and never blocks (engines.md 2.3).
Failures are told apart by errno, as those of Docker's socket are.
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from wizard.core.diagnosis import Fault
from wizard.core.ports import EngineStatus
from wizard.engines.docker_failures import invalid, local_failure
from wizard.engines.docker_fingerprints import Reply

BUDGET_S: Final = 1.0
_FULL_QUEUE_PAUSE_S: Final = 0.02
_CHUNK: Final = 64 * 1024


async def exchange(
    path: str,
    request: bytes,
    *,
    is_whole: Callable[[bytes], bool],
    most_bytes: int,
    limit_s: float = BUDGET_S,
) -> bytes | Reply:
    """What was answered until `is_whole`, the end or the bound; a Reply says why nothing was."""
    try:
        async with asyncio.timeout(limit_s):
            return await _talk(path, request, is_whole, most_bytes)
    except TimeoutError:
        words = f"no answer in {limit_s:g} s"
        return Reply(EngineStatus.HUNG, words, "engine.not-answering", Fault.HUNG)
    except ValueError:
        return invalid("the path holds a zero byte")
    except OSError as error:
        return local_failure(path, error)


async def _talk(
    path: str, request: bytes, is_whole: Callable[[bytes], bool], most_bytes: int
) -> bytes | Reply:
    mode = os.stat(path).st_mode  # noqa: PTH116 - follows links
    if not stat.S_ISSOCK(mode):
        words = f"{_kind(mode)} lies where the socket should be; an engine cannot start over it"
        return Reply(EngineStatus.STOPPED, words, "engine.not-running", Fault.INVALID)
    with await _connected(path) as connected:
        reader, writer = await asyncio.open_unix_connection(sock=connected)
        raw = bytearray()
        try:
            with suppress(OSError):  # a reset after some bytes: they tell who it was
                writer.write(request)
                await writer.drain()
                while len(raw) < most_bytes and not is_whole(bytes(raw)):
                    chunk = await reader.read(min(_CHUNK, most_bytes - len(raw)))
                    if not chunk:
                        break
                    raw += chunk
        finally:
            # Not close(): that would wait for a peer that takes nothing.
            writer.transport.abort()
        return bytes(raw)


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    return "a plain file" if stat.S_ISREG(mode) else "a device"


async def _connected(path: str) -> socket.socket:
    """By hand: asyncio takes a full queue (EAGAIN) for a connection that is under way (E07)."""
    while True:
        asked = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            asked.setblocking(False)
            asked.connect(path)
        except BlockingIOError:
            asked.close()
            await asyncio.sleep(_FULL_QUEUE_PAUSE_S)
        except BaseException:
            asked.close()
            raise
        else:
            return asked
