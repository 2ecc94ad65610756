"""By when a lead must be answered: a stretch of time of the clock, or of somebody's working time."""

from __future__ import annotations

from leadroute.model.clock import DAY, MINUTE, at_wall, clock_changes, wall
from leadroute.model.roster import Rep
from leadroute.model.rules import Response
from leadroute.people.working import MONDAY, WEEK, next_working, works

LONGEST_PAUSE = 60 * DAY
"""Who does not work for so long is not waited for: the clock counts."""


def answer_by(since: int, time: int, response: Response, rep: Rep | None) -> int:
    """The instant at which ``time`` (microseconds) has passed since another, both in microseconds since the epoch.

    With ``response.working`` only the working time of ``rep`` counts (``None``: somebody who has left); who does not work within
    ``LONGEST_PAUSE`` has no working time, and then the clock counts.
    """
    if not response.working or rep is None:
        return since + time
    at, left = since, time
    while left > 0:
        start = next_working(rep, at, LONGEST_PAUSE)
        if start is None:
            return at + left
        at = _stops(rep, start, start + left)
        left -= at - start
    return at


def _stops(rep: Rep, start: int, end: int) -> int:
    """The first instant after ``start`` at which a rep who works then does not, ``end`` at the latest.

    Work can stop only where a shift ends, leave or a meeting begins, a day ends, or the clock is set forward or back.
    """
    zone = rep.timezone
    first, last = wall(start, zone), wall(end, zone)
    moments = [leave.start for leave in rep.away]
    if rep.hours is not None:
        monday = first - (first - MONDAY) % WEEK - WEEK
        while monday <= last + DAY:
            moments.extend(monday + shift.end * MINUTE for shift in rep.hours.shifts)
            monday += WEEK
    if rep.holidays is not None:
        moments.extend(range(first - first % DAY, last + 2 * DAY, DAY))
    near = [moment for moment in moments if first - DAY <= moment <= last + DAY]
    candidates = {at_wall(moment, zone, again=again) for moment in near for again in (False, True)}
    candidates.update(clock_changes(zone, start, end))
    if rep.calendar is not None:
        candidates.update(one.start for one in rep.calendar.busy(start, end))
    return next((moment for moment in sorted(candidates) if start < moment < end and not works(rep, moment)), end)
