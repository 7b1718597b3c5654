"""Every endpoint at which a Docker engine may answer here, and the one that docker would use.

Reads files and stats paths, and connects to nothing. Source: engines.md 2.2 and E16.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.text import clean
from wizard.engines.docker_contexts import (
    DEFAULT,
    DockerContext,
    InvalidContextError,
    all_contexts,
    config_folder,
    current_context,
    read_context,
)
from wizard.engines.docker_hosts import DockerHost, InvalidHostError, parse_host
from wizard.engines.docker_products import ENGINE, Product, default_url, products

HOST_VARIABLE: Final = "DOCKER_HOST"
CONTEXT_VARIABLE: Final = "DOCKER_CONTEXT"
TLS_VARIABLE: Final = "DOCKER_TLS_VERIFY"
CERTIFICATES_VARIABLE: Final = "DOCKER_CERT_PATH"
VERSION_VARIABLE: Final = "DOCKER_API_VERSION"


@dataclass(frozen=True, slots=True)
class Tls:
    """How a tcp endpoint is spoken to. The folder holds ca.pem, cert.pem and key.pem."""

    folder: Path | None
    verifies: bool = True
    needs_authority: bool = False
    """Docker goes nowhere without ca.pem where a variable asks for TLS."""

    def file(self, name: str) -> str | None:
        path = self.folder / name if self.folder else None
        return str(path) if path and path.is_file() else None


@dataclass(frozen=True, slots=True)
class DockerEndpoint:
    """One endpoint under all its names."""

    shown: str
    """`unix:///var/run/docker.sock`; what stands in the setting when it cannot be understood."""
    host: DockerHost | None
    """None when it cannot be understood: `trouble` says why."""
    names: tuple[str, ...]
    """`DOCKER_HOST`, `context colima`, a path: how one comes to it."""
    product: Product = ENGINE
    chosen_by: str = ""
    """Set for the one that the command line uses, by the rule that chooses it."""
    trouble: str = ""
    damaged: Path | None = None
    """The context's file, where nothing can be read from it."""
    tls: Tls | None = None
    is_expected: bool = True
    """Worth a row when nothing is there: it is configured, or its product is installed."""


def candidates(
    environ: Mapping[str, str], home: Path, system: str, user_id: int
) -> list[DockerEndpoint]:
    """All of them, the chosen one first, each engine once. `system` is as in `sys.platform`."""
    folder = config_folder(environ, home)
    found = [chosen(environ, folder, system)]
    if (host := environ.get(HOST_VARIABLE)) and found[0].chosen_by != HOST_VARIABLE:
        found.append(_endpoint(host, HOST_VARIABLE, system))
    found += [_of_context(context, system) for context in all_contexts(folder)]
    for product in products(environ, home, system, user_id):
        with suppress(InvalidHostError):  # a home so deep that no socket can lie in it
            endpoint = _of_product(product, parse_host(product.url, system))
            # While the variable is set, the context of that name means what it says.
            if product.url == default_url(system) and not environ.get(HOST_VARIABLE):
                endpoint = replace(endpoint, names=(*endpoint.names, f"context {DEFAULT}"))
            found.append(endpoint)
    return list(_each_once(found))


def chosen(environ: Mapping[str, str], folder: Path, system: str) -> DockerEndpoint:
    """What the docker command line uses, by its own precedence (engines.md 2.2)."""
    if host := environ.get(HOST_VARIABLE):
        endpoint = _endpoint(host, HOST_VARIABLE, system)
        return replace(endpoint, chosen_by=HOST_VARIABLE, tls=_tls(environ, folder, endpoint.host))
    if name := environ.get(CONTEXT_VARIABLE):
        by = f"{CONTEXT_VARIABLE}={clean(name, 80)}"
    else:
        name = current_context(folder)
        by = DEFAULT if name == DEFAULT else f"context {clean(name, 80)}"
    if name == DEFAULT:
        url = default_url(system)
        return replace(_endpoint(url, "context default", system), chosen_by=by)
    try:
        context = read_context(folder, name)
    except InvalidContextError as error:
        shown = f"context {clean(name, 80)}"
        words, damaged = clean(str(error)), error.damaged
        return DockerEndpoint(shown, None, (shown,), chosen_by=by, trouble=words, damaged=damaged)
    return replace(_of_context(context, system), chosen_by=by)


def _endpoint(url: str, name: str, system: str) -> DockerEndpoint:
    try:
        host = parse_host(url, system)
    except InvalidHostError as error:
        return DockerEndpoint(f"{name}={clean(url, 80)}", None, (name,), trouble=str(error))
    return DockerEndpoint(host.url, host, (name,))


def _of_context(context: DockerContext, system: str) -> DockerEndpoint:
    if context.trouble:
        shown = f"context in {clean(str(context.file))}"
        damaged = context.file if context.is_damaged else None
        words = clean(context.trouble)
        return DockerEndpoint(shown, None, (shown,), trouble=words, damaged=damaged)
    name = f"context {clean(context.name, 80)}"
    endpoint = _endpoint(context.host or default_url(system), name, system)
    has_tls = context.tls is not None or context.skips_tls_verify
    is_remote = endpoint.host is not None and endpoint.host.scheme == "tcp"
    tls = Tls(context.tls, not context.skips_tls_verify) if has_tls and is_remote else None
    return replace(endpoint, tls=tls)


def _of_product(product: Product, host: DockerHost) -> DockerEndpoint:
    expected = product.is_installed()
    return DockerEndpoint(host.url, host, (host.path,), product, is_expected=expected)


def _tls(environ: Mapping[str, str], folder: Path, host: DockerHost | None) -> Tls | None:
    """Asked for by a variable, and meant for tcp only: left-overs break sockets in the SDK."""
    if host is None or host.scheme != "tcp" or not environ.get(TLS_VARIABLE):
        return None
    named = environ.get(CERTIFICATES_VARIABLE, "")
    return Tls(Path(named) if named else folder, needs_authority=True)


def _each_once(found: list[DockerEndpoint]) -> Iterator[DockerEndpoint]:
    """One row for each engine: the same address, or the same socket behind several paths."""
    merged: dict[object, DockerEndpoint] = {}
    for endpoint in found:
        key = _identity(endpoint)
        first = merged.get(key)
        merged[key] = _together(first, endpoint) if first else endpoint
    yield from merged.values()


def _identity(endpoint: DockerEndpoint) -> object:
    if endpoint.host is None or endpoint.host.scheme != "unix":
        return endpoint.shown
    try:
        seen = os.stat(endpoint.host.path)  # noqa: PTH116 - follows links; the path may be hostile
    except (OSError, ValueError):
        return endpoint.shown
    return (seen.st_dev, seen.st_ino)


def _together(first: DockerEndpoint, other: DockerEndpoint) -> DockerEndpoint:
    names = tuple(dict.fromkeys((*first.names, *other.names)))
    product = other.product if first.product is ENGINE else first.product
    return replace(
        first,
        names=names,
        product=product,
        is_expected=first.is_expected or other.is_expected,
        tls=first.tls or other.tls,
    )
