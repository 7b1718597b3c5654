"""What has changed since the chain was proven last. Pure."""

from __future__ import annotations

from wizard.core.checks import Check, Status, Step, Visibility
from wizard.core.settings import Profile
from wizard.core.state import Journey

_DAY = len("2026-01-31")


def since_proof(profile: Profile | None, journey: Journey) -> str:
    """One sentence, or nothing: nothing was proven, it was another image, or all holds as before.

    `public on 2026-05-03, private now`: whoever watches by cron or CI reads what is new first.
    """
    proof = profile.proof if profile else None
    prefix = journey.choices.prefix
    if proof is None or prefix is None or not proof.reference.startswith(f"{prefix}/"):
        return ""
    day = proof.when[:_DAY]
    pulled = journey.check("visibility.pull")
    if proof.pull == "public" and journey.visibility is Visibility.PRIVATE:
        return f"public on {day}, private now"
    if pulled is not None and pulled.cause in ("pull.missing-tag", "pull.missing-repository"):
        return f"there on {day}, gone now"
    if proof.pull == "declared" and journey.visibility is Visibility.PUBLIC:
        return f"private on {day}, public now"
    broken = next((check for check in _in_order(journey) if check.status is Status.FAIL), None)
    return f"all held on {day}; broken now: {broken.summary}" if broken else ""


def _in_order(journey: Journey) -> list[Check]:
    order = list(Step)
    return sorted(journey.checks, key=lambda check: order.index(check.step))
