"""`profiles`: what is set up here, and when it was last proven."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from wizard.cli.document import plain_document
from wizard.cli.exit_codes import ExitCode
from wizard.cli.output import Output
from wizard.cli.session import run_with_parts
from wizard.cli.style import Style
from wizard.cli.world import World
from wizard.core.ages import age
from wizard.core.checks import Status
from wizard.core.ports import Parts
from wizard.core.settings import Profile, Settings


def run(arguments: Namespace, world: World) -> ExitCode:
    return run_with_parts(arguments, world, show_profiles)


async def show_profiles(
    arguments: Namespace,  # noqa: ARG001 - every command has this shape
    world: World,  # noqa: ARG001
    output: Output,
    parts: Parts,
) -> ExitCode:
    settings = parts.settings.load()
    rows = [_row(profile, settings) for profile in settings.profiles]
    output.document(plain_document("profiles", current=settings.current or None, profiles=rows))
    output.lines(profile_lines(settings, parts.clock.now(), output.style))
    if not settings.profiles:
        output.aside("Nothing is set up here yet. Begin: registry-wizard setup")
    return ExitCode.DONE


def profile_lines(settings: Settings, now: datetime, style: Style) -> Iterator[str]:
    """One line for each, the current one marked by a word."""
    width = max((len(profile.name) for profile in settings.profiles), default=0)
    for profile in settings.profiles:
        proof = profile.proof
        status = Status.PASS if proof else Status.UNKNOWN
        when = f"{age(proof.when, now)}, {proof.pull}" if proof else "not proven yet"
        current = "  (current)" if profile.name == settings.current else ""
        yield f"{style.mark(status)} {profile.name:<{width}}  {profile.prefix}  {when}{current}"


def _row(profile: Profile, settings: Settings) -> dict[str, Any]:
    proof = profile.proof
    return {
        "name": profile.name,
        "current": profile.name == settings.current,
        "prefix": profile.prefix,
        "kind": profile.kind,
        "engine": profile.engine,
        "image": profile.image,
        "platform": profile.platform,
        "username": profile.username or None,
        "proof": None
        if proof is None
        else {
            "reference": proof.reference,
            "digest": proof.digest,
            "when": proof.when,
            "pull": proof.pull,
        },
    }
