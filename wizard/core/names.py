"""References, repositories, digests and platforms: the distribution grammar as types.

Sources: distribution/reference (grammar and Docker Hub normalisation), OCI distribution-spec,
registries.md 8.1.
"""

from __future__ import annotations

import re
from typing import Final

from wizard.core.dataclass import dataclass

HUB_HOST: Final = "docker.io"
LONGEST_REPOSITORY: Final = 255
"""Characters of host, slash and path together, as the strictest clients count them."""
HIGHEST_PORT: Final = 65535

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[([a-fA-F0-9:]+)\])(?::([0-9]{{1,5}}))?")
_PATH_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_PATH_COMPONENT}(?:/{_PATH_COMPONENT})*")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}")
_IDENTIFIER = re.compile(r"[a-f0-9]{64}")


class InvalidNameError(ValueError):
    """The text breaks the grammar. `str()` says where, in plain words."""


@dataclass(frozen=True, slots=True)
class Digest:
    """`sha256:` and 64 hexadecimal digits: an immutable name of some bytes."""

    text: str

    def __post_init__(self) -> None:
        if not _DIGEST.fullmatch(self.text):
            raise InvalidNameError("a digest is `sha256:` followed by 64 hexadecimal digits")

    def __str__(self) -> str:
        return self.text

    @property
    def short(self) -> str:
        return f"{self.text[:11]}…{self.text[-4:]}"


@dataclass(frozen=True, slots=True)
class Platform:
    """What an image runs on: `linux/amd64`, `linux/arm/v7`."""

    os: str
    architecture: str
    variant: str = ""

    @classmethod
    def parse(cls, text: str) -> Platform:
        """Raises InvalidNameError unless the text is OS/ARCH or OS/ARCH/VARIANT."""
        parts = text.strip().lower().split("/")
        if len(parts) not in (2, 3) or not all(re.fullmatch(r"[a-z0-9_.]+", p) for p in parts):
            raise InvalidNameError("a platform is written OS/ARCH, for example linux/amd64")
        os, architecture = parts[0], _ARCHITECTURES.get(parts[1], parts[1])
        variant = parts[2] if len(parts) == len(("os", "architecture", "variant")) else ""
        # arm64/v8 and plain arm64 are the same machine to every engine.
        return cls(os, architecture, "" if (architecture, variant) == ("arm64", "v8") else variant)

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


# What uname and docker info say, in the words of the image specification (engines.md 5.24).
_ARCHITECTURES: Final = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "armv7l": "arm"}

LINUX_AMD64: Final = Platform("linux", "amd64")


@dataclass(frozen=True, slots=True)
class Repository:
    """Where the images of one name live: host and path, without a tag."""

    host: str
    path: str

    def __post_init__(self) -> None:
        # First, so that no expression below ever walks a hostile megabyte.
        if len(self.host) + 1 + len(self.path) > LONGEST_REPOSITORY:
            raise InvalidNameError(
                f"host and repository name together have at most {LONGEST_REPOSITORY} characters"
            )
        if not is_host(self.host) or not looks_like_host(self.host):
            raise InvalidNameError(f"{self.host!r} is not the host name of a registry")
        if self.host != self.host.lower():
            raise InvalidNameError("a host name is written in lower case")
        if self.path != self.path.lower():
            raise InvalidNameError("a repository name is all lower case")
        if not _PATH.fullmatch(self.path):
            raise InvalidNameError(
                "a repository name is made of lower-case letters and digits, "
                "with single dots, dashes or underscores between them"
            )
        if self.host == HUB_HOST and "/" not in self.path:
            raise InvalidNameError("on Docker Hub a repository stands below a namespace")

    def __str__(self) -> str:
        return f"{self.host}/{self.path}"

    def tagged(self, tag: str) -> Reference:
        return Reference(self, tag=tag)

    def pinned(self, digest: Digest) -> Reference:
        return Reference(self, digest=digest)


@dataclass(frozen=True, slots=True)
class Reference:
    """A repository with a tag, a digest, or both; `str()` prints it as engines write it."""

    repository: Repository
    tag: str = ""
    digest: Digest | None = None

    def __post_init__(self) -> None:
        if self.tag and not _TAG.fullmatch(self.tag):
            raise InvalidNameError(
                "a tag has at most 128 letters, digits, dots, dashes and underscores, "
                "and starts with a letter, digit or underscore"
            )
        if not self.tag and self.digest is None:
            raise InvalidNameError("a reference needs a tag or a digest")

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Read `[HOST/]PATH[:TAG][@DIGEST]` as docker does.

        Docker Hub is the default host, `library/` its default namespace, `latest` the default tag.
        Raises InvalidNameError.
        """
        rest, at, digest_text = text.strip().partition("@")
        digest = Digest(digest_text) if at else None
        path_text, tag = _split_tag(rest)
        host, path = split_host(path_text)
        if host == HUB_HOST and path and "/" not in path:
            if _IDENTIFIER.fullmatch(path_text):
                raise InvalidNameError("64 hexadecimal digits are an image's id, not its name")
            path = f"library/{path}"
        if not tag and digest is None:
            tag = "latest"
        return cls(Repository(host, path), tag=tag, digest=digest)

    @property
    def version(self) -> str:
        """What stands in `/v2/<name>/manifests/<version>`: the digest where there is one."""
        return str(self.digest) if self.digest else self.tag

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.repository}{tag}{digest}"


def _split_tag(text: str) -> tuple[str, str]:
    """Split off the tag. The last colon starts one only if no slash follows: else it is a port."""
    path, colon, tag = text.rpartition(":")
    if not colon or "/" in tag:
        return text, ""
    if not tag:
        raise InvalidNameError("the tag after the colon is empty")
    return path, tag


def split_host(text: str) -> tuple[str, str]:
    """Split `HOST/PATH`; a first part without dot or port is a namespace on Docker Hub.

    Unlike docker, a capital alone does not make a host: `Acme/app` is a misspelt namespace far
    more often than a host called `Acme`, and saying so is the better help.
    """
    first, slash, rest = text.partition("/")
    if slash and looks_like_host(first):
        host = first.lower()
        return (HUB_HOST if host == "index.docker.io" else host), rest
    return HUB_HOST, text


def looks_like_host(text: str) -> bool:
    return text.lower() == "localhost" or any(mark in text for mark in ".:[")


def is_host(text: str) -> bool:
    """Is it a host name or address, with or without a port?"""
    if len(text) > LONGEST_REPOSITORY:
        return False
    found = _HOST.fullmatch(text)
    if found is None or (found[2] and not 0 < int(found[2]) <= HIGHEST_PORT):
        return False
    return not found[1] or _is_ipv6(found[1])


def _is_ipv6(text: str) -> bool:
    # Costs 4 ms to import and is needed for next to nobody.
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def is_path(text: str) -> bool:
    return len(text) <= LONGEST_REPOSITORY and bool(_PATH.fullmatch(text))
