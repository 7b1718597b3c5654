"""`export`: the hand-over for the user's code, with the proven values."""

from __future__ import annotations

from argparse import Namespace

from wizard.cli.choices import UsageError
from wizard.cli.document import plain_document
from wizard.cli.exit_codes import ExitCode
from wizard.cli.output import Output
from wizard.cli.session import run_with_parts
from wizard.cli.world import World
from wizard.core.handover import HAND_OVERS
from wizard.core.ports import Parts
from wizard.core.settings import Profile
from wizard.core.text import clean


def run(arguments: Namespace, world: World) -> ExitCode:
    return run_with_parts(arguments, world, export)


async def export(
    arguments: Namespace,
    world: World,  # noqa: ARG001 - every command has this shape
    output: Output,
    parts: Parts,
) -> ExitCode:
    what: str = arguments.what
    if what not in HAND_OVERS:
        raise UsageError(f"`{what}` is not made by this version; what is: {', '.join(HAND_OVERS)}")
    profile = _profile(arguments, parts)
    try:
        content = HAND_OVERS[what](profile)
    except ValueError as error:
        said = f"profile {profile.name} holds what cannot be handed over: {clean(str(error))}"
        raise UsageError(said) from error
    output.document(plain_document("export", what=what, profile=profile.name, content=content))
    output.lines(content.splitlines())
    if profile.proof is None:
        output.aside(f"Note: profile {profile.name} is not proven. Prove it: registry-wizard setup")
    return ExitCode.DONE


def _profile(arguments: Namespace, parts: Parts) -> Profile:
    settings = parts.settings.load()
    if arguments.profile:
        named = settings.profile(arguments.profile)
        if named is None:
            raise UsageError(f"there is no profile {clean(arguments.profile, 80)}")
        return named
    if settings.current_profile is None:
        raise UsageError("nothing is set up here yet; begin with: registry-wizard setup")
    return settings.current_profile
