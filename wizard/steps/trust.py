"""Trust a token service on another host with the logins for one registry."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from wizard.core.checks import Check, failed, passed
from wizard.core.diagnosis import Fix, Problem, diagnose
from wizard.core.events import Checked, Event
from wizard.core.ports import Parts
from wizard.core.realm import realm_in
from wizard.core.settings import Realm
from wizard.core.state import Journey
from wizard.steps.order import APPLIED
from wizard.steps.registry import destination


async def trust(
    parts: Parts, journey: Journey, fix: Fix, broken: Check
) -> AsyncGenerator[Event, None]:
    """Remembered for this very host and address; the row says so, or why it is not kept."""
    realm = Realm(destination(parts, journey).endpoint.host, realm_in(fix.command))
    try:
        parts.settings.save(parts.settings.load().with_realm(realm))
    except Problem as problem:
        yield Checked(failed(APPLIED, broken.step, diagnose(problem, parts.catalogue)))
        return
    said = f"logins for {realm.host} may be sent to {realm.url}"
    yield Checked(passed(APPLIED, broken.step, said, "it stands under [realms] in the settings"))
