"""`@dataclass` as the standard library means it, without compiling code for every class.

The standard one writes `__init__`, `__eq__` and their like as text and compiles that: 0.4 ms and
more a class, which was a third of a short run. Here they are plain functions over the fields.
What the fields are, slots, `replace` and `asdict` stay the standard library's, and the type
checker sees nothing but the standard one.

Left out, since nothing here has it: `kw_only`, `init=False`, `order`, copying and pickling.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - handed on by its name
else:

    def dataclass(
        cls: type | None = None,
        /,
        *,
        frozen: bool = False,
        slots: bool = False,
        eq: bool = True,
        repr: bool = True,  # noqa: A002 - the standard library's name for it
    ) -> Any:
        def decorate(cls: type) -> type:
            return _made(cls, frozen=frozen, slots=slots, eq=eq, shown=repr)

        return decorate if cls is None else decorate(cls)


def _made(cls: type, *, frozen: bool, slots: bool, eq: bool, shown: bool) -> type:
    # Where there is no docstring the standard library works out the signature to make one.
    cls.__doc__ = cls.__doc__ or cls.__name__
    cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    fields = dataclasses.fields(cls)
    methods: dict[str, Any] = {"__init__": _init(cls.__qualname__, fields)}
    if shown:
        methods["__repr__"] = _repr(tuple(field.name for field in fields if field.repr))
    if eq:
        values = _values(tuple(field.name for field in fields if field.compare))
        methods["__eq__"] = _eq(values)
        methods["__hash__"] = _hash(values) if frozen else None
    if frozen:
        methods["__setattr__"] = methods["__delattr__"] = _refuse
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(cls, name, method)
    return cls


def _init(owner: str, fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
    names = tuple(field.name for field in fields)
    missing = dataclasses.MISSING
    defaults = {f.name: f.default for f in fields if f.default is not missing}
    factories = {f.name: f.default_factory for f in fields if f.default_factory is not missing}
    put = object.__setattr__

    def init(self: Any, /, *given: Any, **named: Any) -> None:
        for name, value in zip(names, given, strict=False):
            put(self, name, value)
        for name in names[len(given) :]:
            if name in named:
                put(self, name, named.pop(name))
            elif name in defaults:
                put(self, name, defaults[name])
            elif name in factories:
                put(self, name, factories[name]())
            else:
                raise TypeError(f"{owner} needs {name!r}")
        if named or len(given) > len(names):
            raise TypeError(f"{owner} was given too much: {[*given[len(names) :], *named]}")
        if hasattr(self, "__post_init__"):
            self.__post_init__()

    return init


def _repr(names: tuple[str, ...]) -> Callable[[Any], str]:
    def show(self: Any) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({said})"

    return show


def _values(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    return lambda value: tuple([getattr(value, name) for name in names])


def _eq(values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any, object], bool]:
    def equals(self: Any, other: object) -> bool:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    return equals


def _hash(values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], int]:
    def hashed(self: Any) -> int:
        return hash(values(self))

    return hashed


def _refuse(self: object, name: str, *_: object) -> None:
    raise dataclasses.FrozenInstanceError(f"{type(self).__qualname__}.{name} is never changed")
