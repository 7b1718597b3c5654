"""The image that a message speaks of, found in what engines and kubelets print."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from wizard.core.names import InvalidNameError, Reference, looks_like_host

# A name that stands alone, and the address that engines print when they ask for a manifest.
_REFERENCE: Final = re.compile(
    r"(?<![\w/.:@-])[a-z0-9.-]+(?::[0-9]+)?(?:/[a-z0-9._-]+)+(?::[\w.-]+)?(?:@sha256:\w+)?"
)
_ADDRESS: Final = re.compile(
    r"https?://([a-z0-9.:-]+)/v2/([a-z0-9._/-]+?)/(?:manifests|blobs|tags)/"
)


def image_facts(lines: Iterable[str]) -> dict[str, str]:
    """The reference and the host that the message speaks of, where it names them."""
    for line in lines:
        facts = _named(line.lower())
        if facts:
            return facts
    return {}


def _named(text: str) -> dict[str, str]:
    named = [found[0].rstrip(".:") for found in _REFERENCE.finditer(text)]
    asked = [f"{found[1]}/{found[2]}" for found in _ADDRESS.finditer(text)]
    for name in (*named, *asked):
        first = name.partition("/")[0]
        if "." not in first or not looks_like_host(first):
            continue
        try:
            reference = Reference.parse(name.replace("registry-1.docker.io/", "docker.io/"))
        except InvalidNameError:
            continue
        repository = reference.repository
        has_version = ":" in name.partition("/")[2]
        return {
            "reference": str(reference if has_version else repository),
            "repository": str(repository),
            "host": repository.host,
            "owner": repository.path.partition("/")[0],
        }
    return {}
