"""What a product behind a registry's host is, as data, and telling it by host or first answer.

The rows are in other_products.py. In every text `{host}`, `{web}`, `{name}`, `{project}` and
`{path}` stand for the registry, its web pages, the first part of its host, the first part of the
repository's path, and all of that. Source: registries.md 9.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from urllib.parse import urlsplit

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix
from wizard.core.filling import fill, fill_command
from wizard.core.names import Repository, is_host
from wizard.core.ports import PullToken, WayIn


@dataclass(frozen=True, slots=True)
class UserForm:
    """A form of user name or secret that tells the kind of a login."""

    kind: str
    username: str = ""
    """Regular expressions for all of it; empty: any."""
    secret: str = ""
    note: str = ""
    """A sentence about this kind, where there is something to know."""


@dataclass(frozen=True, slots=True)
class Product:
    """All that differs from one product to the next. Patterns ignore case; empty ones never fit."""

    id: str
    title: str
    remarks: tuple[str, ...]
    publish: tuple[Fix, ...]
    """How a person lets everybody pull."""
    hosts: str = ""
    """Of all of the host, with its port."""
    traits: Mapping[str, str] = field(default_factory=dict)
    """By the name of a trait of the first answer: sought anywhere in it. One is enough."""
    ways: tuple[WayIn, ...] = ()
    """Empty: the generic ones."""
    users: tuple[UserForm, ...] = ()
    token: PullToken | None = None
    realms: tuple[str, ...] = ()
    """Where its own host sends for tokens (credentials.md 4.2)."""
    service: str = ""
    delete_tag: bool = False
    """Its protocol deletes by tag, not by digest."""
    delete_actions: tuple[str, ...] = ()
    """What to ask the token service for when deleting; empty: as all others."""
    is_local: bool = False
    source: str = "registries.md 9"


@dataclass(frozen=True, slots=True)
class Seen:
    """A product at one host."""

    product: Product
    web: str
    """The host of its web pages, which may be another than the registry's."""


def find(products: Iterable[Product], host: str, traits: Mapping[str, str]) -> Seen | None:
    """By host first: it cannot be feigned by what somebody answers there."""
    rows = tuple(products)
    found = next((row for row in rows if _fits_host(row, host)), None)
    if found is not None:
        return Seen(found, _web(host, {}))
    found = next((row for row in rows if _fits_traits(row, traits)), None)
    return Seen(found, _web(host, traits)) if found is not None else None


def _fits_host(product: Product, host: str) -> bool:
    return bool(product.hosts) and re.fullmatch(product.hosts, host, re.IGNORECASE) is not None


def _fits_traits(product: Product, traits: Mapping[str, str]) -> bool:
    return any(
        name in traits and re.search(pattern, traits[name], re.IGNORECASE)
        for name, pattern in product.traits.items()
    )


def _web(host: str, traits: Mapping[str, str]) -> str:
    """The token service's host, where it is one of the same domain; else the registry's own.

    GitLab's pages are where its tokens come from. A stranger's host never becomes a link.
    """
    if host == "registry.gitlab.com":
        return "gitlab.com"
    try:
        found = urlsplit(traits.get("realm", ""))
        web = found.netloc if found.scheme == "https" else ""
    except ValueError:
        web = ""
    return web if is_host(web) and _domain(web) == _domain(host) else host


def _domain(host: str) -> list[str]:
    return host.lower().partition(":")[0].split(".")[-2:]


def facts(seen: Seen, repository: Repository | None, host: str) -> dict[str, str]:
    """What the placeholders stand for at this host, and in this repository where there is one."""
    about = {"host": host, "web": seen.web, "name": host.partition(".")[0]}
    if repository is None:
        return about
    parts = repository.path.split("/")
    project = "/".join(parts[:2])
    return {**about, "project": parts[0], "two": project, "path": repository.path}


def filled_fixes(fixes: Iterable[Fix], about: Mapping[str, str]) -> tuple[Fix, ...]:
    return tuple(
        replace(
            fix,
            title=fill(fix.title, about),
            command=fill_command(fix.command, about),
            url=fill(fix.url, about),
        )
        for fix in fixes
    )


def filled_ways(ways: Iterable[WayIn], about: Mapping[str, str]) -> tuple[WayIn, ...]:
    return tuple(
        replace(
            way,
            explanation=fill(way.explanation, about),
            command=fill_command(way.command, about),
            url=fill(way.url, about),
        )
        for way in ways
    )


def filled_token(token: PullToken, about: Mapping[str, str]) -> PullToken:
    return replace(token, title=fill(token.title, about), fixes=filled_fixes(token.fixes, about))
