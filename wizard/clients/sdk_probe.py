"""Asks the project's own Python what it has, in a process of its own with a deadline.

What it says is data: bounded, typed, cleaned. A Python that hangs, crashes or says what nobody
asked is a verdict. Source: union-and-flyte.md 6.1 rows 2, 4 and 10.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from wizard.clients.project_folders import environment_folder, exists
from wizard.core.diagnosis import Fault, Problem
from wizard.core.ports import Outside
from wizard.core.sdk import (
    BUILDS_WITH_PODMAN,
    PACKAGES,
    Existence,
    InstalledSdk,
    ProjectPython,
    unusable,
)
from wizard.core.text import clean

LIMIT_S: Final = 5.0
"""To start a Python and read a dozen files. A cold disk and a virus scanner are in it."""
_PROBES: Final = Path(__file__).parents[1] / "probes"
_PACKAGES: Final = _PROBES / "packages.py"
_EXISTS: Final = _PROBES / "exists.py"
_MOST_WORD: Final = 300
_OPTION: Final = "--python"
_SAYS_ABSENT: Final = ("manifest unknown", "no such manifest", "not found")
"""Flyte 2's own three; whatever else docker says is no answer to it."""
_THEN_HUB: Final = "Flyte 2 asks Docker Hub next, and takes it for pushed where that fails too"


def named_python(given: str, project: Path, outside: Outside) -> ProjectPython:
    """What `--python` names: a program, its environment's folder, or a name on PATH."""
    path = project / Path(given).expanduser()
    if path.is_dir():
        return ProjectPython(str(_python_of(path)), _OPTION)
    is_name = "/" not in given and "\\" not in given and not exists(path)
    return ProjectPython((outside.which(given) if is_name else "") or str(path), _OPTION)


def environment_python(outside: Outside, project: Path) -> ProjectPython | None:
    """Of the active environment, or of the `.venv` here or above, up to the repository's root."""
    found = environment_folder(outside.environ, outside.home, project)
    return ProjectPython(str(_python_of(found[0])), found[1]) if found else None


def default_python(outside: Outside) -> ProjectPython | None:
    for name in ("python3", "python"):
        if found := outside.which(name):
            return ProjectPython(found, name)
    return None


def _python_of(environment: Path) -> Path:
    windows = environment / "Scripts" / "python.exe"
    return windows if exists(windows) else environment / "bin" / "python"


async def installed(outside: Outside, python: ProjectPython) -> InstalledSdk:
    """Raises Problem (sdk.python-unusable)."""
    answer = await _ask(outside, python, ["-I", "-S", str(_PACKAGES), *PACKAGES])
    packages, engine = answer.get("packages"), answer.get("engine")
    if not isinstance(packages, dict) or not isinstance(engine, dict):
        raise unusable(python, "it answered, but not what was asked")
    return InstalledSdk(
        python,
        _word(answer.get("python")),
        {name: _word(packages[name]) for name in PACKAGES if name in packages},
        _word(engine.get("url")),
        _word(engine.get("by")),
    )


async def engine_ids(
    outside: Outside, python: ProjectPython, urls: tuple[str, ...]
) -> tuple[str, ...]:
    """Raises Problem (sdk.python-unusable)."""
    answer = await _ask(outside, python, ["-I", "-S", str(_PACKAGES), "--engines", *urls])
    ids = answer.get("ids")
    if not isinstance(ids, list) or len(ids) != len(urls):
        raise unusable(python, "it answered, but not what was asked")
    return tuple(map(_word, ids))


async def docker_package_says(outside: Outside, python: ProjectPython, reference: str) -> Existence:
    """What flytekit's check answers. Silence until the deadline is `could not tell`, as there."""
    limit_s = outside.timeout_s
    argv = [python.file, "-I", str(_EXISTS), reference, f"{limit_s:g}"]
    ended = await outside.run(argv, timeout_s=limit_s + 1)
    if ended.timed_out:
        return Existence(None, f"the docker package said nothing in {limit_s:g} s")
    answer = _document(ended.stdout)
    if answer is None or not isinstance(answer.get("exists"), bool | None):
        raise unusable(python, _last_line(ended.stderr) or "it answered, but not what was asked")
    breaks = answer.get("breaks") is True
    return Existence(answer.get("exists"), _word(answer.get("why")), breaks)


async def buildx_says(outside: Outside, reference: str, builder: str) -> Existence:
    """What Flyte 2's check answers: docker's buildx is asked, then Podman, which has none (2.3).

    With neither it asks Docker Hub, whatever the registry is; that is left to it.
    """
    programs = ("podman",) if builder == BUILDS_WITH_PODMAN else ("docker", "podman")
    said = []
    for program in programs:
        found = await _imagetools_say(outside, program, reference)
        if found.answer is not None:
            return found
        said.append(found.why)
    return Existence(None, f"{said[0]} ({_THEN_HUB})")


async def _imagetools_say(outside: Outside, program: str, reference: str) -> Existence:
    argv = [program, "buildx", "imagetools", "inspect", reference, "--raw"]
    try:
        ended = await outside.run(argv, timeout_s=outside.timeout_s)
    except Problem as problem:
        return Existence(None, problem.evidence[0].line)
    if ended.code == 0:
        return Existence(True)
    if ended.timed_out:
        return Existence(None, f"{program} buildx said nothing in {outside.timeout_s:g} s")
    said = ended.stderr.decode("utf-8", "replace")
    if any(words in said for words in _SAYS_ABSENT):
        return Existence(False)
    return Existence(None, _last_line(ended.stderr))


async def _ask(outside: Outside, python: ProjectPython, words: list[str]) -> dict[str, Any]:
    limit_s = min(LIMIT_S, outside.timeout_s)
    try:
        ended = await outside.run([python.file, *words], timeout_s=limit_s)
    except Problem as problem:
        is_missing = problem.evidence[0].fault is Fault.MISSING
        said = "there is no such program" if is_missing else problem.evidence[0].answered
        raise unusable(python, said) from None
    if ended.timed_out:
        raise unusable(python, f"it said nothing in {limit_s:g} s")
    if ended.code != 0:
        said = _last_line(ended.stderr)
        raise unusable(python, f"it ended with code {ended.code}: {said}")
    answer = _document(ended.stdout)
    if answer is None:
        raise unusable(python, "it answered, but not what was asked")
    return answer


def _document(said: bytes) -> dict[str, Any] | None:
    """Its last line: a wrapper or a sitecustomize may greet on the lines before."""
    lines = said.rstrip().rsplit(b"\n", 1)
    try:
        document = json.loads(lines[-1])
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return clean(lines[-1], _MOST_WORD) if lines else ""


def _word(value: object) -> str:
    return clean(value, _MOST_WORD) if isinstance(value, str) else ""
