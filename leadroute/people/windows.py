"""The stretches of time over which limits count, at an instant on a rep's clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from leadroute.model.clock import EPOCH_DAY, HOUR, clock_changes, day, day_start, wall
from leadroute.model.limits import DAILY, Window, WindowKind
from leadroute.model.project import Project

Stretch = tuple[int | None, int | None]
"""Instants ``start <= t < end`` in microseconds since the epoch; ``None``: no start, no end."""


def stretch(window: Window, now: int, timezone: str) -> Stretch:
    """The stretch that ``now`` lies in. What rolls ends with ``now``: later batches do not count."""
    if window.kind is WindowKind.ROLLING:
        return now - window.length + 1, now + 1
    if window.kind is WindowKind.HOUR:
        return _hour(now, timezone)
    today = day(now, timezone)
    if window.kind is WindowKind.DAY:
        return _days(today, today + 1, timezone)
    if window.kind is WindowKind.WEEK:
        monday = today - (today + 3) % 7  # the first day of 1970 was a Thursday
        return _days(monday, monday + 7, timezone)
    first = date.fromordinal(today + EPOCH_DAY.toordinal()).replace(day=1)
    months = first.year * 12 + first.month  # of the month after
    following = date(months // 12, months % 12 + 1, 1) if months // 12 <= date.max.year else None
    return _days((first - EPOCH_DAY).days, None if following is None else (following - EPOCH_DAY).days, timezone)


def windows_in_use(project: Project) -> dict[str, dict[str, Window]]:
    """By rep id, by key: the windows of a rep's own limits and of those of pools that hold the rep; the day always, which reports tell."""
    found: dict[str, dict[str, Window]] = {rep.id: _keyed((DAILY, *(limit.window for limit in rep.limits.within))) for rep in project.reps}
    for pool in project.pools.values():
        if pool.limits.within:
            of_pool = _keyed(limit.window for limit in pool.limits.within)
            for member in pool.members:
                found[project.reps[member].id] |= of_pool
    return found


def stretches(project: Project, now: int) -> dict[str, dict[str, Stretch]]:
    """By rep id, by window key: the stretches in which a batch at ``now`` counts."""
    known: defaultdict[str, dict[str, Stretch]] = defaultdict(dict)
    found: dict[str, dict[str, Stretch]] = {}
    zones = {rep.id: rep.timezone for rep in project.reps}
    for rep, windows in windows_in_use(project).items():
        of_zone = known[zones[rep]]
        for key, window in windows.items():
            if key not in of_zone:
                of_zone[key] = stretch(window, now, zones[rep])
        found[rep] = {key: of_zone[key] for key in windows}
    return found


def _keyed(windows: Iterable[Window]) -> dict[str, Window]:
    return {window.key: window for window in windows}


def _hour(now: int, timezone: str) -> Stretch:
    """The hour that the clock shows; one that it shows twice is two hours, and what is skipped of one makes it shorter."""
    start = now - wall(now, timezone) % HOUR
    end = start + HOUR
    try:
        before, after = clock_changes(timezone, start, now), clock_changes(timezone, now, end)
    except (OverflowError, ValueError):
        return start, end
    return before[-1] if before else start, after[0] if after else end


def _days(first: int, last: int | None, timezone: str) -> Stretch:
    """From the beginning of one date to that of another; beyond the calendar there is no end."""
    return _edge(first, timezone), None if last is None else _edge(last, timezone)


def _edge(days: int, timezone: str) -> int | None:
    try:
        return day_start(days, timezone)
    except (OverflowError, ValueError):
        return None
