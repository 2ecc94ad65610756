"""The availability gate: may this rep be given work now, and if not, why not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from leadroute.model.clock import wall
from leadroute.model.frozen import frozen
from leadroute.model.roster import Rep
from leadroute.model.rules import Availability, AvailabilityKind
from leadroute.people.working import Stretches, covers, in_hours, is_busy, next_working, on_holiday, on_leave

INACTIVE = "inactive"
LEAVE = "on leave"
HOLIDAY = "on a public holiday"
BUSY = "busy by their calendar"
HOURS = "outside working hours"
SHIFT = "not on shift"

ABSENCE: Mapping[str, str] = MappingProxyType({BUSY: "hours", HOURS: "hours", SHIFT: "hours"})
"""What kind of absence a reason is for the turns, where it is not ``leave``."""


@frozen
class Presence:
    """The answer for one rep: the reason that stops them (``None``: nothing does), and from which instant they work.

    ``reason`` is one of the constants of this module. ``start`` matters for ``within`` alone.
    """

    reason: str | None
    start: int


def presence(rep: Rep, asked: Availability, now: int, call: Stretches | None = None) -> Presence:
    """Whether a rep passes an availability at an instant (microseconds since the epoch).

    ``call`` is when the rep is on call for the pool that is tried, ``None`` where the pool has no shifts: to be on call goes before
    working hours and public holidays.
    """
    if not rep.active:
        return Presence(INACTIVE, now)
    if asked.kind is AvailabilityKind.IGNORE:
        return Presence(None, now)
    if asked.kind is AvailabilityKind.WITHIN:
        start = next_working(rep, now, asked.within, call)
        return Presence(None, start) if start is not None else Presence(_absence(rep, now, call), now)
    reason = _absence(rep, now, call)
    if asked.kind is AvailabilityKind.NOT_AWAY and reason in (BUSY, HOURS):
        reason = None
    return Presence(reason, now)


def _absence(rep: Rep, now: int, call: Stretches | None) -> str | None:
    """The first reason for which an active rep does not work at an instant."""
    if on_leave(rep, now):
        return LEAVE
    if call is not None and not covers(call, now):
        return SHIFT
    if call is None and on_holiday(rep, now):
        return HOLIDAY
    if is_busy(rep, now):
        return BUSY
    if call is None and not in_hours(rep.hours, wall(now, rep.timezone)):
        return HOURS
    return None
