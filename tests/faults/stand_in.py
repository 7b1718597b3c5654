"""An engine that answers what a fault wants, at the machine's own socket."""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from tests.faults.world import World
from tests.lab.machine import ADDRESS
from tests.support.certificates import Leaf

Answer = Callable[[bytes], bytes]
"""The request's first line -> all that is sent back."""
MOST: Final = 65536


def http(status: int, body: str, headers: Mapping[str, str] | None = None) -> bytes:
    rows = {"Content-Length": str(len(body)), "Connection": "close", **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in rows.items())
    return f"HTTP/1.1 {status} -\r\n{head}\r\n{body}".encode()


def too_old(_line: bytes) -> bytes:
    """Docker 1.6: nothing that is in use today speaks its API."""
    headers = {"Api-Version": "1.18", "Server": "Docker/1.6.2 (linux)", "Ostype": "linux"}
    if b"/_ping" in _line:
        return http(200, "OK", headers)
    words = "client version 1.24 is too new. Maximum supported API version is 1.18"
    return http(400, json.dumps({"message": words}), headers)


def of_windows(line: bytes) -> bytes:
    """Docker Desktop, switched to Windows containers: another image store, another system."""
    headers = {"Api-Version": "1.47", "Server": "Docker/27.3.1 (windows)", "Ostype": "windows"}
    if b"/_ping" in line:
        return http(200, "OK", headers)
    known: dict[bytes, dict[str, Any]] = {
        b"/version": {"Version": "27.3.1", "ApiVersion": "1.47", "MinAPIVersion": "1.24"},
        b"/info": {"OSType": "windows", "OperatingSystem": "Docker Desktop", "Name": "desktop"},
    }
    for path, document in known.items():
        if path in line:
            body = json.dumps({**document, "Os": "windows", "Arch": "amd64"})
            return http(200, body, {**headers, "Content-Type": "application/json"})
    words = "An image does not exist locally with the tag"
    return http(404, json.dumps({"message": words}), headers)


def another(line: bytes) -> bytes:
    """A second Docker, healthy, with an id of its own."""
    headers = {"Api-Version": "1.41", "Server": "Docker/20.10.24 (linux)", "Ostype": "linux"}
    known: dict[bytes, dict[str, Any]] = {
        b"/version": {"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12"},
        b"/info": {"ID": "ANOTHER", "OSType": "linux", "Name": "other"},
    }
    for path, document in known.items():
        if path in line:
            body = json.dumps({**document, "Os": "linux", "Arch": "amd64"})
            return http(200, body, {**headers, "Content-Type": "application/json"})
    return http(200, "OK", headers)


def web_page(_line: bytes) -> bytes:
    return http(404, "<html>404 page not found</html>", {"Content-Type": "text/html"})


def failing(_line: bytes) -> bytes:
    headers = {"Api-Version": "1.41", "Server": "Docker/20.10.24 (linux)"}
    return http(500, '{"message":"layer store: input/output error"}', headers)


def nothing(_line: bytes) -> bytes:
    """A forwarder whose virtual machine is off."""
    return b""


def not_http(_line: bytes) -> bytes:
    return b"SSH-2.0-OpenSSH_9.2\r\n"


@contextmanager
def engine(world: World, answer: Answer) -> Iterator[None]:
    """In dockerd's place."""
    docker = world.lab.docker
    assert docker is not None
    docker.crash()
    docker.socket.unlink()
    with at(docker.socket, answer):
        yield


@contextmanager
def at(path: Path, answer: Answer) -> Iterator[None]:
    with serving(socketserver.ThreadingUnixStreamServer(str(path), _handler(answer))):
        try:
            yield
        finally:
            path.unlink()


@contextmanager
def hung(path: Path) -> Iterator[None]:
    """Connections are taken by the kernel, and by nobody else."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(128)
        try:
            yield
        finally:
            path.unlink()


@contextmanager
def over_tls(world: World, leaf: Leaf, port: int) -> Iterator[str]:
    """An engine on another machine that wants a client's certificate of its own authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf.certificate, leaf.key)
    context.load_verify_locations(world.lab.authority.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    with world.lab.machine.listen(port) as plain:
        server = socketserver.ThreadingTCPServer(
            (ADDRESS, port), _handler(failing, context), bind_and_activate=False
        )
        server.socket.close()
        server.socket = plain
        server.server_activate()
        with serving(server):
            yield f"tcp://{ADDRESS}:{port}"


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with server:
            yield
            server.shutdown()
    finally:
        thread.join()


def _handler(
    answer: Answer, context: ssl.SSLContext | None = None
) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                talk = self.request
                talk.settimeout(5)
                if context is not None:
                    talk = context.wrap_socket(talk, server_side=True)
                asked = talk.recv(MOST)
                talk.sendall(answer(asked.partition(b"\r\n")[0]))

    return Handler
