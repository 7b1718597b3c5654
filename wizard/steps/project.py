"""What the project here says before anything is asked: a team's preset, image names, no need."""

from __future__ import annotations

from dataclasses import replace

from wizard.core.dataclass import dataclass
from wizard.core.names import Platform
from wizard.core.ports import Parts
from wizard.core.prefix import Prefix, PrefixError
from wizard.core.preset import Preset, PresetError
from wizard.core.state import Choices


@dataclass(frozen=True, slots=True)
class Proposal:
    """A team's preset that can be used as it stands. Somebody has to agree to it first."""

    preset: Preset
    prefix: Prefix

    def over(self, choices: Choices) -> Choices:
        """These choices with what the team proposes."""
        preset = self.preset
        return replace(
            choices,
            prefix=self.prefix,
            platform=Platform.parse(preset.platform) if preset.platform else choices.platform,
            cluster_account=preset.cluster_account or choices.cluster_account,
            cluster_principal=preset.cluster_principal or choices.cluster_principal,
        )


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """All of it, for a page that shows it."""

    images: tuple[str, ...] = ()
    proposal: Proposal | None = None
    trouble: str = ""
    """Why the preset that is there cannot be proposed, with its path."""
    not_needed: str = ""
    """Why none of this may be needed; empty when nothing says so."""


def proposal(parts: Parts) -> Proposal | None:
    """What the team proposes, if anything. Raises PresetError."""
    preset = parts.code.preset() if parts.code is not None else None
    if preset is None:
        return None
    try:
        prefix, _ = parts.parse_prefix(preset.registry)
    except PrefixError as error:
        raise PresetError(f"{preset.file}: registry {preset.registry}: {error.reason}") from None
    return Proposal(preset, prefix)


def images(parts: Parts) -> tuple[str, ...]:
    """Names that the code here gives to images, the likeliest first."""
    return parts.code.images() if parts.code is not None else ()


def look_at(parts: Parts) -> ProjectFacts:
    """All at once. Reads a bounded number of small files, and so blocks for a moment."""
    from wizard.core.flyte_config import need

    if parts.code is None:
        return ProjectFacts()
    proposed, trouble = None, ""
    try:
        proposed = proposal(parts)
    except PresetError as error:
        trouble = str(error)
    reason = need(parts.code.configurations()).reason
    return ProjectFacts(images(parts), proposed, trouble, reason)
