"""What people type or paste for a registry, taken apart before any registry is known.

Pure text work: command lines, quotes, addresses, capitals and slashes are mended and each mend is
told; what cannot be understood is refused with the reason (product.md section 3).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.names import (
    HUB_HOST,
    Digest,
    InvalidNameError,
    is_host,
    looks_like_host,
)
from wizard.core.prefix import invalid
from wizard.core.text import clean

LONGEST_TYPED: Final = 2000

_PROGRAMS = frozenset({"docker", "podman", "nerdctl", "crane", "skopeo", "oras", "buildah", "ctr"})
_BEFORE_A_COMMAND = frozenset({"$", "#", "%", "sudo"})
_SECRET_OPTIONS = frozenset({"-u", "--username", "-p", "--password"})
_ASSIGNMENT = re.compile(
    r"(?:export\s+)?(?:registry|image|image_registry|container_image|flyte_image_registry|from)"
    r"(?:\s*=\s*|\s*:\s+|\s+)(?=\S)",
    re.IGNORECASE,
)
_AROUND = " \t\r\n\"'`<>“”‘’«»,;()"
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")
_SCHEMES = frozenset({"http", "https", "docker", "oci"})
_PORT = re.compile(r"[^/:\[\]]+:(\d{4,5})")
_API_PATH = re.compile(r"v[12](?:/|$)")

# Letters of other scripts that look like ours, as far as host names need them (Unicode TR 39).
_LOOKALIKES: Final = str.maketrans(
    dict(zip("асԁеһіјӏорԛѕԝхуɡοινɩ", "acdehijlopqswxygoivi", strict=True))
)


@dataclass
class Typed:
    """The parts of what was typed. Mutable only while it is being read."""

    host: str = ""
    """Lower case, with its port; `docker.io` where none was typed."""
    path: str = ""
    tag: str = ""
    digest: str = ""
    has_host: bool = True
    mends: list[str] = field(default_factory=list)

    @property
    def names_an_image(self) -> bool:
        return bool(self.tag or self.digest)


def read(text: str) -> Typed:
    """Take apart what was typed. Raises PrefixError (reference.invalid)."""
    typed = Typed()
    rest = _unwrapped(text, typed)
    is_address = _left_out_scheme(rest) != rest
    rest = _address(rest, typed)
    rest = _without_version(rest, typed)
    _split(rest, typed)
    _lowered(typed)
    _slashes(typed, is_address=is_address)
    return typed


def shown(text: str) -> str:
    """Typed text as it may stand in a sentence."""
    return f"“{clean(text, 80)}”"


def skeleton(text: str) -> str:
    """The text with letters of other scripts replaced by those they look like."""
    return unicodedata.normalize("NFKC", text.lower()).translate(_LOOKALIKES)


def _unwrapped(text: str, typed: Typed) -> str:
    if len(text) > LONGEST_TYPED:
        raise invalid("that is far too long for a registry prefix")
    # Zero-width characters come along when text is copied from a web page.
    rest = "".join(c for c in text if unicodedata.category(c) != "Cf")
    if rest != text:
        typed.mends.append("left out characters that cannot be seen")
    rest = rest.strip(_AROUND)
    if any(unicodedata.category(c) == "Cc" for c in rest):
        raise invalid("there is a control character in it")
    words = rest.split()
    while words and words[0] in _BEFORE_A_COMMAND:
        words = words[1:]
    if len(words) > 1 and words[0].lower() in _PROGRAMS:
        rest = _from_command(words[1:])
        typed.mends.append(f"took {shown(rest)} from the {words[0].lower()} command")
    elif found := _ASSIGNMENT.match(rest):
        rest = rest[found.end() :].split()[0]
        typed.mends.append("left out what stands before the name")
    rest = rest.strip(_AROUND)
    if not rest:
        raise invalid("nothing was typed", "ghcr.io/OWNER")
    if rest.split() != [rest]:
        raise invalid("a registry prefix has no spaces in it")
    return rest


def _from_command(words: list[str]) -> str:
    """The word of a command line that names an image or registry."""
    arguments = words[1:]
    # The value of these is no image, and may be a password: it must not be shown.
    candidates = [
        word
        for before, word in zip(words, arguments, strict=False)
        if not word.startswith("-") and before not in _SECRET_OPTIONS
    ]
    for word in candidates:
        first, _, rest = word.strip(_AROUND).partition("/")
        if looks_like_host(_left_out_scheme(first)) and (first + rest).strip("./"):
            return word
    if words[0] == "login":
        return HUB_HOST
    # A platform is the one usual argument with a slash that names no image.
    images = [w for w in candidates if "/" in w and not w.startswith(("linux/", "windows/"))]
    return (images or candidates or words)[-1]


def _left_out_scheme(text: str) -> str:
    return _SCHEME.sub("", text, count=1) if _SCHEME.match(text) else text


def _address(rest: str, typed: Typed) -> str:
    """Leave out a scheme, and of an address its user, query and fragment."""
    found = _SCHEME.match(rest)
    if found is None:
        return rest.lstrip("/")
    scheme = found[1].lower()
    if scheme not in _SCHEMES:
        raise invalid(f"a registry is not reached by {shown(scheme + '://')}")
    rest = rest[found.end() :]
    typed.mends.append(f"left out {scheme}://")
    if "@" in rest.partition("/")[0]:
        # Not shown on purpose: a password may stand there.
        raise invalid("a user name or password does not belong into the prefix")
    bare = re.split(r"[?#]", rest, maxsplit=1)[0]
    if bare != rest:
        typed.mends.append("left out what follows the address")
    return bare.lstrip("/")


def _without_version(rest: str, typed: Typed) -> str:
    """Split off digest and tag."""
    name, at, digest = rest.partition("@")
    if at:
        try:
            typed.digest = str(Digest(digest.lower()))
        except InvalidNameError as error:
            raise invalid(f"after the @ stands no digest: {error}") from error
    # The last colon begins a tag unless a slash follows, an address ends there, or it is a port.
    base, colon, tag = name.rpartition(":")
    if not colon or "/" in tag or tag.endswith("]") or _is_port(name):
        return name
    typed.tag = tag
    return base


def _is_port(name: str) -> bool:
    """`registry:5000` and `localhost:30000` are hosts; `redis:7` is an image."""
    if "/" in name:
        return False
    if name.startswith("[") or re.fullmatch(r"[^:]*(?:\.[^:]*|localhost):\d+", name.lower()):
        return True
    return _PORT.fullmatch(name) is not None


def _split(rest: str, typed: Typed) -> None:
    if "\\" in rest:
        rest = rest.replace("\\", "/")
        typed.mends.append("turned \\ into /")
    host, _, path = rest.partition("/")
    if looks_like_host(host):
        typed.host, typed.path = host, path
    else:
        typed.host, typed.path, typed.has_host = HUB_HOST, rest, False


def _lowered(typed: Typed) -> None:
    lower = typed.host.lower(), typed.path.lower()
    if lower != (typed.host, typed.path):
        typed.mends.append("wrote it in lower case")
    typed.host, typed.path = lower
    bare, colon, port = typed.host.rpartition(":")
    if colon and port == "443":
        typed.host = bare
        typed.mends.append("left out :443, which is what https means")
    if typed.host.endswith(".") and typed.host.strip("."):
        typed.host = typed.host.rstrip(".")
        typed.mends.append("left out the dot after the host")


def _slashes(typed: Typed, *, is_address: bool) -> None:
    parts = [part for part in typed.path.split("/") if part]
    path = "/".join(parts)
    if path != typed.path:
        typed.mends.append("left out a slash")
    if is_address and _API_PATH.match(path):
        path = path.partition("/")[2]
        typed.mends.append("left out the path of the registry's API")
    typed.path = path
    if not typed.has_host and typed.names_an_image and "/" not in path:
        name = f"{path}:{typed.tag}" if typed.tag else path
        raise invalid(f"{shown(name)} names an image of Docker's own, not a place to push to")


def check_characters(typed: Typed) -> None:
    """Raise PrefixError for what no host or path can hold; say which character it is."""
    for character in typed.host + typed.path:
        if ord(character) < 0x80:  # noqa: PLR2004 - ASCII
            continue
        name = unicodedata.name(character, "a character without a name").lower()
        plain = skeleton(f"{typed.host}/{typed.path}" if typed.path else typed.host)
        looks_like = plain if plain.isascii() and is_host(plain.partition("/")[0]) else ""
        raise invalid(
            f"{shown(character)} is {name}; names of registries and images have only the "
            "letters a to z, digits, dots, dashes and underscores",
            looks_like,
        )
