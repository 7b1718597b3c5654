"""Any other OCI registry, by its host name: `registry.example.com/team`, `localhost:30000`."""

from __future__ import annotations

from wizard.core.fields import Field
from wizard.core.names import is_host, is_path, looks_like_host
from wizard.registries.generic import OciRegistry


def wrong_prefix(text: str) -> str:
    """What is wrong with HOST[:PORT][/PATH], or nothing."""
    host, slash, path = text.strip().lower().removesuffix("/").partition("/")
    if not host:
        return "the registry's host name is missing"
    if not is_host(host) or not looks_like_host(host):
        return "a registry's host name has a dot or a port, for example registry.example.com"
    if slash and not is_path(path):
        return "after the host: lower-case letters, digits, and single dots, dashes, underscores"
    return ""


class Other(OciRegistry):
    """Every host that no other provider knows."""

    fields = (
        Field(
            "prefix",
            "Registry",
            example="registry.example.com/team",
            help="Host, port if it has one, and the path below which your images go.",
            check=wrong_prefix,
        ),
    )
