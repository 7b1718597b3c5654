"""Whatever the docker SDK raises comes out as evidence, told by errno and type (engines.md 5.5)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.engine_runs import found_at, world
from tests.support.sockets import answering, hung, stale
from wizard.clients.blocking import Stop, in_thread
from wizard.core.diagnosis import Fault, Problem, Stage
from wizard.engines.docker_endpoints import DockerEndpoint, candidates
from wizard.engines.docker_sdk import opened, talking


def endpoint(home: Path, url: str) -> DockerEndpoint:
    return candidates({"DOCKER_HOST": url}, home, "linux", 1000)[0]


async def problem_at(home: Path, url: str, read_s: float = 0.3) -> Problem:
    def ask(stop: Stop) -> None:
        with opened(endpoint(home, url), "Docker", stop, read_s=read_s):
            raise AssertionError("nothing answers there")

    with pytest.raises(Problem) as raised:
        await in_thread(ask)
    return raised.value


async def test_a_missing_and_a_stale_socket_are_an_engine_that_does_not_run(
    home: Path, tmp_path: Path
) -> None:
    for url in (f"unix://{tmp_path}/none.sock", stale(tmp_path / "stale.sock")):
        problem = await problem_at(home, url)
        assert problem.cause == "engine.not-running"
        assert problem.evidence[0].fault is Fault.REFUSED


async def test_silence_is_an_engine_that_does_not_answer(home: Path, tmp_path: Path) -> None:
    with hung(tmp_path / "a.sock") as url:
        assert (await problem_at(home, url)).cause == "engine.not-answering"


async def test_an_answer_without_a_version_is_not_docker(home: Path, tmp_path: Path) -> None:
    body = json.dumps({"type": "sync", "metadata": ["/1.0"]}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    async with answering(tmp_path / "a.sock", head + body) as other:
        assert (await problem_at(home, other.url)).cause == "engine.endpoint-invalid"


async def test_an_error_without_a_message_does_not_crash(home: Path, tmp_path: Path) -> None:
    """As LXD answers: the SDK's own error factory raises KeyError over it (engines.md 5.20)."""
    body = b'{"error_code": 404, "error": "not found"}'
    head = b"HTTP/1.1 404 No\r\nContent-Type: application/json\r\nContent-Length: 41\r\n\r\n"
    async with answering(tmp_path / "a.sock", head + body) as other:
        problem = await problem_at(home, other.url)

    assert problem.evidence[0].stage is Stage.ENGINE


@pytest.mark.parametrize(
    ("error", "fault", "cause"),
    [
        (OSError(28, "No space left on device"), Fault.NONE, ""),
        (PermissionError(13, "Permission denied"), Fault.DENIED, "engine.permission-denied"),
        (ConnectionResetError(104, "reset"), Fault.RESET, ""),
        (ValueError("what is this"), Fault.NONE, ""),
    ],
)
def test_an_error_is_classified_by_its_number(error: Exception, fault: Fault, cause: str) -> None:
    with pytest.raises(Problem) as raised, talking(Stage.BUILD, "docker build", "Docker"):
        raise error

    assert raised.value.evidence[0].fault is fault
    assert raised.value.cause == cause


def test_an_error_is_found_below_those_that_wrap_it() -> None:
    import requests.exceptions
    import urllib3.exceptions

    inner = ConnectionRefusedError(111, "Connection refused")
    middle = urllib3.exceptions.ProtocolError("Connection aborted.", inner)

    with pytest.raises(Problem) as raised, talking(Stage.BUILD, "docker build", "Docker"):
        raise requests.exceptions.ConnectionError(middle)

    assert raised.value.cause == "engine.not-running"


def test_the_rows_of_detection_lead_back_to_their_endpoint(home: Path) -> None:
    found = found_at("unix:///a.sock")

    assert endpoint(home, found.endpoint).shown == found.endpoint
    assert world(home).timeout_s > 0
