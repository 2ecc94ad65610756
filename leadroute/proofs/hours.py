"""The hours of a week at which nobody of a pool works."""

from __future__ import annotations

from itertools import pairwise

from leadroute.model.clock import DAY, MINUTE, WEEKDAYS, at_wall, wall
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.rules import Availability, AvailabilityKind
from leadroute.people.working import MONDAY, WEEK, in_hours
from leadroute.proofs.space import REFERENCE


@frozen
class Unstaffed:
    """``start <= t < end`` in microseconds since Monday on the routing clock; ``in_hours`` where business hours are on."""

    start: int
    end: int
    in_hours: bool


def unstaffed(project: Project, name: str, availability: Availability) -> list[Unstaffed]:
    """When nobody of a pool works (nor will within the time that ``availability`` gives), in a week without leave and holidays.

    The week is one in January: where clocks are set forward at different times, the hours of other weeks may lie an hour apart.
    """
    pool = project.pools[name]
    reps = [project.reps[member] for member in pool.members if project.reps[member].active]
    if pool.shifts is not None or not reps or any(rep.hours is None for rep in reps):
        return []
    monday = wall(REFERENCE, project.timezone)
    monday -= (monday - MONDAY) % WEEK
    start = at_wall(monday, project.timezone)
    cuts = {0, WEEK}
    for zone, hours in {(rep.timezone, rep.hours) for rep in reps} | {(project.timezone, project.business_hours)}:
        for shift in hours.shifts if hours is not None else ():
            for minute in (shift.start, shift.end):
                cuts.add((at_wall(monday + minute * MINUTE, zone) - start) % WEEK)
    ordered = sorted(cuts)
    wait = availability.within if availability.kind is AvailabilityKind.WITHIN else 0
    found: list[Unstaffed] = []
    for begin, end in pairwise(ordered):
        if any(in_hours(rep.hours, wall(start + begin, rep.timezone)) for rep in reps):
            continue
        inside = project.business_hours is not None and in_hours(project.business_hours, monday + begin)
        if found and found[-1].end == begin and found[-1].in_hours == inside:
            found[-1] = Unstaffed(found[-1].start, end, inside)
        else:
            found.append(Unstaffed(begin, end, inside))
    return _without_waiting(found, wait)


def _without_waiting(found: list[Unstaffed], wait: int) -> list[Unstaffed]:
    """Leave out what is over within the time that a lead may wait: the last part of each stretch before somebody comes."""
    if wait == 0 or not found:
        return found
    left: list[Unstaffed] = []
    for at, one in enumerate(found):
        end = one.end
        following = at + 1
        while following < len(found) and found[following].start == end:
            end = found[following].end
            following += 1
        if end == WEEK and found[0].start == 0:
            end += found[0].end
        last = min(one.end, end - wait)
        if last > one.start:
            left.append(Unstaffed(one.start, last, one.in_hours))
    return left


def spoken(one: Unstaffed) -> str:
    """``mon 17:00 to 18:00``."""
    return f"{_moment(one.start)} to {_moment(one.end % WEEK, one.start)}"


def _moment(micros: int, after: int | None = None) -> str:
    minutes = micros % DAY // MINUTE
    day = WEEKDAYS[micros // DAY % 7]
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return clock if after is not None and after // DAY == micros // DAY else f"{day} {clock}"
