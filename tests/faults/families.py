"""All faults and controls, by family: each family is a file of this folder, or some."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from tests.faults import (
    config,
    double,
    engine,
    engine_podman,
    login,
    login_clouds,
    login_ghcr,
    login_hub,
    login_odd,
    login_products,
    network,
    network_odd,
    network_parts,
    proxy,
    proxy_rules,
    pull,
    pull_clouds,
    pull_own,
    pull_products,
    push,
    push_clouds,
    push_own,
    push_products,
    push_uploads,
    sdk,
    store,
    tls,
    tls_odd,
)
from tests.faults.case import Case, Control
from tests.faults.controls import CONTROLS as _CONTROLS
from tests.faults.controls_middle import CONTROLS as _IN_THE_MIDDLE
from tests.faults.controls_network import CONTROLS as _IN_NETWORKS
from tests.faults.controls_odd_network import CONTROLS as _IN_ODD_NETWORKS

_MODULES: Final[tuple[ModuleType, ...]] = (
    network,
    network_odd,
    network_parts,
    tls,
    tls_odd,
    proxy,
    proxy_rules,
    login,
    login_ghcr,
    login_hub,
    login_odd,
    login_products,
    login_clouds,
    push,
    push_clouds,
    push_own,
    push_products,
    push_uploads,
    pull,
    pull_clouds,
    pull_own,
    pull_products,
    engine,
    engine_podman,
    store,
    config,
    sdk,
    double,
)


def _family(module: ModuleType) -> str:
    """`login` of login_hub too."""
    return module.__name__.rpartition(".")[2].partition("_")[0]


def _of(family: str) -> tuple[Case, ...]:
    """A fault's name is its own: two of one name would hide each other."""
    return tuple(case for m in _MODULES if _family(m) == family for case in m.FAULTS)


FAMILIES: Final = {_family(module): _of(_family(module)) for module in _MODULES}
FAULTS: Final = {case.name: (family, case) for family, cases in FAMILIES.items() for case in cases}
assert len(FAULTS) == sum(map(len, FAMILIES.values())), "two faults of one name"
CONTROLS: Final[dict[str, Control]] = {
    control.name: control
    for control in (*_CONTROLS, *_IN_NETWORKS, *_IN_ODD_NETWORKS, *_IN_THE_MIDDLE)
}
