"""JSON documents for scripts: exactly one on stdout (product.md section 5)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, TextIO

import wizard
from wizard.causes import fixes_for
from wizard.core.checks import SCHEMA, Change, Check, Report
from wizard.core.diagnosis import Fix
from wizard.core.state import Journey


def write(document: dict[str, Any], stream: TextIO) -> None:
    """In ASCII: whatever a server said, nothing of it can act on a terminal."""
    stream.write(json.dumps(document, indent=2) + "\n")


def plain_document(command: str, **members: Any) -> dict[str, Any]:
    """The head that all documents share, and the members of this one."""
    return {"schema": SCHEMA, "command": command, **members}


def error_member(summary: str, cause: str = "", suggestion: str = "") -> dict[str, Any]:
    """What stands in `error` when a command could not do its work."""
    return {"cause": cause or None, "summary": summary, "suggestion": suggestion or None}


def fix_rows(fixes: tuple[Fix, ...]) -> list[dict[str, Any]]:
    return [
        {
            "title": fix.title,
            "command": fix.command or None,
            "url": fix.url or None,
            "system": fix.system or None,
            "automatic": fix.automatic,
        }
        for fix in fixes
    ]


def report(command: str, journey: Journey, system: str) -> Report:
    """The journey's checks as a report, with only the fixes that serve on this system."""
    return Report(
        command=command,
        version=wizard.__version__,
        checks=tuple(_for_system(check, system) for check in journey.checks),
        pull=journey.pull,
        profile=_profile(journey),
        image=_image(journey),
        changes=journey.changes,
    )


def _for_system(check: Check, system: str) -> Check:
    return replace(check, fixes=fixes_for(check.fixes, system))


def _profile(journey: Journey) -> dict[str, str] | None:
    choices = journey.choices
    if choices.prefix is None:
        return None
    return {
        "name": choices.profile,
        "prefix": str(choices.prefix),
        "kind": choices.prefix.kind,
        "engine": journey.engine.engine if journey.engine else choices.engine,
        "platform": str(choices.platform),
    }


def _image(journey: Journey) -> dict[str, str] | None:
    if journey.pushed is not None:
        reference, digest = str(journey.pushed.reference), str(journey.pushed.digest)
    elif journey.verified is not None:
        reference, digest = str(journey.verified.reference), ""
    else:
        return None
    return {"reference": reference, "digest": digest, "visibility": journey.visibility.value}


def with_changes(journey: Journey, changes: tuple[Change, ...]) -> Journey:
    """A journey that was examined again after a mend keeps what the mend changed."""
    return replace(journey, changes=(*changes, *journey.changes))
