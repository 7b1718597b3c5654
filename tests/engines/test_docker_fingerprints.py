"""Who answers is told from the bytes of one reply."""

from __future__ import annotations

import pytest

from wizard.core.ports import EngineStatus
from wizard.engines.docker_fingerprints import fingerprint

DOCKER = (
    b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nServer: Docker/20.10.24+dfsg1 (linux)\r\n"
    b"Ostype: linux\r\nContent-Length: 2\r\n\r\nOK"
)
PODMAN = (
    b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-Api-Version: 4.3.1\r\n"
    b"Server: Libpod/4.3.1 (linux)\r\n\r\nOK"
)
LXD = (
    b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n"
    b'{"type":"error","status":"","error_code":404,"error":"not found","metadata":null}'
)


def test_docker_is_ready_with_its_version_and_system() -> None:
    reply = fingerprint(DOCKER)

    assert reply.status is EngineStatus.READY
    assert (reply.product, reply.version, reply.os) == ("Docker", "20.10.24+dfsg1", "linux")


def test_podman_is_told_from_docker() -> None:
    reply = fingerprint(PODMAN)

    assert (reply.status, reply.product, reply.version) == (EngineStatus.READY, "Podman", "4.3.1")


@pytest.mark.parametrize(
    ("raw", "cause", "says"),
    [
        (b"", "engine.not-running", "closed without a word"),
        (LXD, "engine.endpoint-invalid", "LXD"),
        (
            b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00",
            "engine.endpoint-invalid",
            "gRPC",
        ),
        (b"HTTP/1.1 404 Not Found\r\n\r\n404 page not found\n", "engine.endpoint-invalid", "404"),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", "engine.endpoint-invalid", "another web service"),
        (
            b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
            "engine.endpoint-invalid",
            "TLS",
        ),
        (b"\x15\x03\x01\x00\x02\x02\x16", "engine.endpoint-invalid", "TLS"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "engine.endpoint-invalid", "SSH"),
        (b"HTTP/1.1 503 Unavailable\r\n\r\nstarting", "engine.not-answering", "503 starting"),
        (DOCKER.replace(b"1.41", b"1.18"), "engine.too-old", "API 1.18"),
        (b"HTTP/1.1 \xff\x00 ?\r\n\x1b[31m\r\n\r\n", "engine.endpoint-invalid", "not Docker"),
    ],
)
def test_what_is_no_usable_engine_is_named(raw: bytes, cause: str, says: str) -> None:
    reply = fingerprint(raw)

    assert reply.cause == cause
    assert says in reply.answered
    assert reply.status is not EngineStatus.READY


def test_nothing_of_theirs_reaches_a_terminal_as_an_escape() -> None:
    raw = DOCKER.replace(b"20.10.24+dfsg1", b"\x1b[31m20").replace(
        b"Ostype: linux", b"Ostype: \x07"
    )

    reply = fingerprint(raw)

    assert "\x1b" not in reply.version + reply.answered
    assert "\x07" not in reply.os
