"""Numbers, dates and times cut into stretches that no test tells apart, as literals of a formula."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from leadroute.model.clock import HOUR, MINUTE, SECOND
from leadroute.model.fields import FieldType
from leadroute.model.frozen import frozen
from leadroute.proofs.formula import FALSE, Formula, Literal

Number = int | float
_QUARTER = 15 * MINUTE
_STEPS = {FieldType.DATETIME: (24 * HOUR, HOUR, _QUARTER, MINUTE, SECOND), FieldType.TIME: (HOUR, _QUARTER, MINUTE, SECOND)}


@frozen
class Stretch:
    """Values from ``low`` to ``high``, both included; ``None``: without an end on that side."""

    low: Number | None
    high: Number | None

    def holds(self, value: Number) -> bool:
        """Whether a value lies in it."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def meets(self, other: Stretch) -> Stretch | None:
        """What two stretches have in common."""
        lows = [low for low in (self.low, other.low) if low is not None]
        highs = [high for high in (self.high, other.high) if high is not None]
        found = Stretch(max(lows, default=None), min(highs, default=None))
        return None if found.low is not None and found.high is not None and found.low > found.high else found


def stretches(cuts: Iterable[Number], kind: FieldType, within: Stretch) -> list[Stretch]:
    """The stretches that ascending cuts make of ``within``: below the first, at it, between it and the next, and so on; none is empty."""
    whole = kind is not FieldType.NUMBER
    found: list[Stretch] = []
    low: Number | None = None
    for cut in cuts:
        found += [Stretch(low, _beside(cut, -1, whole=whole)), Stretch(cut, cut)]
        low = _beside(cut, 1, whole=whole)
    found.append(Stretch(low, None))
    inside = (stretch.meets(within) for stretch in found if stretch.low is None or stretch.high is None or stretch.low <= stretch.high)
    return [stretch for stretch in inside if stretch is not None]


def _beside(number: Number, step: int, *, whole: bool) -> Number:
    return number + step if whole else math.nextafter(number, step * math.inf)


class Scale:
    """A field's stretches in ascending order, as variables "the value lies in this stretch or above".

    ``present`` is the literal that the field has a value; without one it lies in no stretch.
    """

    def __init__(self, formula: Formula, present: Literal, found: Sequence[Stretch]) -> None:
        self.stretches = tuple(found)
        self._formula = formula
        self._from = [present, *(formula.variable() for _ in found[1:]), FALSE]
        for above, below in zip(self._from[1:-1], self._from[:-2], strict=True):
            formula.add(-above, below)
        self._lows = [stretch.low if stretch.low is not None else -math.inf for stretch in found]

    def index(self, value: Number) -> int | None:
        """The stretch in which a value lies."""
        at = bisect_left(self._lows, value)
        if at == len(self._lows) or self._lows[at] != value:
            at -= 1
        return at if at >= 0 and self.stretches[at].holds(value) else None

    def at(self, index: int) -> Literal:
        """The value lies in one stretch."""
        return self._between(index, index + 1)

    def within(self, first: int, last: int) -> list[Literal]:
        """The value lies in one of the stretches from one to another: the literal of each end that excludes something."""
        low = [self._from[first]] if first > 0 else []
        return [*low, -self._from[last + 1]] if last + 1 < len(self.stretches) else low

    def where(self, answers: Sequence[bool]) -> Literal:
        """The value lies in one of the stretches for which the answer is yes."""
        runs: list[Literal] = []
        start: int | None = None
        for at, answer in enumerate([*answers, False]):
            if answer and start is None:
                start = at
            elif not answer and start is not None:
                runs.append(self._between(start, at))
                start = None
        return self._formula.any_of(runs)

    def chosen(self, model: frozenset[Literal]) -> int:
        """The stretch of a model in which the field has a value."""
        return max(at for at, literal in enumerate(self._from[:-1]) if literal in model)

    def _between(self, start: int, end: int) -> Literal:
        return self._formula.all_of([self._from[start], -self._from[end]])


def asked(own: Sequence[Number], answer: Callable[[Any], bool], scale: Scale, kind: FieldType) -> list[bool]:
    """A test's answer for each stretch of a scale, asked once for each stretch that its own cuts make."""
    coarse = stretches(own, kind, Stretch(None, None))
    answers = [answer(readable(stretch, kind)) for stretch in coarse]
    found: list[bool] = []
    at = 0
    for stretch in scale.stretches:
        while stretch.low is not None and stretch.low > _end(coarse[at]):
            at += 1
        found.append(answers[at])
    return found


def _end(stretch: Stretch) -> Number:
    return math.inf if stretch.high is None else stretch.high


def readable(stretch: Stretch, kind: FieldType, near: Number | None = None) -> Number:
    """A value of a stretch that a person would write; ``near``, where it lies in it."""
    if near is not None and stretch.holds(near):
        return near
    low, high = stretch.low, stretch.high
    if low is None or high is None:
        far = (24 * HOUR if kind is FieldType.DATETIME else 1) * 30
        if low is None and high is None:
            return near if near is not None else 0
        if kind in (FieldType.INTEGER, FieldType.NUMBER):
            low, high = (0 if high > 0 else 2 * high - 10, high) if low is None and high is not None else (low, max(2 * (low or 0), 10))
        else:
            low, high = (high - far, high) if low is None and high is not None else (low, (low or 0) + far)
    assert low is not None and high is not None  # noqa: S101, PT018 - both ends are known by now
    if low == high or kind is FieldType.DATE:
        return low
    for step in _steps(kind, high):
        round_up = -(-low // step) * step
        if round_up == 0 and kind in (FieldType.INTEGER, FieldType.NUMBER):
            round_up = step  # nought says less
        if low <= round_up <= high:
            return round_up if kind is FieldType.NUMBER or isinstance(round_up, int) else int(round_up)
    middle = (low + high) / 2
    return middle if kind is FieldType.NUMBER and low <= middle <= high else low


def _steps(kind: FieldType, high: Number) -> Iterable[Number]:
    if kind in _STEPS:
        return _STEPS[kind]
    if kind is FieldType.INTEGER:
        return (10**power for power in range(len(str(abs(int(high)))), -1, -1))
    return (10.0**power for power in range(min(300, len(str(abs(int(high))))), -7, -1))
