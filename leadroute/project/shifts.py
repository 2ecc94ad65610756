"""The shifts of a pool: who is on call when."""

from __future__ import annotations

from leadroute import values
from leadroute.model.clock import day_start
from leadroute.model.rules import OnCall
from leadroute.project.findings import Findings, shown
from leadroute.project.nodes import Mapping, Node, Scalar
from leadroute.project.roster import Roster

_DATE = len("2026-11-24")
"""A longer text has a time, too."""


def read_shifts(
    node: Mapping, pool: str, members: tuple[int, ...], zone: str, roster: Roster, findings: Findings
) -> tuple[OnCall, ...] | None:
    """The ``shifts`` of a pool by their start, on the routing clock; ``None`` where it has none."""
    if "shifts" not in node:
        return None
    found: list[OnCall] = []
    for item in node.items("shifts"):
        if not isinstance(item, Mapping):
            continue
        start = _moment(item.get("from"), zone, findings, pool, last=False)
        end = _moment(item.get("to"), zone, findings, pool, last=True)
        reps = _people(item, pool, members, roster, findings)
        if start is None or end is None:
            continue
        if end <= start:
            findings.add("bad-value", "the shift ends before it begins", item.get("to"), help="exchange `from` and `to`", pool=pool)
        else:
            found.append(OnCall(start, end, reps))
    return tuple(sorted(found, key=lambda shift: (shift.start, shift.end, shift.reps)))


def _moment(node: Node | None, zone: str, findings: Findings, pool: str, *, last: bool) -> int | None:
    """A date or moment as an instant (microseconds since the epoch); a date as the ``last`` is the midnight after it."""
    if not isinstance(node, Scalar):
        return None
    text = node.text.strip()
    day, instant = values.day(text), values.instant(text, zone)
    if day is None or instant is None:
        advice = "write for example `2026-11-24`, or `2026-11-24T18:00`"
        findings.add("bad-value", f"{shown(text)} is no date", node, help=advice, pool=pool)
        return None
    if len(text) <= _DATE:
        return day_start(day + last, zone)
    return instant


def _people(item: Mapping, pool: str, members: tuple[int, ...], roster: Roster, findings: Findings) -> tuple[int, ...]:
    found: set[int] = set()
    for named in item.items("reps"):
        rep = roster.find(named.text, named, findings) if isinstance(named, Scalar) else None
        if rep is None:
            continue
        place = roster.place(rep)
        if place in members:
            found.add(place)
        elif roster.known and roster.whole:
            said = f"{shown(rep.id)} is on call for the pool {shown(pool)}, but not in it"
            findings.add("on-call-outside-pool", said, named, help="check `who` of the pool, or name somebody else", pool=pool, rep=rep.id)
    return tuple(sorted(found))
