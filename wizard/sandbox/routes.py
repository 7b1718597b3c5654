"""The paths of the V2 protocol, read once for the core and the dialects (registries.md 8.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wizard.sandbox.exchange import Request

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
NAME: Final = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
TAG: Final = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
DIGEST: Final = re.compile(r"sha256:[a-f0-9]{64}")

_PATHS = re.compile(
    r"/v2/(?P<name>.+?)/(?:"
    r"manifests/(?P<manifest>[^/]+)"
    r"|blobs/uploads/?(?P<upload>[^/]*)"
    r"|blobs/(?P<blob>[^/]+)"
    r"|tags/(?P<tags>list)"
    r"|referrers/(?P<referrers>[^/]+)"
    r")"
)
_READS = ("GET", "HEAD")


class Kind(StrEnum):
    PING = "ping"
    MANIFEST = "manifest"
    BLOB = "blob"
    UPLOAD = "upload"
    TAGS = "tags"
    REFERRERS = "referrers"


@dataclass(frozen=True)
class Route:
    kind: Kind
    repository: str = ""
    reference: str = ""
    """Tag, digest or upload id; empty where a new upload starts."""
    action: str = "pull"
    """What the credential must allow: `pull`, `push` or `delete`."""

    @property
    def scope(self) -> str:
        """As a challenge asks for it; a push also pulls."""
        actions = "pull" if self.action == "pull" else f"pull,{self.action}"
        return f"repository:{self.repository}:{actions}"


def read_route(request: Request) -> Route | None:
    """None for what the protocol does not know."""
    if request.path in ("/v2/", "/v2"):
        return Route(Kind.PING)
    found = _PATHS.fullmatch(request.path.replace("%3A", ":").replace("%3a", ":"))
    if found is None:
        return None
    name = found["name"]
    if (upload := found["upload"]) is not None:
        # Even asking how far an upload has come is part of pushing.
        return Route(Kind.UPLOAD, name, upload, "push")
    if found["tags"]:
        return Route(Kind.TAGS, name)
    if found["referrers"]:
        return Route(Kind.REFERRERS, name, found["referrers"])
    kind = Kind.MANIFEST if found["manifest"] else Kind.BLOB
    return Route(kind, name, found["manifest"] or found["blob"], _action(request.method))


def _action(method: str) -> str:
    if method in _READS:
        return "pull"
    return "delete" if method == "DELETE" else "push"
