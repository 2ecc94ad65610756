"""The availability gate: may this rep be given work now, and if not, why not."""

from __future__ import annotations

from dataclasses import dataclass

from leadroute.model.clock import wall
from leadroute.model.roster import Rep
from leadroute.model.rules import Availability, AvailabilityKind
from leadroute.people.working import in_hours, next_working, on_leave


@dataclass(frozen=True, slots=True)
class Presence:
    """The answer for one rep: the reason that stops them (``None``: nothing does), and from which instant they work.

    ``reason`` is one of ``inactive``, ``on leave``, ``outside working hours``. ``start`` matters for ``within`` alone.
    """

    reason: str | None
    start: int


def presence(rep: Rep, asked: Availability, now: int) -> Presence:
    """Whether a rep passes an availability at an instant (microseconds since the epoch)."""
    if not rep.active:
        return Presence("inactive", now)
    if asked.kind is AvailabilityKind.IGNORE:
        return Presence(None, now)
    if asked.kind is AvailabilityKind.WITHIN:
        start = next_working(rep, now, asked.within)
        if start is not None:
            return Presence(None, start)
    if on_leave(rep, now):
        return Presence("on leave", now)
    if asked.kind is AvailabilityKind.NOT_AWAY or (asked.kind is AvailabilityKind.WORKING and in_hours(rep.hours, wall(now, rep.timezone))):
        return Presence(None, now)
    return Presence("outside working hours", now)
