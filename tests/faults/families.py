"""All faults and controls, by family: each family is a file of this folder."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from tests.faults import (
    config,
    double,
    engine,
    login,
    network,
    proxy,
    pull,
    push,
    sdk,
    store,
    tls,
)
from tests.faults.case import Case, Control
from tests.faults.controls import CONTROLS as _CONTROLS

_MODULES: Final[tuple[ModuleType, ...]] = (
    network,
    tls,
    proxy,
    login,
    push,
    pull,
    engine,
    store,
    config,
    sdk,
    double,
)

FAMILIES: Final[dict[str, tuple[Case, ...]]] = {
    module.__name__.rpartition(".")[2]: module.FAULTS for module in _MODULES
}
FAULTS: Final = {case.name: (family, case) for family, cases in FAMILIES.items() for case in cases}
CONTROLS: Final[dict[str, Control]] = {control.name: control for control in _CONTROLS}
