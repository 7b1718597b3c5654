"""A team's preset, `.registry-wizard.toml`: what is proposed to everybody who works there.

    registry = "ghcr.io/acme"
    platform = "linux/amd64"
    cluster-account = "123456789012"
    cluster-principal = "arn:aws:iam::123456789012:role/data-plane"

Only ever proposed, and never a secret. Source: product.md 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wizard.core.dataclass import dataclass
from wizard.core.names import InvalidNameError, Platform
from wizard.core.text import clean

FILE: Final = ".registry-wizard.toml"
MOST_BYTES: Final = 64 * 1024
_MOST: Final = 300
_KEYS: Final = ("registry", "platform", "cluster_account", "cluster_principal")


@dataclass(frozen=True, slots=True)
class Preset:
    """What a file proposes. Nothing of it is in force before somebody agreed to it."""

    file: str
    registry: str = ""
    """As it was typed there; parsed where it is proposed."""
    platform: str = ""
    cluster_account: str = ""
    cluster_principal: str = ""
    notes: tuple[str, ...] = ()
    """What stands there and was not read, in sentences."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What it proposes, to show with the question."""
        said = (
            f"registry {self.registry}",
            f"platform {self.platform}" if self.platform else "",
            f"cluster account {self.cluster_account}" if self.cluster_account else "",
            f"cluster principal {self.cluster_principal}" if self.cluster_principal else "",
        )
        return (*(line for line in said if line), *self.notes)


class PresetError(ValueError):
    """The file cannot be used. `str()` says why, in plain words."""


def parse_preset(text: str, file: str) -> Preset:
    """Raises PresetError: no TOML, no registry, or a value that is not what it should be."""
    document = _toml(text)
    values: dict[str, str] = {}
    notes = []
    for name, value in list(document.items())[:50]:
        key = name.replace("-", "_")
        if key in _KEYS and isinstance(value, str) and len(value) <= _MOST:
            values[key] = clean(value.strip(), _MOST)
        elif key in _KEYS:
            raise PresetError(f"{key} is not a short text in quotes")
        else:
            notes.append(f"{clean(name, 40)} is not read: a preset holds no such thing")
    if not values.get("registry"):
        raise PresetError('it names no registry, such as registry = "ghcr.io/acme"')
    if platform := values.get("platform", ""):
        try:
            values["platform"] = str(Platform.parse(platform))
        except InvalidNameError as error:
            raise PresetError(f"platform {platform}: {error}") from None
    return Preset(clean(file), notes=tuple(notes), **values)


def _toml(text: str) -> Mapping[str, Any]:
    # It costs 3 ms, and most folders have no preset.
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PresetError(f"it is not valid TOML: {clean(str(error), 120)}") from None
