"""Modules that are loaded when something of them is first used.

asyncio names TLS wherever it could be asked for, and loading that is a tenth of a short run that
never speaks to a registry. `importlib.util.LazyLoader` would load it at asyncio's second `import
ssl`, and lets a second thread see a module half loaded; here nothing happens before an attribute
is missing, and whoever else misses one then waits.
"""

from __future__ import annotations

import sys
from _thread import RLock
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

# As typing has it: its import would be a third of what `--version` takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import Loader
    from typing import Any

_LATE = ("ssl", "asyncio.sslproto")
"""Both: the second asks the first for two of its errors while it is loaded."""


def postpone() -> None:
    """From now on; what is loaded already stays as it is."""
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)


class _Finder:
    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in _LATE else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Later(spec.loader)  # type: ignore[assignment]
        return spec


class _Later:
    """Makes the module, and leaves its contents to whoever asks it for something."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["_late"] = self._loader


class _Module(ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__dict__["_late_lock"] = RLock()

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__"):  # those are for the import system, which asks at once
            with self.__dict__["_late_lock"]:
                loader = self.__dict__.pop("_late", None)
                if loader is not None:
                    loader.exec_module(self)
            if name in self.__dict__:
                return self.__dict__[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
