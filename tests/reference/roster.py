"""One rep: attributes for conditions, weight and ramp, whether at work, and when next."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.conditions import Clock, Lead, Side
from tests.reference.timeoff import Days, Span, calendar, days_off, moment_of, span
from tests.reference.values import MILLIONTH, Cell, FieldType, compared, half_up, number, period, read

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BUILT_IN = {"id", "name", "email", "active", "weight", "ramp", "limits", "load", "load_as_of", "manager", "backup", "timezone", "hours"}
BUILT_IN |= {"holidays", "away", "calendar"}

Hours = dict[int, list[tuple[time, time]]]


@dataclass
class Rep:
    """A member of the roster; `attributes` is what conditions may read."""

    id: str
    place: int
    name: str | None
    email: str | None
    active: bool
    team: str | None
    weight: Fraction
    ramp: Mapping[str, str] | None
    limits: Sequence[Any]
    load: Fraction
    load_as_of: datetime | None
    manager: str | None
    backup: str | None
    zone: ZoneInfo
    hours: Hours | None
    leave: Sequence[Span]
    busy: Sequence[Span]
    holidays: Days
    attributes: dict[str, Cell | None] = field(default_factory=dict)

    def off_at(self, moment: datetime, availability: Any, shifts: Sequence[Span] | None) -> str | None:
        """Why the rep cannot take work then (None: can): leave, else hours; `shifts` are theirs in a pool that has some.

        To be on call goes before working hours and public holidays; leave and meetings count all the same.
        """
        if any(one.covers(moment) for one in self.leave):
            return "leave"
        if shifts is not None:
            if not any(one.covers(moment) for one in shifts):
                return "hours"
        elif self.holidays.has(moment.astimezone(self.zone).date()):
            return "leave"
        if availability == "not_away":
            return None
        if any(one.covers(moment) for one in self.busy):
            return "hours"
        return None if shifts is not None or self.inside_hours(moment) else "hours"

    def inside_hours(self, moment: datetime) -> bool:
        """Whether inside working hours, on the rep's own clock."""
        if self.hours is None:
            return True
        local = moment.astimezone(self.zone)
        today, yesterday, now = local.weekday(), (local.weekday() - 1) % 7, local.time()
        for first, last in self.hours.get(today, []):
            if first <= now < last or (last <= first <= now):
                return True
        return any(last <= first and now < last for first, last in self.hours.get(yesterday, []))

    def works_next(self, now: datetime, until: datetime, shifts: Sequence[Span] | None) -> datetime | None:
        """The first instant from now until `until`, both included, at which the rep works."""
        starts = [now]
        today = now.astimezone(self.zone).date()
        for ahead in range((until - now).days + 3):
            day = today + timedelta(days=ahead)
            opening = [time(0)] + [first for first, _ in (self.hours or {}).get(day.weekday(), [])]
            starts += [datetime.combine(day, at, self.zone).astimezone(now.tzinfo) for at in opening]
        starts += [one.start for one in shifts or []]
        for one in [*self.leave, *self.busy]:
            starts.append(one.end)
        return min((one for one in starts if now <= one <= until and self.off_at(one, "working", shifts) is None), default=None)

    def weight_on(self, today: date, own: Fraction | None) -> Fraction:
        """The effective weight: the rotation's, else the rep's, times the ramp, in whole millionths."""
        weight = self.weight if own is None else own
        return half_up(weight * ramp_on(self.ramp, today), MILLIONTH)


def ramp_on(ramp: Mapping[str, str] | None, today: date) -> Fraction:
    """Linear by routing date from `start` at `from` to 1 at `to`; `start` before."""
    if ramp is None:
        return Fraction(1)
    first, last = date.fromisoformat(ramp["from"]), date.fromisoformat(ramp["to"])
    start = Fraction(ramp.get("start", "0"))
    if today >= last:
        return Fraction(1)
    if today <= first:
        return start
    return start + (1 - start) * Fraction((today - first).days, (last - first).days)


def hours(raw: Mapping[str, Any]) -> Hours:
    """`{mon-fri: ["09:00-12:30", ...]}` by weekday."""
    found: Hours = {}
    for days, spans in raw.items():
        for day in day_range(days):
            for block in [spans] if isinstance(spans, str) else spans:
                first, _, last = block.partition("-")
                found.setdefault(day, []).append((time.fromisoformat(first.strip()), time.fromisoformat(last.strip())))
    return found


def day_range(text: str) -> list[int]:
    """`mon-fri`, `mon` or `fri-mon` as numbers of weekdays."""
    first, _, last = text.strip().lower().partition("-")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def business_hours(project: Mapping[str, Any]) -> Hours | None:
    """The project's business hours by weekday."""
    raw = project.get("business_hours")
    if raw is None:
        return None
    return {DAYS.index(day.lower()): [(time.fromisoformat(raw["from"]), time.fromisoformat(raw["to"]))] for day in raw["days"]}


