"""Where a condition on a number can change its answer, and one number for each stretch between such places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any as Anything

from leadroute.language.scalar import operand_values
from leadroute.model.clock import Clock
from leadroute.model.condition import Condition, Days, Not, Test
from leadroute.model.fields import FieldType, Value


def thresholds(condition: Condition, clock: Clock) -> list[int] | list[float]:
    """The numbers, ascending, at which a condition on one number field can change its answer."""
    found: set[Anything] = set()
    if isinstance(condition, Test):
        if condition.op != "present":
            for value in operand_values(condition, {}, clock) or []:
                found.update((value.start, value.end) if isinstance(value, Days) else (value,))
    else:
        for part in (condition.part,) if isinstance(condition, Not) else condition.parts:
            found.update(thresholds(part, clock))
    return sorted(found)


def representatives(cuts: Sequence[int] | Sequence[float], kind: FieldType) -> list[Value]:
    """One value of each interval that ascending ``cuts`` make: below the first, at it, between it and the next, and so on.

    An interval between neighbours has no value; any stands for it, since no lead is in it.
    """
    if not cuts:
        return [0]
    found: list[Value] = [_neighbour(cuts[0], kind, -1)]
    for cut in cuts:
        found.extend((cut, _neighbour(cut, kind, 1)))
    return found


def _neighbour(number: float, kind: FieldType, step: int) -> float:
    """The nearest number of a type below or above another."""
    return math.nextafter(number, step * math.inf) if kind is FieldType.NUMBER else number + step
