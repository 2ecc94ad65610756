"""Whether somebody can take work at an instant: active, on leave, inside working hours, or soon."""

from __future__ import annotations

from leadroute.model.clock import DAY, MINUTE, at_wall, clock_changes, wall
from leadroute.model.roster import Hours, Rep

WEEK = 7 * DAY
MONDAY = 4 * DAY
"""1970-01-05, the first Monday: weeks are counted from it."""


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
    """Whether one of the rep's ``away`` entries covers an instant, on the rep's clock."""
    if not rep.away:
        return False
    shown = wall(instant, rep.timezone)
    return any(leave.start <= shown < leave.end for leave in rep.away)


def works(rep: Rep, instant: int) -> bool:
    """Active, not on leave, inside working hours."""
    return rep.active and not on_leave(rep, instant) and in_hours(rep.hours, wall(instant, rep.timezone))


def next_working(rep: Rep, instant: int, within: int) -> int | None:
    """The first instant from ``instant`` to ``instant + within`` (microseconds, both included) at which the rep works.

    ``None`` when there is none. Work can begin only now, at a shift's start, at a leave's end, or where the clock is set forward or
    back, so only these are looked at.
    """
    if works(rep, instant):
        return instant
    zone, end = rep.timezone, instant + within
    first, last = wall(instant, zone), wall(end, zone)
    moments = [leave.end for leave in rep.away]
    if rep.hours is not None:
        monday = first - (first - MONDAY) % WEEK
        while monday <= last + DAY:
            moments.extend(monday + shift.start * MINUTE for shift in rep.hours.shifts)
            monday += WEEK
    # A day's slack on both sides: daylight saving moves the wall against the instants; the instants themselves decide.
    near = [moment for moment in moments if first - DAY <= moment <= last + DAY]
    candidates = {at_wall(moment, zone, again=again) for moment in near for again in (False, True)}
    candidates.update(clock_changes(zone, instant, end))
    return next((moment for moment in sorted(candidates) if instant <= moment <= end and works(rep, moment)), None)
