"""Hide what names people, accounts and machines in a text that is to be shown to strangers. Pure.

Each thing hidden gets the same word wherever it stands, so that the text still makes sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

WELL_KNOWN: Final = frozenset(
    {
        "ghcr.io", "api.github.com", "github.com", "docker.io", "registry-1.docker.io",
        "auth.docker.io", "hub.docker.com", "public.ecr.aws", "gallery.ecr.aws", "quay.io",
        "registry.gitlab.com", "artifactregistry.googleapis.com", "oauth2.googleapis.com",
        "localhost", "config.json", "auth.json", "config.toml", "docker.sock", "podman.sock",
    }
)  # fmt: skip
"""Names that tell nothing of who is there; and files that look like hosts."""

_SHORTEST: Final = 3
"""Shorter names would be found inside other words."""

_GROUP: Final = "[0-9a-f]{1,4}"

# The order matters: an address is masked before the host that stands in it.
_PATTERNS: Final = (
    ("EMAIL", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("ARN", re.compile(r"arn:aws[\w-]*:[\w-]*:[\w-]*:\d*:[\w+=,.@/:-]+")),
    ("ACCOUNT", re.compile(r"(?<!\d)\d{12}(?!\d)")),
    ("ADDRESS", re.compile(r"(?<![\d.])(?!127\.)(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")),
    # Eight groups, or fewer around one `::`; not loopback's, and no time of the day.
    ("ADDRESS", re.compile(rf"(?<![\w:])(?:{_GROUP}:){{7}}{_GROUP}(?![\w:])", re.IGNORECASE)),
    (
        "ADDRESS",
        re.compile(
            rf"(?<![\w:])(?!::1?(?![\w:]))(?:{_GROUP}(?::{_GROUP}){{0,6}})?::"
            rf"(?:{_GROUP}(?::{_GROUP}){{0,6}})?(?![\w:])",
            re.IGNORECASE,
        ),
    ),
)
_TOP: Final = r"(?:com|net|org|io|dev|aws|cloud|ai|cn|eu|uk|us|de|test|local|internal|lan|corp)"
_HOST: Final = re.compile(rf"(?<![\w@-])(?:[a-z0-9-]+\.)+{_TOP}(?![\w-])", re.IGNORECASE)


class Masks:
    """One text's masks. `names` are known values with the word that stands for them."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        kept = {value: word for value, word in names if len(value) >= _SHORTEST}
        self._names = sorted(
            ((v, w) for v, w in kept.items() if v not in WELL_KNOWN), key=lambda n: -len(n[0])
        )
        self._given: dict[str, str] = {}

    def hide(self, text: str) -> str:
        for value, word in self._names:
            # Whole words only, and never inside one that was put there before.
            text = re.sub(rf"(?<![\w<]){re.escape(value)}(?![\w>])", f"<{word}>", text)
        for word, pattern in _PATTERNS:
            text = pattern.sub(lambda found, word=word: self._word(word, found[0]), text)  # type: ignore[misc]
        return _HOST.sub(self._host, text)

    def _host(self, found: re.Match[str]) -> str:
        host = found[0].lower()
        is_known = host in WELL_KNOWN or host.endswith((".docker.pkg.dev", "-docker.pkg.dev"))
        return found[0] if is_known else self._word("HOST", host)

    def _word(self, word: str, value: str) -> str:
        if value not in self._given:
            number = sum(1 for given in self._given.values() if given.startswith(f"<{word}-")) + 1
            self._given[value] = f"<{word}-{number}>"
        return self._given[value]
