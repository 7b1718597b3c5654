"""The docker SDK, opened with care: an address of our choice, deadlines, and errors as evidence.

Source: engines.md 5. Every function here blocks; they run in threads (clients/blocking.py).
"""

from __future__ import annotations

import errno
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from wizard.clients.blocking import Stop
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.text import clean
from wizard.engines.docker_connections import keep_connections, shut_down
from wizard.engines.docker_endpoints import DockerEndpoint
from wizard.engines.docker_hosts import DockerHost

_FLOOR: Final = "1.24"
READ_S: Final = 8.0
"""For a question that an engine answers from memory."""

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def opened(
    endpoint: DockerEndpoint, title: str, stop: Stop, *, read_s: float = READ_S
) -> Iterator[Any]:
    """A `docker.APIClient` for this endpoint, closed afterwards.

    When `stop` is set its sockets are shut down: that ends the read it rests in, and tells the
    engine to give up what it does for us. The SDK has no such handle (style.md 2.5).

    Never from the environment: DOCKER_TLS_VERIFY breaks sockets there, and a missing context
    falls back to another engine (engines.md 5.2 and 5.14). Raises Problem.
    """
    if endpoint.host is not None and endpoint.host.scheme == "ssh":
        with _by_ssh(endpoint, endpoint.host, title, stop, read_s) as client:
            yield client
        return
    if endpoint.host is None:
        raise AssertionError("an endpoint without an address is never ready, and never opened")
    with warnings.catch_warnings():
        # What the SDK warns of would be written over the screen (engines.md 5.16).
        warnings.simplefilter("ignore")
        client = _client(endpoint, title, read_s)
    kept = keep_connections(client, endpoint.host, read_s)
    stop.on_stop(lambda: shut_down(kept))
    try:
        _agree_on_version(client, endpoint, title)
        yield client
    finally:
        client.close()
        # A stream that was left early still holds its own.
        shut_down(kept)
        for connection in kept:
            connection.close()


def _client(endpoint: DockerEndpoint, title: str, read_s: float) -> Any:
    import docker
    import docker.errors

    _refuse_what_hangs()
    url = endpoint.host.url if endpoint.host else ""
    try:
        # With a version given it connects to nothing, and so leaves no socket when it fails.
        return docker.APIClient(url, version=_FLOOR, timeout=read_s, tls=_tls(endpoint))
    except docker.errors.TLSParameterError as error:
        raise problem_of(error, Stage.ENGINE, endpoint.shown, title) from None
    except Exception as error:  # noqa: BLE001 - E40 to E43: every type there is
        raise _config_fault(error) from None


def _refuse_what_hangs() -> None:
    """The SDK reads docker's file before it connects, and would wait at a pipe without end."""
    from docker.utils.config import find_config_file

    path = find_config_file()
    if path and not os.path.isfile(path) and not os.path.isdir(path):  # noqa: PTH112, PTH113
        raise _config_fault(OSError("not a regular file"))


def _agree_on_version(client: Any, endpoint: DockerEndpoint, title: str) -> None:
    """As the SDK does by itself with `version="auto"`."""
    asked = f"GET {endpoint.shown}/version"
    with talking(Stage.ENGINE, asked, title):
        answer = client.version(api_version=False)
    newest = answer.get("ApiVersion") if isinstance(answer, dict) else None
    if not isinstance(newest, str):
        facts = {"engine": title, "endpoint": endpoint.shown}
        seen = Evidence(Stage.ENGINE, asked, "what answers there is not Docker", facts=facts)
        raise Problem(seen, cause="engine.endpoint-invalid")
    client._version = newest  # noqa: SLF001 - what its constructor would have set


@contextmanager
def talking(stage: Stage, asked: str, title: str) -> Iterator[None]:
    """Whatever the SDK raises inside comes out as a Problem."""
    import docker.errors
    import requests.exceptions
    import urllib3.exceptions

    try:
        yield
    except (
        docker.errors.DockerException,
        requests.exceptions.RequestException,
        urllib3.exceptions.HTTPError,
        OSError,
        ValueError,
        KeyError,  # its error factory, over an answer without a `message` (5.20)
    ) as error:
        raise problem_of(error, stage, asked, title) from None


