"""What the project here proposes, on the command line: a team's preset, and image names."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.cli.choices import read_choices
from wizard.cli.output import Output
from wizard.core.ports import Parts
from wizard.core.preset import PresetError
from wizard.core.state import Choices
from wizard.steps.project import Proposal, images, proposal

if TYPE_CHECKING:  # asked only where somebody can answer
    from wizard.cli.questions import Questions


def tell_preset(output: Output, parts: Parts, command: str) -> None:
    """Where nobody can be asked it is only told of: a preset is never in force by itself."""
    proposed = _proposal(output, parts)
    if proposed is not None:
        output.aside(
            f"{proposed.preset.file} proposes {proposed.prefix}:",
            f"  registry-wizard {command} {proposed.prefix}",
        )


def take_preset(
    arguments: Namespace, output: Output, parts: Parts, questions: Questions
) -> Choices | None:
    """The choices with the team's proposal in them, after a yes. Options say it louder."""
    proposed = _proposal(output, parts)
    if proposed is None:
        return None
    preset = proposed.preset
    questions.say("", f"{preset.file} proposes:", *(f"  {line}" for line in preset.lines))
    if not questions.confirm(f"Set up {proposed.prefix}?", default=True):
        return None
    typed = read_choices(parts, arguments, str(proposed.prefix))
    chosen = proposed.over(typed)
    return replace(
        chosen,
        platform=typed.platform if arguments.platform else chosen.platform,
        cluster_account=typed.cluster_account or chosen.cluster_account,
        cluster_principal=typed.cluster_principal or chosen.cluster_principal,
    )


def _proposal(output: Output, parts: Parts) -> Proposal | None:
    try:
        return proposal(parts)
    except PresetError as error:
        output.aside(f"Note: not used: {error}")
        return None


def named_image(
    arguments: Namespace,
    output: Output,
    parts: Parts,
    choices: Choices,
    questions: Questions | None,
) -> Choices:
    """Which image's path is proven, when the code here names some and nobody chose one."""
    found = images(parts)
    if arguments.image or choices.image not in found or _is_known(parts, choices):
        return choices
    if len(found) > 1 and questions is not None:
        from wizard.cli.prefix_questions import ask_image

        return replace(choices, image=ask_image(choices, questions, found))
    others = ", ".join(name for name in found if name != choices.image)
    more = f" (also here: {others}; --image NAME takes another)" if others else ""
    output.aside(f"Note: the image is {choices.image}, as named in the code here{more}")
    return choices


def _is_known(parts: Parts, choices: Choices) -> bool:
    return parts.settings.load().profile(choices.profile) is not None
