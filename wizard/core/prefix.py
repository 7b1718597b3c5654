"""The registry prefix: one string that names the destination everywhere (product.md section 3)."""

from __future__ import annotations

from wizard.core.dataclass import dataclass
from wizard.core.names import InvalidNameError, Reference, Repository, is_host, is_path


@dataclass(frozen=True, slots=True)
class Prefix:
    """What an ImageSpec takes as `registry=`: a host and, nearly always, a path below it.

    Raises InvalidNameError when host or path break the grammar, so that one that exists is valid.
    """

    kind: str
    host: str
    path: str = ""

    def __post_init__(self) -> None:
        if not is_host(self.host) or self.host != self.host.lower():
            raise InvalidNameError(f"{self.host!r} is not a host name")
        if self.path and not is_path(self.path):
            raise InvalidNameError(f"{self.path!r} is not a path that images can have")

    def __str__(self) -> str:
        return f"{self.host}/{self.path}" if self.path else self.host

    def repository(self, image_name: str) -> Repository:
        """Where images called `image_name` go. Raises InvalidNameError for a bad image name."""
        path = f"{self.path}/{image_name}" if self.path else image_name
        return Repository(self.host, path)

    def reference(self, image_name: str, tag: str) -> Reference:
        return self.repository(image_name).tagged(tag)


class PrefixError(ValueError):
    """What was typed names no destination; `suggestion` is what was probably meant, or empty."""

    def __init__(self, cause: str, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason
        self.suggestion = suggestion


def invalid(reason: str, suggestion: str = "") -> PrefixError:
    return PrefixError("reference.invalid", reason, suggestion)


def incomplete(reason: str, suggestion: str = "") -> PrefixError:
    return PrefixError("reference.incomplete", reason, suggestion)


@dataclass(frozen=True, slots=True)
class Destination:
    """What was typed, understood: the prefix, and the image where one was typed along with it."""

    prefix: Prefix
    mends: tuple[str, ...] = ()
    """What was changed on the way, in words."""
    image: str = ""
    tag: str = ""
