"""The words of the visibility page: who can change it, and how a cluster gets a login. Pure."""

from __future__ import annotations

import re
from typing import Final

from wizard.core.checks import Pull
from wizard.core.diagnosis import Fix
from wizard.core.pull_secret import ways
from wizard.tui.view import View
from wizard.tui.widgets.text import Part

_SEMICOLON: Final = re.compile(r"; (?![^(]*\))")
"""Between the steps of a fix; not one in brackets."""
PULL_SECRET: Final = "an image-pull secret"  # noqa: S105 - words
IDENTITY: Final = "the cluster's own identity"


def who_parts(view: View) -> tuple[Part, ...]:
    """Who can make it public, and the steps."""
    verified = view.journey.verified
    if verified is None:
        return ()
    can = verified.owner[:1].upper() + verified.owner[1:]
    parts: list[Part] = [f"{can} can change it, once for all tags:\n"]
    if view.journey.is_never_public:
        parts = ["What helps:\n"]
    for fix in verified.publish_fixes:
        parts += _steps(fix)
    return tuple(parts)


def pull_secret_parts(view: View) -> tuple[Part, ...]:
    """How the cluster gets the login that was declared, command by command."""
    journey = view.journey
    provider, prefix = view.provider, journey.choices.prefix
    is_declared = journey.pull is Pull.DECLARED and journey.choices.declared_pull == PULL_SECRET
    if provider is None or prefix is None or not is_declared:
        return ()
    endpoint = provider.endpoint(prefix.host)
    token = provider.pull_token(prefix.repository(journey.choices.image))
    known = journey.identity.username if journey.identity else ""
    parts: list[Part] = [f"Best is {token.title}.\n"]
    for fix in token.fixes:
        parts += _steps(fix)
    for way in ways(endpoint.host, endpoint.config_key, token.username or known):
        parts += [(f"{way.title}\n", "bold")]
        parts += [(f"  {command}\n", "$accent") for command in way.commands]
        parts += [(f"  {way.note}\n", "$quiet")]
    return tuple(parts)


def _steps(fix: Fix) -> list[Part]:
    steps = _SEMICOLON.split(fix.title)
    lines = [f"{number}  {step}" for number, step in enumerate(steps, 1)] if steps[1:] else steps
    parts: list[Part] = [f"{line}\n" for line in lines]
    if fix.command:
        parts.append((f"{fix.command}\n", "$accent"))
    if fix.url:
        parts.append((f"{fix.url}\n", "$accent"))
    return [*parts, "\n"]
