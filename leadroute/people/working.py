"""Whether somebody can take work at an instant: active, not away, inside working hours or on call, or soon."""

from __future__ import annotations

from leadroute.model.clock import DAY, MINUTE, at_wall, clock_changes, wall
from leadroute.model.roster import Hours, Rep
from leadroute.model.rules import Pool

WEEK = 7 * DAY
MONDAY = 4 * DAY
"""1970-01-05, the first Monday: weeks are counted from it."""

Stretches = tuple[tuple[int, int], ...]
"""Stretches of time, ``start <= t < end`` each, by their start."""


def in_hours(hours: Hours | None, shown: int) -> bool:
    """Whether a wall-clock time (microseconds) is inside weekly hours; ``None`` is always."""
    if hours is None:
        return True
    since_monday = (shown - MONDAY) % WEEK
    return any(
        shift.start * MINUTE <= moment < shift.end * MINUTE
        for shift in hours.shifts
        for moment in (since_monday, since_monday + WEEK)  # a shift of Sunday night goes on into Monday
    )


def on_leave(rep: Rep, instant: int) -> bool:
    """Whether one of the rep's ``away`` entries covers an instant, on the rep's clock, or an all-day entry of their calendar does."""
    if rep.away:
        shown = wall(instant, rep.timezone)
        if any(leave.start <= shown < leave.end for leave in rep.away):
            return True
    return rep.calendar is not None and any(one.whole_days for one in rep.calendar.busy(instant, instant))


def on_holiday(rep: Rep, instant: int) -> bool:
    """Whether it is a public holiday of the rep's, by the date on their clock."""
    return rep.holidays is not None and rep.holidays.on(wall(instant, rep.timezone) // DAY) is not None


def is_busy(rep: Rep, instant: int) -> bool:
    """Whether an entry of the rep's calendar that does not take whole days covers an instant."""
    return rep.calendar is not None and any(not one.whole_days for one in rep.calendar.busy(instant, instant))


def on_call(pool: Pool, rep: int) -> Stretches | None:
    """When a member (a position in ``Project.reps``) is on call for a pool; ``None`` where the pool has no shifts."""
    if pool.shifts is None:
        return None
    return tuple((shift.start, shift.end) for shift in pool.shifts if rep in shift.reps)


def covers(stretches: Stretches, instant: int) -> bool:
    """Whether one of the stretches covers an instant."""
    return any(start <= instant < end for start, end in stretches)


def works(rep: Rep, instant: int, call: Stretches | None = None) -> bool:
    """Active, not away, and inside working hours.

    ``call`` is when the rep is on call (see ``on_call``): then that is their working time, whatever the hour and the holiday.
    """
    if not rep.active or on_leave(rep, instant) or is_busy(rep, instant):
        return False
    if call is not None:
        return covers(call, instant)
    return in_hours(rep.hours, wall(instant, rep.timezone)) and not on_holiday(rep, instant)


def next_working(rep: Rep, instant: int, within: int, call: Stretches | None = None) -> int | None:
    """The first instant from ``instant`` to ``instant + within`` (microseconds, both included) at which the rep works.

    ``None`` when there is none. Work can begin only now, at a shift's start, where leave, a meeting or a holiday ends, or where the clock
    is set forward or back, so only these are looked at.
    """
    if works(rep, instant, call):
        return instant
    zone, end = rep.timezone, instant + within
    first, last = wall(instant, zone), wall(end, zone)
    moments = [leave.end for leave in rep.away]
    if call is None and rep.hours is not None:
        monday = first - (first - MONDAY) % WEEK
        while monday <= last + DAY:
            moments.extend(monday + shift.start * MINUTE for shift in rep.hours.shifts)
            monday += WEEK
    if call is None and rep.holidays is not None:
        moments.extend(
            midnight for midnight in range(first - first % DAY, last + DAY, DAY) if rep.holidays.on(midnight // DAY - 1) is not None
        )
    # A day's slack on both sides: daylight saving moves the wall against the instants; the instants themselves decide.
    near = [moment for moment in moments if first - DAY <= moment <= last + DAY]
    candidates = {at_wall(moment, zone, again=again) for moment in near for again in (False, True)}
    candidates.update(clock_changes(zone, instant, end))
    candidates.update(start for start, _ in call or ())
    if rep.calendar is not None:
        candidates.update(one.end for one in rep.calendar.busy(instant, end))
    return next((moment for moment in sorted(candidates) if instant <= moment <= end and works(rep, moment, call)), None)
