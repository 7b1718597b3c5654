"""Healthy machines, plain and odd."""

from __future__ import annotations

from tests.faults.case import Control
from tests.faults.odd import ODD
from tests.faults.odd_logins import CONTROLS as ODD_LOGINS
from tests.faults.places import OPEN
from tests.faults.world import World


def _as_it_was(_world: World) -> None:
    """Nothing at all is changed."""


CONTROLS = (
    Control("as-it-was", _as_it_was),
    Control("as-it-was", _as_it_was, OPEN),
    *ODD,
    *ODD_LOGINS,
)
