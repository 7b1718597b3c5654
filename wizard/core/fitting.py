"""Which fixes of the catalogue help at this registry, and every fix with the facts in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.core.actions import TRUST_REALM
from wizard.core.filling import fill, fill_command
from wizard.core.realm import realm_in

if TYPE_CHECKING:
    from wizard.core.diagnosis import Fix


def fitting(
    fixes: Iterable[Fix], facts: Mapping[str, str], known: tuple[Fix, ...]
) -> Iterator[Fix]:
    """None of another cloud, nor a cloud's command where the exact one is known."""
    cloud = facts.get("cloud", "")
    is_known = any(fix.command for fix in known)
    for fix in fixes:
        is_vague = bool(fix.command) and is_known
        if not cloud or not fix.cloud or (cloud in fix.cloud.split(", ") and not is_vague):
            yield fix


def shown(fixes: Iterable[Fix], facts: Mapping[str, str]) -> tuple[Fix, ...]:
    """Filled, without those that would run the same command or open the same page again."""
    kept: dict[tuple[str, str, str], Fix] = {}
    for fix in (_filled(fix, facts) for fix in fixes):
        # Root's command is the same with and without sudo.
        command = fix.command.removeprefix("sudo ")
        does = (command, fix.url, fix.system) if command or fix.url else (fix.title, "", "")
        kept.setdefault(does, fix)
    return tuple(kept.values())


def _filled(fix: Fix, facts: Mapping[str, str]) -> Fix:
    command = fill_command(fix.command, facts)
    is_unsafe = fix.action == TRUST_REALM and not realm_in(command)
    return replace(
        fix,
        title=fill(fix.title, facts),
        command=command,
        action="" if is_unsafe else fix.action,
        url=fill(fix.url, facts),
        changes=fill(fix.changes, facts),
        inverse=fill_command(fix.inverse, facts),
        ask=fill(fix.ask, facts),
    )