def roster_rows(text: str, is_csv: bool, parse: Any) -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    """The reps as written (a CSV brought to the YAML form), and the teams."""
    if not is_csv:
        document = parse(text)
        return document["reps"], document.get("teams") or {}
    rows = []
    for row in csv.DictReader(io.StringIO(text)):
        rep: dict[str, Any] = {}
        for key, value in row.items():
            cell = value.strip()
            if not cell:
                continue
            if key == "skills":
                pairs = [part.partition(":") for part in cell.split(";") if part.strip()]
                rep[key] = {name.strip(): level.strip() or "1" for name, _, level in pairs}
            elif key == "hours":
                days, _, span = cell.partition(" ")
                rep[key] = {days: [span.strip()]}
            elif "." in key:
                outer, _, inner = key.partition(".")
                rep.setdefault(outer, {})[inner] = cell
            elif any(";" in other[key] for other in csv.DictReader(io.StringIO(text))) or key in ("languages", "certifications"):
                rep[key] = [part.strip() for part in cell.split(";") if part.strip()]
            else:
                rep[key] = cell
        rows.append(rep)
    return rows, {}


def build(
    rows: Sequence[Mapping[str, Any]], project: Mapping[str, Any], texts: Mapping[str, str]
) -> tuple[list[Rep], dict[str, FieldType]]:
    """The roster in its order, and the type of every attribute; `texts` are the files beside it."""
    routing_zone = ZoneInfo(project.get("timezone", "UTC"))
    kinds = attribute_kinds(rows)
    reps = []
    for place, row in enumerate(rows):
        zone = ZoneInfo(row["timezone"]) if row.get("timezone") else routing_zone
        off, busy = calendar(texts[row["calendar"]], zone) if row.get("calendar") else ([], [])
        rep = Rep(
            id=row["id"].strip(),
            place=place,
            name=row.get("name"),
            email=row.get("email"),
            active=compared(row.get("active", "true")) in ("true", "yes", "1"),
            team=row.get("team"),
            weight=Fraction(row.get("weight", "1")),
            ramp=row.get("ramp"),
            limits=row.get("limits") or [],
            load=Fraction(row.get("load", "0")),
            load_as_of=moment_of(row["load_as_of"], routing_zone) if row.get("load_as_of") else None,
            manager=row.get("manager"),
            backup=row.get("backup"),
            zone=zone,
            hours=hours(row["hours"]) if row.get("hours") else business_hours(project),
            leave=[span(one["from"], one["to"], zone) for one in row.get("away") or []] + off,
            busy=busy,
            holidays=days_off(row.get("holidays") or (project.get("business_hours") or {}).get("holidays"), texts),
        )
        rep.attributes = {name: attribute(row.get(name), kind, routing_zone) for name, kind in kinds.items()}
        reps.append(rep)
    return reps, kinds


def attribute_kinds(rows: Sequence[Mapping[str, Any]]) -> dict[str, FieldType]:
    """The type of each attribute, from all its values: list, map, number, boolean, else string."""
    kinds = {}
    names = {name for row in rows for name in row if name not in BUILT_IN} | {"id", "name", "email"}
    for name in sorted(names):
        values = [row[name] for row in rows if row.get(name) is not None]
        if name == "skills" or any(isinstance(value, Mapping) for value in values):
            kinds[name] = FieldType("map")
        elif any(isinstance(value, list) for value in values):
            kinds[name] = FieldType("list")
        elif name in ("id", "name", "email", "team", "region"):
            kinds[name] = FieldType("string")
        elif values and all(re.fullmatch(r"[+-]?\d+(\.\d+)?", value) for value in values):
            kinds[name] = FieldType("number")
        elif values and all(value.lower() in ("true", "false") for value in values):
            kinds[name] = FieldType("boolean")
        else:
            kinds[name] = FieldType("string")
    return kinds


def attribute(raw: Any, kind: FieldType, zone: ZoneInfo) -> Cell | None:
    """One attribute's value; a list or map that others write is empty, not missing."""
    if kind.kind == "map":
        pairs = raw if isinstance(raw, Mapping) else dict.fromkeys(raw or [], "1")
        return Cell("map", {compared(name): number(level) for name, level in pairs.items()}, "")
    if kind.kind == "list":
        values = [raw] if isinstance(raw, str) else raw or []
        return Cell("list", tuple(compared(value) for value in values), "")
    return None if raw is None or not raw.strip() else read(kind, raw, zone)


def rep_side(rep: Rep, kinds: Mapping[str, FieldType]) -> Side:
    """A rep's attributes on the left side of tests."""

    def kind(name: str) -> FieldType:
        return FieldType("number") if "." in name else kinds[name]

    def cell(name: str, lead: Lead) -> Cell | None:
        outer, dot, inner = name.partition(".")
        if not dot:
            return rep.attributes[name]
        if inner.startswith("$"):
            named = lead[inner[1:]]
            if named is None:
                return None
            inner = named.value
        levels = rep.attributes[outer]
        level = None if levels is None else levels.value.get(compared(inner))
        return None if level is None else Cell("number", level, str(level))

    return Side(kind, cell)


def at_work(rep: Rep, availability: Any, clock: Clock, shifts: Sequence[Span] | None = None) -> tuple[str | None, datetime | None]:
    """Why the rep fails the availability asked for (None: passes), and, with `within`, from when they work."""
    if not rep.active:
        return "inactive", None
    if availability == "ignore":
        return None, None
    if isinstance(availability, Mapping):
        soonest = rep.works_next(clock.now, clock.now + period(availability["within"]), shifts)
        return None if soonest is not None else rep.off_at(clock.now, "working", shifts), soonest
    return rep.off_at(clock.now, availability, shifts), None
