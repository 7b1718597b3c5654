"""Logins that are used instead of the one that docker's files name, and how to mend that."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from wizard.clients.docker_config import config_path
from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.ports import Endpoint, Outside
from wizard.core.text import clean

_READS_VARIABLE = (28, 3)
_VERSION = re.compile(rb"version (\d{1,3})\.(\d{1,3})")
_VERSION_S = 2.0
_PODMANS = ("podman", "skopeo", "buildah")
_READS_ONE = {"podman": (4, 4), "skopeo": (1, 11), "buildah": (1, 29)}
"""From then on, a file that a variable names is the only one (containers/image 1751)."""


async def reads_variable(outside: Outside) -> bool:
    """Docker knows DOCKER_AUTH_CONFIG from 28.3 on; 28.2.2 passes it over (seen)."""
    if not outside.which("docker"):
        return True
    version = await _version("docker", outside)
    return version is None or version >= _READS_VARIABLE


async def goes_on(outside: Outside) -> bool:
    """Does Podman look further where the file that a variable names holds no login?"""
    program = next((name for name in _PODMANS if outside.which(name)), "")
    version = await _version(program, outside) if program else None
    return version is not None and version < _READS_ONE[program]


async def _version(program: str, outside: Outside) -> tuple[int, int] | None:
    try:
        result = await outside.run([program, "--version"], timeout_s=_VERSION_S)
    except Problem:
        return None
    found = _VERSION.search(result.stdout)
    return (int(found[1]), int(found[2])) if found else None


def shadowed(variable: str, username: str, endpoint: Endpoint) -> Problem:
    """A variable that is asked before any file."""
    words = f"it is set and used before what is stored (user {clean(username)})"
    return _by_variable(variable, words, endpoint)


def sdk_shadowed(username: str, endpoint: Endpoint) -> Problem:
    """DOCKER_CONFIG names a folder without a file: docker's SDK goes on to the home's (seen)."""
    words = f"docker reads its folder alone, docker's SDK the home's too (user {clean(username)})"
    return _by_variable("DOCKER_CONFIG", words, endpoint)


def _by_variable(variable: str, words: str, endpoint: Endpoint) -> Problem:
    facts = {"variable": variable, "host": endpoint.host}
    seen = Evidence(Stage.CONFIG, variable, words, endpoint.host, facts=facts)
    return Problem(seen, cause="config.environment-shadows")


def podman_shadowed(outside: Outside, path: Path, endpoint: Endpoint, words: str) -> Problem:
    """`path` holds a login that podman uses before docker's."""
    file, key = clean(str(path)), endpoint.containers_key
    facts = {"host": endpoint.host}
    fixes: tuple[Fix, ...] = ()
    # Podman would drop what else docker keeps in that file (seen), so it is never told to.
    if path != config_path(outside):
        facts["file"] = shlex.quote(file)
        fixes = (_log_out(outside, file, key),)
    if variable := outside.environ.get("REGISTRY_AUTH_FILE") and "REGISTRY_AUTH_FILE":
        facts["variable"], cause = variable, "config.environment-shadows"
        fixes = ()  # with the variable set, podman looks into no other file
    else:
        cause = "config.podman-shadows"
    seen = Evidence(Stage.CONFIG, file, words, endpoint.host, facts=facts)
    return Problem(seen, cause=cause, fixes=fixes)


def _log_out(outside: Outside, file: str, key: str) -> Fix:
    program = next((name for name in _PODMANS if outside.which(name)), "")
    words = f"--authfile {shlex.quote(file)} {shlex.quote(key)}"
    return Fix(
        "Remove Podman's own login",
        command=f"{program or 'podman'} logout {words}",
        action="run" if program else "",
        changes=f"the login for {key} is removed from {file}; podman then uses docker's",
        risk="that login is in no other place: to have it back, log in with podman again",
    )
