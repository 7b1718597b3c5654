"""Variables left from docker-machine or minikube, and what docker and its SDK make of them.

Seen with docker 28.2 and its package 7.2: docker asks for TLS by one variable and its package by
either, also at a socket, and each gives up where its files are missing (engines.md E16, E17).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from wizard.core.diagnosis import Diagnosis, Evidence, Problem, Stage, diagnose
from wizard.core.ports import Outside
from wizard.engines.docker_contexts import DEFAULT, config_folder
from wizard.engines.docker_endpoints import (
    CERTIFICATES_VARIABLE,
    HOST_VARIABLE,
    TLS_VARIABLE,
    DockerEndpoint,
    Tls,
)


def tls_trap(endpoint: DockerEndpoint, outside: Outside) -> Diagnosis | None:
    """A warning about an engine that answers, and is not what the variables lead to."""
    from wizard.causes import CATALOGUE
    from wizard.causes.shell import unset

    environ = outside.environ
    named = environ.get(CERTIFICATES_VARIABLE, "")
    tls = Tls(Path(named) if named else config_folder(environ, outside.home))
    words = [w for w in (_of_docker(endpoint, environ, tls), _of_sdk(endpoint, environ, tls)) if w]
    if not words:
        return None
    left = tuple(v for v in (TLS_VARIABLE, CERTIFICATES_VARIABLE) if environ.get(v))
    summary = f"{left[0]} asks for TLS, and {endpoint.shown} has none"
    seen = Evidence(Stage.ENGINE, left[0], "; ".join(words), facts={"endpoint": summary})
    told = diagnose(Problem(seen, cause="engine.endpoint-invalid"), CATALOGUE)
    return replace(told, fixes=unset("Forget in this shell that TLS was asked for", *left))


def _of_docker(endpoint: DockerEndpoint, environ: Mapping[str, str], tls: Tls) -> str:
    by = endpoint.chosen_by
    is_bare = by in (DEFAULT, f"DOCKER_CONTEXT={DEFAULT}")
    if not environ.get(TLS_VARIABLE) or not (is_bare or by == HOST_VARIABLE):
        return ""  # a context brings its own certificates
    if tls.file("ca.pem") is None:
        return "the docker command refuses to start without ca.pem"
    return "the docker command goes to tcp://localhost:2376 instead" if is_bare else ""


def _of_sdk(endpoint: DockerEndpoint, environ: Mapping[str, str], tls: Tls) -> str:
    if not (environ.get(TLS_VARIABLE) or environ.get(CERTIFICATES_VARIABLE)):
        return ""
    if not (tls.file("cert.pem") and tls.file("key.pem")):
        return "the docker package in Python, and flytekit with it, refuses to connect"
    is_plain = endpoint.host is not None and endpoint.host.scheme == "tcp" and endpoint.tls is None
    if is_plain and endpoint.chosen_by == HOST_VARIABLE:
        return "the docker package in Python speaks TLS there, and the docker command does not"
    return ""
