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
# Two letters are a country's, but for what ends names of files; of the others the common ones.
_TOP: Final = (
    r"(?:(?!(?:py|md|sh|so|js|rs|go|gz|id)(?![\w-]))[a-z]{2}|com|net|org|info|biz|edu|gov|mil|int|dev"
    r"|aws|cloud|app|tech|team|company|group|systems|services|network|software|solutions|digital"
    r"|online|site|xyz|bank|health|science|test|example|invalid|local|localdomain|internal|intern"
    r"|intranet|private|lan|home|arpa|corp)"
)
_HOST: Final = re.compile(
    # Of three parts or with a port any name is a host, whatever it ends in.
    rf"(?<![\w@.-])(?:(?:[a-z0-9-]+\.)+{_TOP}(?![\w-])(?!\.\w)"
    r"|(?:[a-z0-9-]+\.)+[a-z]{2,}(?=:\d)"
    r"|(?:[a-z0-9-]+\.){2,}(?!json|ya?ml|toml|sock|service|exe|pem|conf)[a-z]{2,}(?![\w-]))",
    re.IGNORECASE,
)
_IN_ADDRESS: Final = re.compile(
    r"(?<=://)(?P<who>[^\s/@`'\"<>]+@|<USER>@)?(?P<host>[a-z0-9][\w.-]*)", re.IGNORECASE
)
_CONTEXT: Final = re.compile(
    r"(?P<before>\bcontext |DOCKER_CONTEXT=)"
    r"(?!(?:default|desktop-linux|colima|orbstack|rancher-desktop|rootless|deadline|cancell?ed|of|is"
    r"|that|was|named|not|in|by|and|here)\b)(?P<name>[\w.+-]+)"
)
_SYSTEMS: Final = (
    r"(?:var|run|usr|etc|proc|sys|dev|bin|sbin|lib|lib64|snap|nix|private|System|Library|Applications"
    r"|v2|token|Program Files)"
)
_FOLDERS: Final = re.compile(
    rf"(?:(?<![\w>/.:~])|(?<=unix://))/(?!{_SYSTEMS}(?![\w-]))[\w.+-]+(?:/[\w.+-]+)+"
    r"|(?<!\w)[A-Z]:\\(?!Program Files|Windows)[^\s`'\":,;)]+"
)
_BELOW_HOME: Final = re.compile(r"(?:(?<=<HOME>)|(?<=~))(?:[/\\][\w.+@-]+)+")
_PLAIN_FOLDERS: Final = frozenset(
    {
        "bin", "Scripts", "lib", "lib64", "python", "python3", "python.exe", "docker", "podman",
        "containers", "contexts", "meta", "meta.json", "config", "config.json", "config.yaml",
        "config.toml", "auth.json", "credentials", "registry-wizard", "journal", "run",
        "docker.sock", "podman.sock", "Library", "Containers", "AppData", "Local", "Roaming",
    }
)  # fmt: skip


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
        text = _IN_ADDRESS.sub(self._address, text)
        text = _CONTEXT.sub(
            lambda found: found["before"] + self._word("CONTEXT", found["name"]), text
        )
        text = _BELOW_HOME.sub(self._below_home, text)
        text = _FOLDERS.sub(lambda found: self._word("PATH", found[0]), text)
        return _HOST.sub(self._host, text)

    def _address(self, found: re.Match[str]) -> str:
        """In an address any name is a host, and what stands before an `@` is somebody."""
        who, host = found["who"] or "", found["host"].rstrip(".-").lower()
        if who not in ("", "<USER>@"):
            who = self._word("USER", who.rstrip("@")) + "@"
        is_open = host in WELL_KNOWN or host.startswith("127.") or host.endswith("-docker.pkg.dev")
        return who + (found["host"] if is_open else self._word("HOST", host))

    def _below_home(self, found: re.Match[str]) -> str:
        """Hidden folders and those of tools tell what is meant, others may be a project's name."""
        parts = re.split(r"([/\\])", found[0])
        return "".join(
            part
            if not part.strip("/\\") or part[0] == "." or part in _PLAIN_FOLDERS
            else self._word("FOLDER", part)
            for part in parts
        )

    def _host(self, found: re.Match[str]) -> str:
        host = found[0].lower()
        is_known = host in WELL_KNOWN or host.endswith((".docker.pkg.dev", "-docker.pkg.dev"))
        return found[0] if is_known else self._word("HOST", host)

    def _word(self, word: str, value: str) -> str:
        if value not in self._given:
            number = sum(1 for given in self._given.values() if given.startswith(f"<{word}-")) + 1
            self._given[value] = f"<{word}-{number}>"
        return self._given[value]
