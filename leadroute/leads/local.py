"""The built-in fields ``local.*``: now on the lead's own clock, worked out once for everything that leads say of where they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from leadroute.language.evaluate import combinations, distinct_values
from leadroute.leads.builtin import Calendar
from leadroute.model.clock import DAY, Clock, wall
from leadroute.model.columns import Column
from leadroute.values.places import Spot, holidays_at, spot

LOCAL = "local."


class LocalColumns:
    """Makes them block by block.

    ``places`` names the fields that say where a lead is: ``timezone``, ``phone``, ``country``, ``state``, as far as there are such.
    """

    def __init__(self, clock: Clock, calendar: Calendar, places: Mapping[str, str]) -> None:
        self._now = clock.now
        self._calendar = calendar
        self._places = places
        self._known: dict[tuple[Any, ...], int] = {}
        self._spots: dict[Spot, int] = {}

    def columns(self, names: Sequence[str], columns: Mapping[str, Column]) -> Iterator[tuple[str, Column]]:
        """The named columns for a block of leads, whose other columns are ``columns``."""
        codes = self._where(columns)
        missing = codes < 0
        spots = list(self._spots)
        shown = np.array([*(wall(self._now, one.zone) for one in spots), 0], np.int64)
        asked = LOCAL + "holiday" in names or (LOCAL + "business_hours" in names and self._calendar.keeps_holidays)
        off = [_holiday(one, at // DAY) if asked else None for one, at in zip(spots, shown.tolist(), strict=False)]
        unknown = np.array([*(held is None for held in off), True])
        closed = np.array([*map(bool, off), False])
        for name in names:
            fact = name.removeprefix(LOCAL)
            gone = unknown[codes] if fact == "holiday" else missing
            held = closed if fact == "holiday" else closed & self._calendar.keeps_holidays
            yield name, self._calendar.fact(fact, shown[codes], gone, held[codes])

    def _where(self, columns: Mapping[str, Column]) -> npt.NDArray[np.int64]:
        """The number of each lead's spot, -1 where it has none."""
        parts = [distinct_values(columns[field], None) for field in self._places.values()]
        examples, inverse = combinations([codes for codes, _ in parts])
        said = [[values[code] if code >= 0 else None for code in codes[examples].tolist()] for codes, values in parts]
        found = np.fromiter((self._spot(one) for one in zip(*said, strict=True)), np.int64, len(examples))
        return found[inverse]

    def _spot(self, said: tuple[Any, ...]) -> int:
        known = self._known.get(said)
        if known is None:
            place = spot(self._now, **dict(zip(self._places, said, strict=True)))
            known = -1 if place is None else self._spots.setdefault(place, len(self._spots))
            self._known[said] = known
        return known


def _holiday(place: Spot, day: int) -> bool | None:
    """Whether a date is a public holiday there; ``None`` where that is not known."""
    holidays = holidays_at(place)
    return None if holidays is None else holidays.on(day) is not None
