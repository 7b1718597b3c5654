"""How long ago something was, in words."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def age(when: str, now: datetime) -> str:
    """`3 days ago`; the text itself when it is no RFC 3339 time."""
    try:
        then = datetime.fromisoformat(when)
    except ValueError:
        return when
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    seconds = (now - then).total_seconds()
    for length, name in _UNITS:
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {name}{'' if number == 1 else 's'} ago"
    return f"{max(int(seconds), 0)} s ago"
