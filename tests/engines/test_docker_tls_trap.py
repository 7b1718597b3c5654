"""What DOCKER_TLS_VERIFY and DOCKER_CERT_PATH do to docker and to its package, at any endpoint."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.engine_runs import world
from tests.support.needs import need_program
from wizard.engines.docker_endpoints import chosen
from wizard.engines.docker_tls_trap import tls_trap

SOCKET = "unix:///nowhere/docker.sock"
FILES = ("ca.pem", "cert.pem", "key.pem")
SDK_REFUSES = "the docker package in Python, and flytekit with it, refuses to connect"
DOCKER_REFUSES = "the docker command refuses to start without ca.pem"


@pytest.mark.parametrize(
    ("environ", "has_files", "said"),
    [
        ({}, False, ""),
        ({"DOCKER_TLS_VERIFY": "1"}, False, f"{DOCKER_REFUSES}; {SDK_REFUSES}"),
        ({"DOCKER_CERT_PATH": "<here>"}, False, SDK_REFUSES),
        ({"DOCKER_CERT_PATH": "<here>"}, True, ""),
        (
            {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "<here>"},
            True,
            "the docker command goes to tcp://localhost:2376 instead",
        ),
        (
            {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "<here>", "DOCKER_HOST": SOCKET},
            True,
            "",
        ),
        (
            {"DOCKER_CERT_PATH": "<here>", "DOCKER_HOST": "tcp://10.0.0.7:2375"},
            True,
            "the docker package in Python speaks TLS there, and the docker command does not",
        ),
    ],
)
def test_what_each_of_them_does_is_told(
    home: Path, environ: dict[str, str], has_files: bool, said: str
) -> None:
    for name in FILES if has_files else ():
        (home / name).touch()
    filled = {name: value.replace("<here>", str(home)) for name, value in environ.items()}
    outside = world(home, **filled)
    endpoint = chosen(outside.environ, home / ".docker", "linux")

    found = tls_trap(endpoint, outside)

    assert (found.evidence[0].answered if found else "") == said
    if found:
        left = " ".join(n for n in ("DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH") if n in environ)
        assert found.fixes[0].command == f"unset {left}"


def test_the_real_docker_refuses_a_socket_for_the_want_of_an_authority(home: Path) -> None:
    environ = {"HOME": str(home), "DOCKER_TLS_VERIFY": "1", "DOCKER_HOST": SOCKET}
    argv = [need_program("docker", "docker-cli"), "version"]

    ended = subprocess.run(argv, env=environ, capture_output=True, text=True, check=False)

    assert "ca.pem: no such file" in ended.stderr
