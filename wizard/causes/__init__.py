"""The catalogue of causes as data: one file per family, `CATALOGUE` by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Final

from wizard.core.diagnosis import Cause, Fix

_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "engine": ("engine", "engine_use", "engine_settings", "engine_registry"),
    "sdk": ("sdk",),
    "config": ("config",),
    "store": ("store",),
    "reference": ("reference",),
    "network": ("network",),
    "login": ("login",),
    "push": ("push",),
    "pull": ("pull",),
    "internal": ("internal",),
}
"""The first part of their ids, and their files; in the order of causes.md, that of the steps."""


class _Catalogue(Mapping[str, Cause]):
    """Reads a family when one of it is asked for: a run that ends early meets one or two."""

    def __init__(self) -> None:
        self._read: dict[str, dict[str, Cause]] = {}

    def __getitem__(self, id_: str) -> Cause:
        return self._family(id_.partition(".")[0])[id_]

    def __iter__(self) -> Iterator[str]:
        for family in _FAMILIES:
            yield from self._family(family)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _family(self, name: str) -> dict[str, Cause]:
        if name not in self._read:
            modules = (import_module(f"{__name__}.{file}") for file in _FAMILIES.get(name, ()))
            self._read[name] = {cause.id: cause for module in modules for cause in module.CAUSES}
        return self._read[name]


CATALOGUE: Final[Mapping[str, Cause]] = _Catalogue()


def fixes_for(fixes: Iterable[Fix], system: str) -> tuple[Fix, ...]:
    """Those that serve on `system` (a value of `sys.platform`), in their order."""
    return tuple(fix for fix in fixes if fix.system in ("", system))
