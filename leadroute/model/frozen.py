"""The decorator of the values that travel between the rooms."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[_Class]) -> type[_Class]:
    """Make a class a frozen dataclass with slots, as ``dataclass(frozen=True, slots=True)`` does, in a third of the time.

    ``dataclass`` writes and compiles six functions for a class. Every command makes more than a hundred of these classes before it does
    anything, which was an eighth of the time of a check; here comparing, hashing and showing are functions that all share.
    """
    # The type checker knows what comes back by `dataclass_transform` alone.
    made: Any = dataclass(frozen=True, slots=True, eq=False, repr=False)(cls)
    compared = [one.name for one in fields(made) if one.compare]
    key = attrgetter(*compared) if compared else _nothing

    def equal(self: object, other: object) -> bool:
        return key(self) == key(other) if self.__class__ is other.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(key(self))

    for name, function in (("__eq__", equal), ("__hash__", hashed), ("__repr__", _shown)):
        if name not in cls.__dict__:
            setattr(made, name, function)
    return made  # type: ignore[no-any-return]


def _nothing(self: object) -> tuple[()]:
    del self
    return ()


def _shown(self: Any) -> str:
    said = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({said})"
