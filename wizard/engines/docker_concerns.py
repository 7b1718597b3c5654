"""What stops no test push, and may stop the user's own builds: each a warning with its cause."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wizard.core.diagnosis import Diagnosis, Evidence, Problem, Stage, diagnose
from wizard.core.ports import Outside
from wizard.engines.docker_answers import Answers
from wizard.engines.docker_buildx import Buildx
from wizard.engines.docker_contexts import config_folder
from wizard.engines.docker_emulation import Emulation
from wizard.engines.docker_endpoints import (
    CERTIFICATES_VARIABLE,
    HOST_VARIABLE,
    TLS_VARIABLE,
    Tls,
)

LEAST_FREE_BYTES: Final = 64 << 20
"""With less than this no real image is built."""


def concerns(
    answers: Answers, buildx: Buildx, emulates: Emulation, title: str, outside: Outside
) -> tuple[Diagnosis, ...]:
    endpoint = answers.endpoint.shown
    facts = {"engine": title, "endpoint": endpoint, "platform": str(emulates.wanted)}
    found = []
    if not buildx.is_there:
        found.append(("engine.no-builder", "docker buildx version", buildx.said))
    if emulates.is_there is False:
        found.append(("engine.platform-unsupported", "emulation", emulates.said))
    free = answers.free_bytes
    if free is not None and free < LEAST_FREE_BYTES:
        words = f"{free / 1e6:.0f} MB free"
        found.append(("engine.disk-full", answers.text("DockerRootDir"), words))
    if answers.is_podman:
        words = "it is Podman, which knows no `docker build --push`"
        found.append(("sdk.engine-unsupported", endpoint, words))
    if answers.endpoint.host is not None and answers.endpoint.host.scheme == "ssh":
        words = (
            "the docker package in Python reaches it only with paramiko: pip install docker[ssh]"
        )
        found.append(("sdk.engine-unsupported", endpoint, words))
    if trap := _tls_trap(answers, outside):
        facts["endpoint"] = f"{TLS_VARIABLE} asks for TLS, and {endpoint} has none"
        found.append(("engine.endpoint-invalid", TLS_VARIABLE, trap))
    return tuple(_diagnosis(cause, asked, words, facts) for cause, asked, words in found)


def _diagnosis(cause: str, asked: str, words: str, facts: dict[str, str]) -> Diagnosis:
    from wizard.causes import CATALOGUE

    seen = Evidence(Stage.ENGINE, asked, words, facts=facts)
    return diagnose(Problem(seen, cause=cause), CATALOGUE)


def _tls_trap(answers: Answers, outside: Outside) -> str:
    """A left-over of docker-machine or minikube: docker shrugs, its SDK refuses (E16, E17)."""
    host, environ = answers.endpoint.host, outside.environ
    if host is None or not host.is_local or not environ.get(TLS_VARIABLE):
        return ""
    named = environ.get(CERTIFICATES_VARIABLE, "")
    tls = Tls(Path(named) if named else config_folder(environ, outside.home))
    if tls.file("cert.pem") and tls.file("key.pem") and environ.get(HOST_VARIABLE):
        return ""
    return "it is set, so the docker package in Python, and flytekit with it, refuses to connect"
