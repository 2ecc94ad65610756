"""The built-in fields: ``now.*`` is one instant for the whole batch, ``arrived.*`` each lead's own, both on the routing clock."""

from __future__ import annotations

import numpy as np

from leadroute.leads.columns import boolean_vocabulary
from leadroute.leads.zones import Instants, walls
from leadroute.model.clock import DAY, MINUTE, WEEKDAYS, Clock
from leadroute.model.columns import CodedColumn, Column, Mask, NumberColumn, Vocabulary
from leadroute.model.fields import FieldType
from leadroute.model.roster import Holidays, Hours
from leadroute.people.working import MONDAY, WEEK

BUILT_IN = ("now", "arrived")


class Calendar:
    """Makes built-in columns; vocabularies are shared over all blocks of a run."""

    def __init__(self, clock: Clock, business_hours: Hours | None, holidays: Holidays | None) -> None:
        self._clock = clock
        self._hours = business_hours
        self._holidays = holidays
        self._weekdays = Vocabulary()
        for name in WEEKDAYS:
            self._weekdays.code(name, name)
        self._booleans = boolean_vocabulary()

    def column(self, name: str, size: int, arrived: NumberColumn | None) -> Column:
        """The column of ``now.date``, ``arrived.weekday`` …; ``arrived`` are the instants or dates of arrival.

        An arrival that is only a date is its midnight on the routing clock.
        """
        source, _, fact = name.partition(".")
        if source == "now":
            shown = np.full(size, walls(np.array([self._clock.now]), self._clock.timezone)[0])
            missing = np.zeros(size, np.bool_)
        elif arrived is None:
            shown, missing = np.zeros(size, np.int64), np.ones(size, np.bool_)
        else:
            missing = arrived.missing
            instants = arrived.values.astype(np.int64)
            shown = instants * DAY if arrived.type is FieldType.DATE else walls(instants, self._clock.timezone)
        return self.fact(fact, shown, missing, self._on_holiday(shown, ~missing))

    @property
    def keeps_holidays(self) -> bool:
        """Whether holidays are outside business hours."""
        return self._holidays is not None

    def fact(self, fact: str, shown: Instants, missing: Mask, off: Mask) -> Column:
        """One fact about what a clock shows (microseconds on the wall); ``off`` marks holidays."""
        if fact == "date":
            return NumberColumn(FieldType.DATE, np.where(missing, 0, shown // DAY), missing)
        if fact == "time":
            return NumberColumn(FieldType.TIME, np.where(missing, 0, shown % DAY), missing)
        if fact == "weekday":
            codes = (shown // DAY + 3) % 7
            return CodedColumn(FieldType.STRING, np.where(missing, -1, codes).astype(np.int32), self._weekdays)
        held = self._in_hours(shown) & ~off if fact == "business_hours" else off
        return CodedColumn(FieldType.BOOLEAN, np.where(missing, -1, held).astype(np.int32), self._booleans)

    def _in_hours(self, shown: Instants) -> Mask:
        """``people.working.in_hours`` for a column: no hours are always."""
        if self._hours is None:
            return np.ones(len(shown), np.bool_)
        week = (shown - MONDAY) % WEEK
        held = np.zeros(len(shown), np.bool_)
        for shift in self._hours.shifts:
            start, end = shift.start * MINUTE, shift.end * MINUTE
            held |= ((week >= start) & (week < end)) | ((week + WEEK >= start) & (week + WEEK < end))
        return held

    def _on_holiday(self, shown: Instants, there: Mask) -> Mask:
        """Which days of those that are there are holidays, asked once for each."""
        held = np.zeros(len(shown), np.bool_)
        if self._holidays is not None:
            days, inverse = np.unique(shown[there] // DAY, return_inverse=True)
            held[there] = np.array([self._holidays.on(day) is not None for day in days.tolist()], np.bool_)[inverse]
        return held
