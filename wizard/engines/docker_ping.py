"""One `GET /_ping` at one endpoint, within a budget, over bare sockets.

No HTTP library: this runs before anything is drawn, and `doctor` may end here (performance.md).
Failures are told apart by errno, never by text (engines.md 2.3 and 4.1).
"""

from __future__ import annotations

import asyncio
import errno
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from wizard.clients.blocking import Stop, in_thread
from wizard.core.diagnosis import Fault
from wizard.core.ports import EngineStatus, Outside
from wizard.core.text import clean
from wizard.engines.docker_endpoints import DockerEndpoint, Tls
from wizard.engines.docker_failures import (
    has_tls_words,
    invalid,
    local_failure,
    remote_failure,
    unreachable,
)
from wizard.engines.docker_fingerprints import REQUEST, Reply, fingerprint
from wizard.engines.docker_hosts import DockerHost
from wizard.engines.local_socket import exchange

if TYPE_CHECKING:
    import ssl

LOCAL_BUDGET_S: Final = 1.0
REMOTE_BUDGET_S: Final = 3.0
_MOST_BYTES: Final = 16 * 1024
_MOST_ADDRESSES: Final = 4
_NOT_FOUND: Final = 127
"""What a shell says of a program that it does not find."""


def budget_s(host: DockerHost, outside: Outside) -> float:
    """How long one endpoint may take to answer."""
    return min(LOCAL_BUDGET_S if host.is_local else REMOTE_BUDGET_S, outside.timeout_s)


async def ping(endpoint: DockerEndpoint, host: DockerHost, outside: Outside) -> Reply:
    """Ask once. Whatever happens is a Reply; nothing is raised but cancellation."""
    limit_s = budget_s(host, outside)
    if host.scheme == "ssh":
        return await _by_ssh(host, limit_s, outside)
    if host.scheme == "unix":
        return await _by_socket(host.path, limit_s)
    try:
        async with asyncio.timeout(limit_s):
            if host.scheme == "npipe":
                return await _by_pipe(host.path)
            return await _by_tcp(host, endpoint.tls)
    except TimeoutError:
        words = f"no answer in {limit_s:g} s"
        if host.is_local:
            return Reply(EngineStatus.HUNG, words, "engine.not-answering", Fault.HUNG)
        return unreachable(words, Fault.TIMEOUT)


async def _by_socket(path: str, limit_s: float) -> Reply:
    found = await exchange(
        path, REQUEST, is_whole=_is_whole, most_bytes=_MOST_BYTES, limit_s=limit_s
    )
    return fingerprint(found) if isinstance(found, bytes) else found


async def _by_pipe(path: str) -> Reply:  # pragma: no cover - Windows
    loop: Any = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_MOST_BYTES)
    try:
        transport, protocol = await loop.create_pipe_connection(
            lambda: asyncio.StreamReaderProtocol(reader), path
        )
    except (OSError, AttributeError) as error:
        failed = error if isinstance(error, OSError) else OSError(errno.ENOENT, "")
        return local_failure(path, failed)
    return await _talk(reader, asyncio.StreamWriter(transport, protocol, reader, loop))


async def _by_tcp(host: DockerHost, tls: Tls | None) -> Reply:
    if tls is not None and tls.needs_authority and tls.file("ca.pem") is None:
        return invalid(
            f"TLS is asked for by a variable, and {clean(str(tls.folder))} has no ca.pem"
        )
    try:
        context = _tls_context(tls) if tls else None
    except OSError:
        return invalid("the certificates for its TLS connection cannot be read")
    try:
        addresses = await _addresses(host.name, host.port)
        streams = await _first_that_connects(addresses, host, context)
    except OSError as error:
        return remote_failure(error)
    except UnicodeError:
        return invalid("its host name is malformed")
    return await _talk(*streams)


async def _addresses(name: str, port: int) -> list[str]:
    """Not by the loop's own resolver: its threads hold up the exit while a name server is dead."""

    def look_up(_: Stop) -> list[str]:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    return await in_thread(look_up, leave_s=0)


async def _first_that_connects(
    addresses: list[str], host: DockerHost, context: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    name = host.name if context else None
    for address in addresses[: _MOST_ADDRESSES - 1]:
        with suppress(ConnectionRefusedError):
            return await asyncio.open_connection(
                address, host.port, ssl=context, server_hostname=name
            )
    last = addresses[:_MOST_ADDRESSES][-1]
    return await asyncio.open_connection(last, host.port, ssl=context, server_hostname=name)


def _tls_context(tls: Tls) -> ssl.SSLContext:
    import ssl

    context = ssl.create_default_context(cafile=tls.file("ca.pem"))
    if not tls.verifies:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    certificate, key = tls.file("cert.pem"), tls.file("key.pem")
    if certificate and key:
        context.load_cert_chain(certificate, key)
    return context


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Reply:
    raw = b""
    try:
        writer.write(REQUEST)
        await writer.drain()
        while len(raw) < _MOST_BYTES and not _is_whole(raw):
            chunk = await reader.read(_MOST_BYTES - len(raw))
            if not chunk:
                break
            raw += chunk
    except OSError as error:
        if not raw and has_tls_words(error):  # who looks at a certificate of ours says so late
            return remote_failure(error)
        # A reset after some bytes: they tell who it was.
    finally:
        # Not close(): that would wait for a peer that takes nothing, or for TLS's farewell.
        writer.transport.abort()
    return fingerprint(raw)


def _is_whole(raw: bytes) -> bool:
    """The answer says how long it is and is all here: no need to wait for the end."""
    head, end, body = raw.partition(b"\r\n\r\n")
    if not end:
        return len(raw) >= len(b"HTTP/1.") and not raw.startswith(b"HTTP/1.")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return len(body) >= int(value[:9])
    return False


async def _by_ssh(host: DockerHost, limit_s: float, outside: Outside) -> Reply:
    """As docker does it: its own relay on the other side, by the user's ssh."""
    from wizard.core.diagnosis import Problem
    from wizard.engines.docker_ssh import ssh_argv

    try:
        result = await outside.run(ssh_argv(host, limit_s), stdin=REQUEST, timeout_s=limit_s)
    except Problem:
        return unreachable("the program ssh cannot be started here", Fault.MISSING)
    if result.timed_out:
        return unreachable(f"no answer by ssh in {limit_s:g} s", Fault.TIMEOUT)
    if result.stdout:
        return fingerprint(result.stdout)
    said = clean(result.stderr.decode("utf-8", "replace"), 200)
    if result.code == _NOT_FOUND:
        # A shell that is no login shell has another PATH (E20).
        return unreachable(f"ssh works, and finds no docker there: {said}", Fault.MISSING)
    return unreachable(f"ssh ended with {result.code}: {said}", Fault.REFUSED)
