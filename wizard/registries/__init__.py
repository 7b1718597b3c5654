"""The registries that the wizard knows, in the order in which faces offer them.

A new registry is one new file and one entry here. Everything that people type for a registry
comes through `parse_prefix`.
"""

from __future__ import annotations

from typing import Final

from wizard.core.names import InvalidNameError, is_path
from wizard.core.prefix import Destination, Prefix, incomplete, invalid
from wizard.core.typed import Typed, check_characters, read, shown
from wizard.registries.docker_hub import DockerHub
from wizard.registries.ecr import Ecr
from wizard.registries.ecr_public import EcrPublic
from wizard.registries.gar import Gar
from wizard.registries.generic import OciRegistry
from wizard.registries.ghcr import Ghcr
from wizard.registries.other import Other

REGISTRIES: Final[tuple[OciRegistry, ...]] = (
    Ghcr(),
    DockerHub(),
    Ecr(),
    EcrPublic(),
    Gar(),
    Other(),
)

_WELL_KNOWN: Final = ("ghcr.io", "docker.io", "public.ecr.aws")
_NICKNAMES: Final = {
    "ghcr": "ghcr.io/OWNER",
    "github": "ghcr.io/OWNER",
    "dockerhub": "docker.io/NAMESPACE",
    "docker-hub": "docker.io/NAMESPACE",
    "docker": "docker.io/NAMESPACE",
    "ecr": "ACCOUNT.dkr.ecr.REGION.amazonaws.com",
    "gar": "LOCATION-docker.pkg.dev/PROJECT/REPOSITORY",
}


def for_host(host: str) -> OciRegistry:
    """The provider that knows this host; `other` for a host that nobody claims."""
    return next(provider for provider in REGISTRIES if provider.claims(host))


def parse_prefix(text: str) -> tuple[Prefix, tuple[str, ...]]:
    """What was typed -> the prefix, and the mends made, in words. Raises PrefixError."""
    found = parse_destination(text)
    return found.prefix, found.mends


def parse_destination(text: str) -> Destination:
    """As `parse_prefix`, with the image and tag where a whole reference was typed."""
    typed = read(text)
    check_characters(typed)
    _from_page(typed)
    if not typed.has_host:
        _without_host(typed)
    provider = for_host(typed.host)
    if provider.kind == Other.kind:
        _refuse_misspelt(typed)
    if typed.names_an_image and not typed.path:
        raise invalid("what follows the colon is neither a port nor the tag of an image")
    path, image = provider.split_image(typed.path, names_an_image=typed.names_an_image)
    prefix = provider.prefix(typed.host, path)
    return _with_image(typed, prefix, image)


def _from_page(typed: Typed) -> None:
    """People paste the address of a web page instead of the registry's name."""
    for provider in REGISTRIES:
        page = provider.from_page(typed.host, typed.path)
        if page is not None:
            typed.mends.append(f"images of {typed.host} are at {page[0]}")
            typed.host, typed.path = page
            typed.has_host = True
            return


def _without_host(typed: Typed) -> None:
    meant = _NICKNAMES.get(typed.path)
    if meant:
        raise incomplete(f"{shown(typed.path)} is not yet a place to push to", meant)
    typed.mends.append(f"a name without a host is one on Docker Hub: {typed.host}/{typed.path}")


def _refuse_misspelt(typed: Typed) -> None:
    """A credential would go to whoever owns the misspelt name (credentials.md 4.3 row 32)."""
    for known in _WELL_KNOWN:
        meant = f"{known}/{typed.path}" if typed.path else known
        first, _, rest = known.partition(".")
        same_name = (
            typed.host.split(".")[0] == first and typed.host.count(".") == rest.count(".") + 1
        )
        if same_name or _one_slip_apart(typed.host, known):
            raise invalid(f"{shown(typed.host)} is not {known}, though it looks like it", meant)
        if typed.host.startswith(f"{known}."):
            typed.mends.append(f"{typed.host} is not {known}: a login would go to somebody else")


def _one_slip_apart(one: str, other: str) -> bool:
    """Do they differ by one letter added, left out, wrong, or swapped with its neighbour?"""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])


def _with_image(typed: Typed, prefix: Prefix, image: str) -> Destination:
    if image and not is_path(image):
        raise invalid(f"{shown(image)} cannot be the name of an image")
    try:
        if image:
            prefix.reference(image, typed.tag or "latest")
        elif typed.tag:
            raise invalid("a tag stands behind the prefix, but no image's name")
    except InvalidNameError as error:
        raise invalid(str(error)) from error
    if image:
        typed.mends.append(f"took {image} for the name of your image")
    if typed.tag:
        typed.mends.append(f"left out the tag {typed.tag}")
    if typed.digest:
        typed.mends.append("left out the digest")
    return Destination(prefix, tuple(typed.mends), image, typed.tag)
