"""Whole columns of instants on somebody's clock: the offset is asked once per day, and closer only where a clock changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from leadroute.model.clock import DAY, HOUR, MINUTE, at_wall, wall

Instants = npt.NDArray[np.int64]


def walls(instants: Instants, timezone: str) -> Instants:
    """What the wall clock shows at each instant (both in microseconds since 1970-01-01T00:00)."""
    return instants + _shifts(instants, timezone, _wall_shift)


def at_walls(shown: Instants, timezone: str) -> Instants:
    """The first instant at which the clock shows each time; a skipped time is read with the offset before the gap."""
    return shown + _shifts(shown, timezone, _instant_shift)


def _shifts(times: Instants, timezone: str, shift: Callable[[int, str], int]) -> Instants:
    found = np.zeros(len(times), np.int64)
    if timezone == "UTC":
        return found
    rows = np.arange(len(times))
    for span in (DAY, HOUR, MINUTE, 1):
        distinct, inverse = np.unique(times[rows] // span, return_inverse=True)
        ends = [(shift(each * span, timezone), shift(each * span + span - 1, timezone)) for each in distinct.tolist()]
        first, last = np.array(ends, np.int64).reshape(-1, 2)[inverse].T
        same = first == last
        found[rows[same]] = first[same]
        rows = rows[~same]
        if len(rows) == 0:
            break
    return found


@lru_cache(maxsize=1 << 16)
def _wall_shift(instant: int, timezone: str) -> int:
    try:
        return wall(instant, timezone) - instant
    except (OverflowError, ValueError):  # beyond the calendar's first or last day
        return 0


@lru_cache(maxsize=1 << 16)
def _instant_shift(shown: int, timezone: str) -> int:
    try:
        return at_wall(shown, timezone) - shown
    except (OverflowError, ValueError):
        return 0
