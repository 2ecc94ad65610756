"""Working hours: days and from-to, as weekly shifts in minutes."""

from __future__ import annotations

import re

from leadroute.model.clock import WEEKDAYS
from leadroute.model.roster import Hours, Shift
from leadroute.project.findings import Findings, listed, shown
from leadroute.project.nodes import Mapping, Node, Scalar, Sequence

DAY = 24 * 60
"""Minutes."""
_FROM_TO = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_LINE = re.compile(r"\s*(\S.*?)\s+([0-9].*)")
_LONG = {day: day for day in WEEKDAYS} | {
    long: long[:3] for long in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}


def working_hours(node: Node, findings: Findings, *, rep: str | None = None) -> Hours | None:
    """The hours that a mapping of days, or a text such as ``mon-fri 09:00-17:00; sat 10:00-14:00``, describes.

    ``None``, with findings, where it cannot be read.
    """
    blocks: list[tuple[Scalar, str, Scalar, str]] = []
    if isinstance(node, Mapping):
        for entry in node.entries.values():
            stretches = entry.value.items if isinstance(entry.value, Sequence) else [entry.value]
            blocks += [(entry.key, entry.key.text, one, part) for one in stretches if isinstance(one, Scalar) for part in _parts(one.text)]
    elif isinstance(node, Scalar):
        for line in filter(str.strip, node.text.split(";")):
            found = _LINE.fullmatch(line)
            if found is None:
                _unreadable(node, line, findings, rep)
                return None
            blocks += [(node, found[1], node, part) for part in _parts(found[2])]
    shifts: list[Shift] = []
    good = True
    for days_node, days_text, node_of, text in blocks:
        days = weekdays(days_text, days_node, findings, rep=rep)
        stretch = _stretch(text)
        if stretch is None:
            _unreadable(node_of, text, findings, rep)
        if days is None or stretch is None:
            good = False
            continue
        shifts += [Shift(day * DAY + stretch[0], day * DAY + stretch[1]) for day in days]
    return Hours(merged(shifts)) if good else None


def business_hours(node: Mapping, findings: Findings) -> Hours | None:
    """The project's ``business_hours``; ``None``, with findings, where they cannot be read."""
    days: set[int] = set()
    good = True
    for item in node.items("days") or [Scalar(node.file, node.place, "mon-fri")]:
        found = weekdays(item.text, item, findings) if isinstance(item, Scalar) else None
        good &= found is not None
        days |= set(found or ())
    stretch = _stretch(f"{node.text('from')}-{node.text('to')}")
    if stretch is None:
        at = node.get("to")
        wrong = next((one for one in (node.get("from"), at) if isinstance(one, Scalar) and _minutes(one.text, last=one is at) is None), at)
        _unreadable(wrong or node, f"{node.text('from')}-{node.text('to')}", findings, None)
        return None
    return Hours(merged([Shift(day * DAY + stretch[0], day * DAY + stretch[1]) for day in sorted(days)])) if good else None


def weekdays(text: str, at: Node, findings: Findings, *, rep: str | None = None) -> list[int] | None:
    """The days (0 is Monday) that ``mon``, ``mon-fri``, ``sat-mon`` or ``mon, wed`` names."""
    found: set[int] = set()
    for part in text.casefold().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        ends = [_LONG.get(first), _LONG.get(last if dash else first)]
        if None in ends:
            advice = f"days are {listed(WEEKDAYS)}, alone or as a range such as `mon-fri`"
            findings.add("bad-value", f"{shown(text)} names no days", at, help=advice, rep=rep)
            return None
        start, end = (WEEKDAYS.index(day) for day in ends if day)
        found |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return sorted(found)


def merged(shifts: list[Shift]) -> tuple[Shift, ...]:
    """Shifts by their start, those that touch or overlap made one."""
    done: list[Shift] = []
    for shift in sorted(shifts, key=lambda one: (one.start, one.end)):
        if done and shift.start <= done[-1].end:
            done[-1] = Shift(done[-1].start, max(done[-1].end, shift.end))
        else:
            done.append(shift)
    return tuple(done)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _stretch(text: str) -> tuple[int, int] | None:
    """Start and end in minutes of the day; an end before the start is on the next day."""
    found = _FROM_TO.fullmatch(text.strip())
    if found is None:
        return None
    start, end = _minutes(f"{found[1]}:{found[2]}"), _minutes(f"{found[3]}:{found[4]}", last=True)
    if start is None or end is None or start == end:
        return None
    return (start, end) if end > start else (start, end + DAY)


def _minutes(text: str, *, last: bool = False) -> int | None:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    if minute > 59 or hour > 24 or (hour == 24 and (minute or not last)):
        return None
    return hour * 60 + minute


def _unreadable(at: Node, text: str, findings: Findings, rep: str | None) -> None:
    advice = "write for example `09:00-17:00`, or `22:00-06:00` past midnight; a day ends at `24:00`"
    findings.add("bad-value", f"{shown(text)} is no stretch of working time", at, help=advice, rep=rep)
