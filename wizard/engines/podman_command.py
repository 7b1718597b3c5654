"""Podman's own command: which one an endpoint means, with which environment, and what it says.

Never through a shell, never with a secret in its arguments. Source: engines.md 3.2.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from wizard.clients.programs import TOKEN_VARIABLES
from wizard.core.diagnosis import Evidence, Problem, Stage
from wizard.core.ports import Outside, ProgramResult
from wizard.core.text import clean
from wizard.engines.podman_endpoints import (
    COMMAND,
    CONNECTION_VARIABLE,
    HOST_VARIABLE,
    PodmanEndpoint,
)

_ERROR = re.compile(r"^(?:Error: |time=\S+ level=(?:error|fatal) msg=)", re.MULTILINE)
_VERSION = re.compile(r"\bversion (\S+)")


def command(endpoint: PodmanEndpoint, *words: str) -> list[str]:
    return [COMMAND, *endpoint.arguments, *words]


def environ_for(endpoint: PodmanEndpoint, outside: Outside) -> dict[str, str]:
    """The user's own, storage and all; what would lead the command elsewhere is left out."""
    dropped = TOKEN_VARIABLES
    if endpoint.is_own or "--connection" in endpoint.arguments:
        dropped = dropped | {HOST_VARIABLE, CONNECTION_VARIABLE}
    return {name: value for name, value in outside.environ.items() if name not in dropped}


def environ_in(folder: Path, endpoint: PodmanEndpoint, outside: Outside) -> dict[str, str]:
    """The same for building and pushing: no login but ours, temporary files in a folder of ours.

    The folder not without a runtime folder: where Podman derives that from TMPDIR, another one
    would mean another storage.
    """
    environ = environ_for(endpoint, outside)
    # The login comes by an argument: no other file has a part in this.
    environ.pop("REGISTRY_AUTH_FILE", None)
    if environ.get("XDG_RUNTIME_DIR") or (hasattr(os, "geteuid") and os.geteuid() == 0):
        environ["TMPDIR"] = str(folder)
    return environ


def version_said(said: bytes) -> str:
    """`4.3.1`, from `podman version 4.3.1`."""
    found = _VERSION.search(said.decode("utf-8", "replace"))
    return clean(found[1], 40) if found else ""


def complaint(result: ProgramResult) -> str:
    """Its own words for the failure, without what wraps them."""
    return complaint_in(
        result.stderr.decode("utf-8", "replace") or result.stdout.decode("utf-8", "replace"),
        result.code,
    )


def complaint_in(said: str, code: int | None) -> str:
    """From the last `Error:` on: registries answer in several lines."""
    starts = [found.end() for found in _ERROR.finditer(said)]
    words = said[starts[-1] :] if starts else said.strip().rpartition("\n")[2]
    return clean(_without_step(words).strip().strip('"')) or f"podman ended with {code}"


def _without_step(words: str) -> str:
    """A failed build begins with its step and all that belongs to it, `for step {…}: `.

    The reason behind that would be cut off.
    """
    start, end = words.find(" for step {"), words.rfind("}: ")
    return words[:start] + words[end + 1 :] if 0 <= start < end else words


async def ask(
    endpoint: PodmanEndpoint, title: str, outside: Outside, *words: str, timeout_s: float
) -> bytes:
    """What it prints. Raises Problem: it cannot be started, says nothing in time, or refuses."""
    asked = f"podman {words[0]}"
    facts = {"engine": title, "endpoint": endpoint.shown}
    environ = environ_for(endpoint, outside)
    try:
        result = await outside.run(command(endpoint, *words), timeout_s=timeout_s, environ=environ)
    except Problem as problem:
        seen = tuple(replace(e, stage=Stage.ENGINE, facts=facts) for e in problem.evidence)
        raise Problem(*seen, cause="engine.not-running") from None
    if result.timed_out:
        silent = Evidence(Stage.ENGINE, asked, f"no answer in {timeout_s:g} s", facts=facts)
        raise Problem(silent, cause="engine.not-answering")
    if result.code != 0:
        said = complaint(result)
        raise Problem(Evidence(Stage.ENGINE, asked, said, message=said, facts=facts))
    return result.stdout


def read_json(raw: bytes) -> dict[str, Any]:
    """An object; empty where it is none."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def at(document: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value below these keys, or None."""
    value: Any = document
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
