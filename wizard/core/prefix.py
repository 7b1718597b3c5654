"""The registry prefix: one string that names the destination everywhere (product.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.core.names import Reference, Repository


@dataclass(frozen=True, slots=True)
class Prefix:
    """What an ImageSpec takes as `registry=`: a host and, nearly always, a path below it."""

    kind: str
    host: str
    path: str = ""

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