def _tls(endpoint: DockerEndpoint) -> Any:
    if endpoint.tls is None:
        return False
    from docker.tls import TLSConfig

    certificate, key = endpoint.tls.file("cert.pem"), endpoint.tls.file("key.pem")
    return TLSConfig(
        client_cert=(certificate, key) if certificate and key else None,
        ca_cert=endpoint.tls.file("ca.pem"),
        verify=endpoint.tls.verifies,
    )


@contextmanager
def _by_ssh(
    endpoint: DockerEndpoint, host: DockerHost, title: str, stop: Stop, read_s: float
) -> Iterator[Any]:
    """The same client, over a socket of this machine behind which ssh stands."""
    from wizard.engines.docker_ssh import relayed

    with relayed(host, read_s) as relay:
        near = DockerHost("unix", f"unix://{relay.path}", path=str(relay.path))
        local = replace(endpoint, host=near)
        try:
            with opened(local, title, stop, read_s=read_s) as client:
                yield client
        except Problem as problem:
            # The SDK sees a closed connection; ssh knows why.
            raise _as_ssh_says(problem, relay.said) from None


def _as_ssh_says(problem: Problem, said: str) -> Problem:
    if not said:
        return problem
    *before, last = problem.evidence
    told = replace(last, answered=f"{last.answered}; ssh said: {said}")
    return Problem(*before, told, cause=problem.cause, fixes=problem.fixes)


def _config_fault(error: Exception) -> Problem:
    """The SDK reads docker's config.json before it connects, and stumbles over what is in it."""
    words = f"the docker package cannot read a login in it ({type(error).__name__})"
    seen = Evidence(
        Stage.CONFIG, "docker's config.json", words, facts={"file": "docker's config.json"}
    )
    return Problem(seen, cause="config.docker-malformed")


def problem_of(error: BaseException, stage: Stage, asked: str, title: str) -> Problem:
    """Evidence for whatever the SDK or the libraries below it raised.

    The errno lies somewhere down the chain: the outer ones are OSErrors without one.
    """
    facts = {"engine": title}
    number = next((e.errno for e in _chain(error) if getattr(e, "errno", None)), None)
    if number in _NO_ROOM:
        words = "no space left on device"
        return Problem(Evidence(stage, asked, words, message=words, facts=facts))
    kinds = {type(e).__name__ for e in _chain(error)}
    if kinds & {"ReadTimeout", "ReadTimeoutError", "TimeoutError", "ConnectTimeout"}:
        words, cause = "the engine said nothing in time", "engine.not-answering"
        return Problem(Evidence(stage, asked, words, fault=Fault.HUNG, facts=facts), cause=cause)
    if number in (errno.EACCES, errno.EPERM):
        words, cause = "permission denied", "engine.permission-denied"
        return Problem(Evidence(stage, asked, words, fault=Fault.DENIED, facts=facts), cause=cause)
    if number in (errno.ENOENT, errno.ECONNREFUSED) and "APIError" not in kinds:
        words, cause = "the engine is not there any more", "engine.not-running"
        return Problem(Evidence(stage, asked, words, fault=Fault.REFUSED, facts=facts), cause=cause)
    if kinds & {"ProtocolError", "ConnectionError", "IncompleteRead", "ConnectionResetError"}:
        words = "the engine closed the connection"
        return Problem(Evidence(stage, asked, words, fault=Fault.RESET, facts=facts))
    said = clean(str(getattr(error, "explanation", None) or error))
    status = getattr(error, "status_code", None)
    return Problem(Evidence(stage, asked, said, status=status, message=said, facts=facts))


def _chain(error: BaseException) -> Iterator[Any]:
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        # urllib3 and requests also carry the inner error as an argument.
        waiting += [one.__cause__, one.__context__, *one.args, getattr(one, "reason", None)]
