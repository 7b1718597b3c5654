"""What stops no test push, and may stop the user's own builds: each a warning with its cause."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Diagnosis, Evidence, Problem, Stage, diagnose
from wizard.core.ports import Outside
from wizard.engines.docker_answers import Answers
from wizard.engines.docker_buildx import Buildx
from wizard.engines.docker_emulation import Emulation
from wizard.engines.docker_tls_trap import tls_trap

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
    told = [_diagnosis(cause, asked, words, facts) for cause, asked, words in found]
    trap = tls_trap(answers.endpoint, outside)
    return (*told, trap) if trap else tuple(told)


def _diagnosis(cause: str, asked: str, words: str, facts: dict[str, str]) -> Diagnosis:
    from wizard.causes import CATALOGUE

    seen = Evidence(Stage.ENGINE, asked, words, facts=facts)
    return diagnose(Problem(seen, cause=cause), CATALOGUE)
