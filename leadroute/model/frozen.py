"""The decorators of the values that travel between the rooms, and of what changes on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[_Class]) -> type[_Class]:
    """Make a class a frozen dataclass with slots, as ``dataclass(frozen=True, slots=True)`` does, in a tenth of the time.

    ``dataclass`` writes and compiles six functions for a class. Every command makes more than a hundred of these classes before it does
    anything, which was an eighth of the time of a check. Here one function is written, when the first value of the class is made, which
    for half of the classes never happens; comparing, hashing, showing and refusing changes are functions that all share.
    """
    made, key = _made(cls)

    def hashed(self: object) -> int:
        return hash(key(self))

    made.__setattr__ = _refuse
    made.__delattr__ = _refuse
    made.__setstate__ = _restore
    if "__hash__" not in cls.__dict__:
        made.__hash__ = hashed
    return made  # type: ignore[no-any-return]


@dataclass_transform(field_specifiers=(field,))
def record(cls: type[_Class]) -> type[_Class]:
    """Make a class a dataclass with slots whose fields change, as ``dataclass(slots=True)`` does, in a tenth of the time."""
    made, _ = _made(cls)
    if "__hash__" not in cls.__dict__:
        made.__hash__ = None
    return made  # type: ignore[no-any-return]


def _made(cls: type) -> tuple[Any, Callable[[object], object]]:
    """The class with slots, and what gives of a value all that is compared."""
    # The type checker knows what comes back by `dataclass_transform` alone.
    made: Any = dataclass(slots=True, init=False, eq=False, repr=False)(cls)
    if any(one.kw_only for one in fields(made)):
        raise TypeError(f"{made.__qualname__}: fields by keyword alone are left to `dataclass`")
    compared = [one.name for one in fields(made) if one.compare]
    key = attrgetter(*compared) if compared else _nothing

    def first(self: object, *values: Any, **named: Any) -> None:
        made.__init__ = _filling(made)
        made.__init__(self, *values, **named)

    def equal(self: object, other: object) -> bool:
        return key(self) == key(other) if self.__class__ is other.__class__ else NotImplemented

    for name, function in (("__init__", first), ("__eq__", equal), ("__repr__", _shown)):
        if name not in cls.__dict__:
            setattr(made, name, function)
    return made, key


def _filling(made: Any) -> Callable[..., None]:
    """The ``__init__`` of a class: a parameter for each field, which is put into its slot, where ``__setattr__`` refuses past that."""
    names: dict[str, Any] = {}
    refusing = made.__setattr__ is _refuse
    parameters, lines = ["self"], []
    for one in fields(made):
        name, default, factory = one.name, one.default, one.default_factory
        names[f"set_{name}"] = getattr(made, name).__set__
        value = name
        if factory is not MISSING:
            default = factory  # stands for itself: whoever gives nothing gets what it makes
            value = f"{name} if {name} is not default_{name} else default_{name}()"
        names[f"default_{name}"] = default
        if one.init:
            parameters.append(name if default is MISSING else f"{name}=default_{name}")
        elif default is MISSING:
            continue
        else:
            value = f"default_{name}" if factory is MISSING else f"default_{name}()"
        lines.append(f"    set_{name}(self, {value})\n" if refusing else f"    self.{name} = {value}\n")
    if hasattr(made, "__post_init__"):
        lines.append("    self.__post_init__()\n")
    exec(f"def __init__({', '.join(parameters)}):\n{''.join(lines) or '    pass'}", names)  # noqa: S102 - written here, as dataclass does
    filling: Callable[..., None] = names["__init__"]
    filling.__qualname__ = f"{made.__qualname__}.__init__"  # what Python says of a value that is missing
    return filling


def _refuse(self: object, name: str, *value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")


def _restore(self: object, state: tuple[None, dict[str, Any]]) -> None:
    """Fill a copy."""
    for name, value in state[1].items():
        object.__setattr__(self, name, value)


def _nothing(self: object) -> tuple[()]:
    del self
    return ()


def _shown(self: Any) -> str:
    said = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({said})"
