"""The one instant of a batch; instants, days and times of day on somebody's clock.

All arithmetic is done on UTC microseconds; ``zoneinfo`` only translates (sums of aware datetimes in one zone are wall-clock sums,
which daylight saving makes wrong).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from leadroute.model.frozen import frozen

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@frozen
class Clock:
    """``now`` in microseconds since 1970-01-01T00:00Z, seen on the routing clock of ``timezone`` (an IANA name)."""

    now: int
    timezone: str

    @property
    def today(self) -> date:
        """The routing date."""
        return EPOCH_DAY + timedelta(days=day(self.now, self.timezone))


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name; raises ``ZoneInfoNotFoundError`` (a ``KeyError``) or ``ValueError`` for another."""
    return ZoneInfo(name)


def local(instant: int, timezone: str) -> datetime:
    """An instant (microseconds since the epoch) as an aware datetime on the clock of ``timezone``."""
    return (EPOCH + timedelta(microseconds=instant)).astimezone(zone(timezone))


def wall(instant: int, timezone: str) -> int:
    """What the clock on the wall shows, as microseconds since 1970-01-01T00:00 of that clock."""
    shown = local(instant, timezone).replace(tzinfo=UTC)
    return (shown - EPOCH) // timedelta(microseconds=1)


def day(instant: int, timezone: str) -> int:
    """The date on that clock, in days since 1970-01-01."""
    return wall(instant, timezone) // DAY


def time_of_day(instant: int, timezone: str) -> int:
    """Microseconds since midnight on the wall."""
    return wall(instant, timezone) % DAY


def duration(micros: int) -> str:
    """A stretch of time as it is written: ``4h``, ``90m``, ``2d``."""
    seconds = micros // SECOND
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def weekday(days: int) -> str:
    """``mon`` … ``sun`` for days since the epoch (a Thursday)."""
    return WEEKDAYS[(days + 3) % 7]


def at_wall(shown: int, timezone: str, *, again: bool = False) -> int:
    """The first instant (``again``: the second, if there is one) at which that clock shows ``shown``.

    A time that the clock skips is read with the offset before the gap (``again``: after it).
    """
    naive = datetime(1970, 1, 1) + timedelta(microseconds=shown)  # noqa: DTZ001 - a wall time on purpose
    aware = naive.replace(tzinfo=zone(timezone), fold=int(again))
    return (aware.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def clock_changes(timezone: str, first: int, last: int) -> list[int]:
    """The instants after ``first`` and up to ``last`` at which that clock is set forward or back (no two within a day)."""
    found: list[int] = []
    while first < last:
        step = min(first + DAY, last)
        before, after = first, step
        ahead = wall(first, timezone) - first
        if wall(step, timezone) - step != ahead:
            while after - before > 1:
                middle = (before + after) // 2
                if wall(middle, timezone) - middle == ahead:
                    before = middle
                else:
                    after = middle
            found.append(after)
        first = step
    return found


def day_start(days: int, timezone: str) -> int:
    """The instant at which a date begins on that clock."""
    return at_wall(days * DAY, timezone)


def day_span(days: int, timezone: str) -> tuple[int, int]:
    """A whole date as ``start <= t < end`` instants."""
    return day_start(days, timezone), day_start(days + 1, timezone)
