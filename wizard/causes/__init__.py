"""The catalogue of causes as data: one file per family, `CATALOGUE` by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from wizard.causes import (
    config,
    engine,
    engine_registry,
    engine_settings,
    engine_use,
    internal,
    login,
    network,
    pull,
    push,
    reference,
    sdk,
    store,
)
from wizard.core.diagnosis import Cause, Fix

_FAMILIES = (
    engine,
    engine_use,
    engine_settings,
    engine_registry,
    sdk,
    config,
    store,
    reference,
    network,
    login,
    push,
    pull,
    internal,
)

CATALOGUE: Final[Mapping[str, Cause]] = {
    cause.id: cause for family in _FAMILIES for cause in family.CAUSES
}
"""In the order of causes.md, which is the order of the steps."""


def fixes_for(fixes: Iterable[Fix], system: str) -> tuple[Fix, ...]:
    """Those that serve on `system` (a value of `sys.platform`), in their order."""
    return tuple(fix for fix in fixes if fix.system in ("", system))
