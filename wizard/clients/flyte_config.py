"""Finds what union, flyte and pyflyte would read: each its own order of places, the first hit wins.

Only endpoint, builder and registry are kept; of an API key only the endpoint is decoded.
Source: union-and-flyte.md 3, and the programs' own sources for what it leaves open.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from wizard.clients.project_folders import (
    exists,
    read_text,
    repository_root,
    upwards,
)
from wizard.core.flat_yaml import scalars
from wizard.core.flyte_config import Configuration, EndpointKind, Program, configuration, host_of

_SERVERLESS: Final = "UNION_SERVERLESS_ENDPOINT"
_UNION_KEYS: Final = ("UNION_API_KEY", "UNION_SERVERLESS_API_KEY", "UNIONAI_SERVERLESS_API_KEY")
_UNION_FILES: Final = ("UNION_CONFIG", "UNIONAI_CONFIG")
_FLYTE_KEY: Final = "FLYTE_API_KEY"
_MOST_KEY: Final = 8192


def configurations(
    environ: Mapping[str, str], home: Path, project: Path
) -> tuple[Configuration, ...]:
    """What each program finds, of those that find anything. Reads a dozen small files at most."""
    finders: tuple[Callable[[Mapping[str, str], Path, Path], Configuration | None], ...] = (
        _flyte,
        _union,
        _pyflyte,
    )
    found = (find(environ, home, project) for find in finders)
    return tuple(one for one in found if one is not None)


def _flyte(environ: Mapping[str, str], home: Path, project: Path) -> Configuration | None:
    places = list(_flyte_places(environ, home, project))
    found = _first(Program.FLYTE, places, environ)
    if key := environ.get(_FLYTE_KEY, ""):
        # It stands for endpoint and login; the file still says who builds, and where to.
        held = configuration(
            Program.FLYTE, _FLYTE_KEY, {"admin.endpoint": _endpoint_in(key)}, environ
        )
        if found is None:
            return held
        builder, by = found.builder, found.builder_by
        return replace(held, builder=builder, builder_by=by, registry=found.registry)
    if found is None and any(environ.get(name) for name in _FLYTE_VARIABLES):
        name = next(name for name in _FLYTE_VARIABLES if environ.get(name))
        return configuration(Program.FLYTE, name, {}, environ)
    return found


_FLYTE_VARIABLES: Final = ("FLYTE_ADMIN_ENDPOINT", "FLYTE_IMAGE_BUILDER")


def _flyte_places(environ: Mapping[str, str], home: Path, project: Path) -> Iterator[Path]:
    yield project / "config.yaml"
    yield project / ".flyte" / "config.yaml"
    root = repository_root(upwards(project, home))
    if root is not None:
        yield root / ".flyte" / "config.yaml"
    for name in ("UCTL_CONFIG", "FLYTECTL_CONFIG"):
        if named := environ.get(name, ""):
            yield project / named
            return  # there or not: flyte looks no further, and ends where it is not
    yield home / ".union" / "config.yaml"
    yield home / ".flyte" / "config.yaml"


def _union(environ: Mapping[str, str], home: Path, project: Path) -> Configuration | None:
    if endpoint := environ.get(_SERVERLESS):
        # While it is set, union takes any endpoint for a serverless one.
        host = host_of(endpoint)
        return Configuration(Program.UNION, _SERVERLESS, host, EndpointKind.SERVERLESS)
    for name in _UNION_KEYS:
        if key := environ.get(name, ""):
            values = {"admin.endpoint": _endpoint_in(key)}
            return configuration(Program.UNION, name, values, {})
    named = next((project / n for v in _UNION_FILES if (n := environ.get(v, ""))), None)
    places = [named] if named else [home / ".union/config.yaml", home / ".uctl/config.yaml"]
    return _first(Program.UNION, places, environ)


def _pyflyte(environ: Mapping[str, str], home: Path, project: Path) -> Configuration | None:
    named = environ.get("FLYTECTL_CONFIG", "")
    if named and exists(project / named):
        return _first(Program.PYFLYTE, [project / named], environ)
    for file in (project / "flytekit.config", home / ".flyte" / "config"):
        text = read_text(file)
        if text is not None:
            return configuration(Program.PYFLYTE, str(file), _ini(text), {})
    return _first(Program.PYFLYTE, [home / ".flyte" / "config.yaml"], environ)


def _first(
    program: Program, places: list[Path], environ: Mapping[str, str]
) -> Configuration | None:
    for place in places:
        text = read_text(place)
        if text is not None:
            return configuration(program, str(place), scalars(text), environ)
    return None


def _ini(text: str) -> dict[str, str]:
    import configparser  # only machines of flytekit's first years have such a file

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return {"admin.endpoint": parser.get("platform", "url", fallback="")}


def _endpoint_in(key: str) -> str:
    """Of `endpoint:client_id:client_secret:org` in base64 the first; empty for anything else."""
    try:
        text = base64.b64decode(key[:_MOST_KEY] + "==").decode("utf-8", "strict")
    except (binascii.Error, ValueError):
        return ""
    # Endpoint and port, or one with a scheme: the last three fields are the secret part.
    fields = text.rsplit(":", 3)
    return fields[0] if len(fields) == len(("endpoint", "id", "secret", "org")) else ""
