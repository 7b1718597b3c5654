"""What a search for logins finds, one row for all tools that find the same in the same place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from wizard.clients.login_shadows import podman_shadowed
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Problem
from wizard.core.ports import Endpoint, Outside
from wizard.core.secret import Credential
from wizard.core.text import clean

DOCKER, SDK, PODMAN, NERDCTL = "docker", "docker SDK", "podman", "nerdctl"


@dataclass(frozen=True, slots=True)
class Hit:
    """One login, or a place that is configured and cannot be read."""

    id: str
    source: str
    tools: tuple[str, ...]
    username: str = ""
    credential: Credential | None = None
    path: Path | None = None
    """The file that says so."""
    problem: Problem | None = None
    warning: Problem | None = None


def with_sdk(hits: list[Hit], sdk: list[Hit]) -> list[Hit]:
    """Those of docker's SDK have rows of their own only where docker finds something else."""
    for own in sdk:
        for position, hit in enumerate(hits):
            if hit.source == own.source and _is_same(hit, own):
                hits[position] = replace(hit, tools=(*hit.tools, SDK))
                return hits
    return [*hits, *sdk]


def with_podman(hits: list[Hit], podman: Hit, endpoint: Endpoint, outside: Outside) -> list[Hit]:
    """Podman's own row, unless it finds what docker finds in its file."""
    for position, hit in enumerate(hits):
        if hit.source == podman.source and _is_same(hit, podman):
            hits[position] = replace(hit, tools=(*hit.tools, PODMAN))
            return hits
    docker = next((hit for hit in hits if DOCKER in hit.tools and hit.credential), None)
    if docker and podman.path and podman.credential not in (None, docker.credential):
        words = f"podman logs in as {clean(podman.username)}, docker as {clean(docker.username)}"
        warning = podman_shadowed(outside, podman.path, endpoint, words)
        podman = replace(podman, warning=warning)
    return [*hits, podman]


def _is_same(one: Hit, other: Hit) -> bool:
    if one.problem is not None and other.problem is not None:
        return True
    return one.credential is not None and one.credential == other.credential
